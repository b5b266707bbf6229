/// Removes snapshots.
package struct SnapshotRemoval: Sendable {
  private let store: SwarmStore
  private let locks: LockOptions

  /// Prepares removals.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - locks: How locks are waited for.
  package init(store: SwarmStore, locks: LockOptions) {
    self.store = store
    self.locks = locks
  }

  /// Refuses what ``remove(_:)`` would refuse, before anybody is asked.
  ///
  /// - Parameter snapshot: The snapshot.
  /// - Throws: ``SwarmError/Code/sealed``: what a sealed swarm holds stays.
  package func check(_ snapshot: SwarmSnapshot) throws(SwarmError) {
    try SwarmSeal.check(snapshot.swarm, layout: store.layout)
  }

  /// Removes a snapshot: one rename takes it away, deleting comes after.
  ///
  /// - Parameter snapshot: The snapshot, damaged or not.
  /// - Throws: ``SwarmError/Code/sealed``; ``SwarmError/Code/busy`` while something runs on the
  ///   swarm; ``SwarmError/Code/noSuchSnapshot`` where it has gone; ``SwarmError/Code/io``.
  package func remove(_ snapshot: SwarmSnapshot) throws(SwarmError) {
    let layout = store.layout
    let lock = try SwarmSwitch.lockAlone(snapshot.swarm, layout: layout, locks: locks)
    defer { lock.release() }
    try check(snapshot)
    guard let status = try FileSystem.status(snapshot.path), status.kind == .folder else {
      throw SwarmError(
        .noSuchSnapshot, "snapshot \(snapshot.name) of swarm \(snapshot.swarm) has gone")
    }
    StagingFolder.sweep(layout)
    let staging = try StagingFolder.make(in: layout.staging)
    let taken = staging.path + "/snapshot"
    // A folder that may not be written cannot be moved to another one.
    try FolderModes.openOne(snapshot.path)
    do throws(SwarmError) {
      try FileChanges.perform { changes throws(SwarmError) in
        try changes.remove(snapshot.path, to: taken)
      }
    } catch {
      try? FolderModes.closeOne(snapshot.path)
      throw error
    }
    if let view = try? snapshot.view() {
      try? FolderTree.remove(layout.seeing(view).catalog(snapshot.swarm))
      try? FolderTree.remove(layout.seeing(view).code(snapshot.swarm))
    }
    FileSystem.removeFolderIfEmpty(layout.snapshots(snapshot.swarm))
    try staging.remove()
  }
}
