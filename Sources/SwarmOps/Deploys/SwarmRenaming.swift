/// Gives swarms other names.
package struct SwarmRenaming: Sendable {
  private let store: SwarmStore
  private let locks: LockOptions

  /// Prepares renaming.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - locks: How locks are waited for.
  package init(store: SwarmStore, locks: LockOptions) {
    self.store = store
    self.locks = locks
  }

  /// Gives a swarm another name; nothing else of it changes.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - name: The new name.
  ///   - isDryRun: Whether to change nothing.
  /// - Returns: The name that it had.
  /// - Throws: ``SwarmError/Code/usage`` for what cannot be a name, ``SwarmError/Code/ambiguous`` where
  ///   another swarm has it, ``SwarmError/Code/badData`` for a damaged swarm,
  ///   ``SwarmError/Code/noSuchSwarm``, ``SwarmError/Code/busy``.
  package func rename(_ swarm: GUID, to name: String, isDryRun: Bool = false) throws(SwarmError)
    -> String
  {
    let layout = store.layout
    try Self.check(name)
    if isDryRun {
      try Self.checkIsFree(name, store, besides: swarm, remembers: false)
      return try store.manifest(swarm).name
    }
    let nameLock = try StoreLocks(layout).deploys(of: name, locks)
    defer { nameLock.release() }
    try Self.checkIsFree(name, store, besides: swarm)
    let lock = try SwarmSwitch.lockAlone(swarm, layout: layout, locks: locks)
    defer { lock.release() }
    try SwarmChange.rename.check(swarm, layout: layout)
    let old = try store.manifest(swarm).name
    if old.hasSameBytes(as: name) { return old }
    var manifest = try SwarmManifest.read(layout.manifest(swarm))
    manifest.fields["name"] = .string(name)
    let staging = try StagingFolder.make(in: layout.staging)
    let text = JSONValue.object(manifest.fields).serialized(pretty: true)
    try FileChanges.writeTree([(SwarmLayout.manifestName, text)], below: staging.path)
    try FileChanges.perform { changes throws(SwarmError) in
      try changes.replace(
        layout.manifest(swarm), with: staging.path + "/" + SwarmLayout.manifestName,
        keeping: staging.path + "/previous")
    }
    FileSystem.touch(layout.swarms)
    return old
  }

  /// Refuses what cannot be a swarm's name.
  static func check(_ name: String) throws(SwarmError) {
    if let problem = SwarmBundle.nameProblem(name) {
      throw SwarmError(.usage, "the name \(problem)", hint: "choose another name")
    }
  }

  /// Refuses a name that another swarm has: neither would be found by it any more.
  static func checkIsFree(
    _ name: String, _ store: SwarmStore, besides swarm: GUID? = nil, remembers: Bool = true
  ) throws(SwarmError) {
    let others = try store.swarms(named: name, remembers: remembers).filter { $0 != swarm }
    if others.isEmpty { return }
    throw SwarmError(
      .ambiguous, "another swarm is called \"\(name.shortened)\"", hint: "choose another name",
      available: store.candidates(others))
  }
}
