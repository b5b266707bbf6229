/// Removes swarms with everything in them.
package struct SwarmRemoval: Sendable {
  private let store: SwarmStore
  private let locks: LockOptions
  private var layout: SwarmLayout { store.layout }

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
  /// - Parameter swarm: The swarm.
  /// - Throws: ``SwarmError/Code/sealed``.
  package func check(_ swarm: GUID) throws(SwarmError) {
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
  package func remove(_ swarm: GUID) throws(SwarmError) {
    try SwarmChange.removal.check(swarm, layout: layout)
    let lock = try SwarmSwitch.lockAlone(swarm, layout: layout, locks: locks)
    defer { lock.release() }
    try SwarmChange.removal.check(swarm, layout: layout)
    try checkRemovable(layout.swarm(swarm))
    StagingFolder.sweep(layout)
    let staging = try StagingFolder.make(in: layout.staging)
    // What runs could not commit goes first, and earlier versions: once the swarm is gone nobody
    // would look for them. What belongs to another user stays, and `doctor` names it.
    let places = [
      ("\(layout.kept)/\(swarm)", staging.path + "/kept"),
      (layout.versions(swarm), staging.path + "/versions"),
    ].filter { Self.mayGo($0.0) }
    try FileChanges.perform { changes throws(SwarmError) in
      for (path, target) in places where try FileSystem.status(path) != nil {
        try changes.remove(path, to: target)
      }
      try changes.remove(layout.swarm(swarm), to: staging.path + "/removed")
    }
    // Caches: the swarm is gone, whatever becomes of them.
    for cache in [layout.catalog(swarm), layout.code(swarm), layout.swarmIndex] {
      try? FolderTree.remove(cache)
    }
    try staging.remove()
    StagingFolder.removeCopies(layout, of: swarm)
  }

  /// Refuses a swarm that could be removed in part only, before anything has changed.
  private func checkRemovable(_ path: String) throws(SwarmError) {
    guard let foreign = try Self.foreignFolder(in: FilePath(path))?.text else { return }
    throw SwarmError(
      .io,
      "\(foreign) belongs to another user, so the swarm cannot be removed; nothing was changed",
      hint: .run(.fix, "as root gives it to the owner of the root"),
      path: foreign)
  }

  /// Whether something of the swarm's, outside its folder, can go with it: what another user owns stays.
  private static func mayGo(_ path: String) -> Bool {
    let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? path
    return (try? FileSystem.status(path)) != nil && FileSystem.mayChange(parent)
      && (try? foreignFolder(in: FilePath(path))) == .some(nil)
  }

  /// The first folder, this one or one in it, that this user can neither empty nor open.
  private static func foreignFolder(in path: FilePath) throws(SwarmError) -> FilePath? {
    guard let status = try FileSystem.status(path), status.kind == .folder else { return nil }
    if status.owner != Ownership.user, !FileSystem.mayChange(path) { return path }
    // One that its owner closed is opened to be removed, and whatever it holds is that owner's.
    for name in (try? FileSystem.names(in: path)) ?? [] {
      if let found = try foreignFolder(in: path / name) { return found }
    }
    return nil
  }
}
