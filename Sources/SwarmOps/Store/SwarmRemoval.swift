/// Removes swarms with everything in them.
public struct SwarmRemoval: Sendable {
  private let store: SwarmStore
  private let locks: LockOptions

  /// Prepares removals.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - locks: How locks are waited for.
  public init(store: SwarmStore, locks: LockOptions) {
    self.store = store
    self.locks = locks
  }

  /// Refuses what ``remove(_:)`` would refuse, before anybody is asked.
  ///
  /// - Parameter swarm: The swarm.
  /// - Throws: ``SwarmError/Code/sealed``.
  public func check(_ swarm: GUID) throws(SwarmError) {
    try SwarmChange.removal.check(swarm, layout: store.layout)
  }

  /// Removes a swarm, its memory and all of our own state about it.
  ///
  /// One rename takes the swarm away as a whole; deleting comes after. A removal that is cut off
  /// leaves no half swarm that still lists, and the next run or deploy deletes the rest.
  ///
  /// - Parameter swarm: The swarm.
  /// - Throws: ``SwarmError/Code/noSuchSwarm``; ``SwarmError/Code/sealed``; ``SwarmError/Code/busy``
  ///   while something runs on it; ``SwarmError/Code/io``.
  public func remove(_ swarm: GUID) throws(SwarmError) {
    let layout = store.layout
    try SwarmChange.removal.check(swarm, layout: layout)
    let lock = try SwarmSwitch.lockAlone(swarm, layout: layout, locks: locks)
    defer { lock.release() }
    try SwarmChange.removal.check(swarm, layout: layout)
    StagingFolder.sweep(layout)
    let staging = try StagingFolder.make(in: layout.staging)
    // What runs could not commit goes first, and earlier versions: once the swarm is gone nobody
    // would look for them.
    let places = [
      ("\(layout.kept)/\(swarm)", staging.path + "/kept"),
      (layout.versions(swarm), staging.path + "/versions"),
    ]
    try FileChanges.perform { changes throws(SwarmError) in
      for (path, target) in places where try FileSystem.status(path) != nil {
        try changes.remove(path, to: target)
      }
      try changes.remove(layout.swarm(swarm), to: staging.path + "/removed")
    }
    try FolderTree.remove(layout.catalog(swarm))
    try FolderTree.remove(layout.code(swarm))
    try FolderTree.remove(layout.swarmIndex)
    try staging.remove()
    StagingFolder.removeCopies(layout, of: swarm)
  }
}
