/// What the operator keeps for all calls of a swarm, in our own field of its manifest.
package struct SwarmConfiguration: Sendable {
  private let store: SwarmStore
  private let locks: LockOptions

  /// Prepares changes.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - locks: How calls on the swarm are waited for.
  package init(store: SwarmStore, locks: LockOptions) {
    self.store = store
    self.locks = locks
  }

  /// What a swarm keeps.
  ///
  /// - Parameter swarm: The swarm.
  package func sandbox(of swarm: GUID) throws(SwarmError) -> SandboxOptions {
    try store.manifest(swarm).sandbox ?? SandboxOptions()
  }

  /// Changes what a swarm keeps; calls under way end as they began.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - given: What was said now; each option that says something replaces what was kept of it.
  ///   - isReset: Whether everything that was kept is forgotten first.
  /// - Returns: What is kept now.
  /// - Throws: ``SwarmError/Code/usage`` for what must not be allowed, and what locks and the disk do.
  package func keep(_ given: SandboxOptions, for swarm: GUID, isReset: Bool)
    throws(SwarmError) -> SandboxOptions
  {
    let layout = store.layout
    try given.check(layout)
    try SwarmSwitch.recover(swarm, layout: layout, locks: locks)
    let lock = try StoreLocks(layout).swarm(swarm, .exclusive, locks)
    defer { lock.release() }
    var manifest = try store.manifest(swarm)
    let before = manifest.sandbox ?? SandboxOptions()
    let after = given.replacing(isReset ? SandboxOptions() : before)
    guard after != before else { return after }
    manifest.sandbox = after
    let staging = try StagingFolder.make(in: layout.staging)
    let new = staging.path + "/new"
    try FileSystem.create(
      new, JSONValue.object(manifest.fields).serialized(pretty: true), sync: true)
    try FileChanges.perform { changes throws(SwarmError) in
      try changes.replace(layout.manifest(swarm), with: new, keeping: staging.path + "/previous")
    }
    return after
  }
}
