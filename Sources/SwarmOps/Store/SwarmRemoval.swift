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

  /// Removes a swarm, its memory and all of our own state about it.
  ///
  /// One rename takes the swarm away as a whole; deleting comes after. A removal that is cut off
  /// leaves no half swarm that still lists, and the next run or deploy deletes the rest.
  ///
  /// - Parameter swarm: The swarm.
  /// - Throws: ``SwarmError/Code/noSuchSwarm``; ``SwarmError/Code/busy`` while something runs on
  ///   it; ``SwarmError/Code/io``.
  public func remove(_ swarm: GUID) throws(SwarmError) {
    let layout = store.layout
    try SwarmChange.removal.check(swarm, layout: layout)
    let lock = try SwarmSwitch.lockAlone(swarm, layout: layout, locks: locks)
    defer { lock.release() }
    try SwarmChange.removal.check(swarm, layout: layout)
    StagingFolder.sweep(layout)
    let staging = try StagingFolder.make(in: layout.staging)
    // What runs could not commit goes first: once the swarm is gone nobody would look for it.
    let (kept, removedKept) = ("\(layout.kept)/\(swarm)", staging.path + "/kept")
    let hasKept = try FileSystem.status(kept) != nil
    try FileChanges.perform { changes throws(SwarmError) in
      if hasKept { try changes.remove(kept, to: removedKept) }
      try changes.remove(layout.swarm(swarm), to: staging.path + "/removed")
    }
    try FolderTree.remove(layout.catalog(swarm))
    try FolderTree.remove(layout.code(swarm))
    try FolderTree.remove(layout.swarmIndex)
    try staging.remove()
    StagingFolder.removeCopies(layout, of: swarm)
  }
}
