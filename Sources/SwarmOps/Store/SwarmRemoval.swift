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
    guard try FileSystem.status(layout.swarm(swarm)) != nil else {
      throw SwarmError(.noSuchSwarm, "there is no swarm \(swarm)")
    }
    try SwarmSwitch.recover(swarm, layout: layout, locks: locks)
    let lock = try StoreLocks(layout).swarm(swarm, .exclusive, locks)
    defer { lock.release() }
    StagingFolder.sweep(layout.staging)
    let staging = try StagingFolder.make(in: layout.staging)
    try FileSystem.rename(layout.swarm(swarm), to: staging.path + "/removed")
    do throws(SwarmError) {
      try FileSystem.sync(layout.swarms, followLinks: true)
    } catch {
      try? FileSystem.rename(staging.path + "/removed", to: layout.swarm(swarm))
      throw error
    }
    try FolderTree.remove(layout.catalog(swarm))
    try FolderTree.remove(layout.code(swarm))
    try FolderTree.remove("\(layout.kept)/\(swarm)")
    try FolderTree.remove(layout.swarmIndex)
    try staging.remove()
  }
}
