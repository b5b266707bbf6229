/// Copies swarms.
package struct SwarmCopy: Sendable {
  /// What a copy has.
  package struct Report: Sendable {
    /// The copy.
    package let swarm: GUID
    /// How many agent files it has.
    package let agentCount: Int
    /// The users whose memory came along, `shared` not counted.
    package let users: Int
    /// The bytes of memory that came along.
    package let bytes: Int
    /// What is in the place of a memory and was left out.
    package let leftOut: [String]
  }

  private let store: SwarmStore
  private let locks: LockOptions
  private var layout: SwarmLayout { store.layout }

  /// Prepares copies.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - locks: How locks are waited for.
  package init(store: SwarmStore, locks: LockOptions) {
    self.store = store
    self.locks = locks
  }

  /// Copies a swarm under another name and a new GUID.
  ///
  /// The copy appears as a whole, in one rename. Each memory is copied under its own lock, so it is one
  /// that a call left; calls of other users go on meanwhile.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - name: The copy's name.
  ///   - withMemory: Whether all memory comes along.
  ///   - isDryRun: Whether to change nothing.
  /// - Returns: What the copy has.
  /// - Throws: ``SwarmError/Code/usage`` for what cannot be a name, ``SwarmError/Code/ambiguous`` where
  ///   another swarm has it, ``SwarmError/Code/badData`` for a damaged swarm,
  ///   ``SwarmError/Code/invalidMemory`` for a memory that is not JSON, ``SwarmError/Code/busy``.
  package func copy(
    _ swarm: GUID, as name: String, withMemory: Bool, isDryRun: Bool = false
  ) throws(SwarmError) -> Report {
    try SwarmRenaming.check(name)
    let new = GUID.random()
    if isDryRun {
      try SwarmRenaming.checkIsFree(name, store, remembers: false)
      let bundle = try SwarmExport(store: store, locks: locks).bundle(swarm)
      let usage = withMemory ? try SwarmUsage(of: swarm, layout: layout) : nil
      return Report(
        swarm: new, agentCount: bundle.agents.count, users: usage?.users ?? 0,
        bytes: usage?.bytes ?? 0, leftOut: [])
    }
    let nameLock = try StoreLocks(layout).deploys(of: name, locks)
    defer { nameLock.release() }
    try SwarmRenaming.checkIsFree(name, store)
    let held = try SwarmSwitch.lockShared(swarm, layout: layout, locks: locks)
    defer { held.release() }
    var bundle = try SwarmExport(store: store, locks: locks).bundle(swarm)
    bundle.name = name
    StagingFolder.sweep(layout)
    let staging = try StagingFolder.make(in: layout.staging)
    let staged = SwarmLayout(root: staging.path)
    try write(bundle, swarm, as: new, to: staged)
    var memory = CopiedMemory()
    if withMemory { memory = try copyMemory(of: swarm, as: new, to: staged) }
    try FileChanges.perform { changes throws(SwarmError) in
      try changes.makeFolders(layout.swarms)
      try changes.add(layout.swarm(new), from: staged.swarm(new))
    }
    return Report(
      swarm: new, agentCount: bundle.agents.count, users: memory.users, bytes: memory.bytes,
      leftOut: memory.leftOut)
  }

  private func write(_ bundle: SwarmBundle, _ swarm: GUID, as new: GUID, to staged: SwarmLayout)
    throws(SwarmError)
  {
    let previous = try store.manifest(swarm)
    var manifest = SwarmManifest(
      fields: bundle.manifest(
        swarm: new, createdAt: Timestamp.now().iso8601, createdBy: bundle.createdBy))
    // What was allowed to the other swarm was not allowed to this one.
    manifest.python = previous.python
    manifest.loadedAgents = previous.loadedAgents
    manifest.deploy = DeployNote(
      number: 1, time: Timestamp.now().iso8601, origin: "a copy of \(swarm)")
    let agents = bundle.agents.map { (path: $0.fileName, bytes: $0.source) }
    let helpers = bundle.helpers.map { (path: $0.path, bytes: $0.source) }
    try FileChanges.writeTree(agents + helpers, below: staged.agents(new))
    let text = JSONValue.object(manifest.fields).serialized(pretty: true)
    try FileChanges.writeTree([(SwarmLayout.manifestName, text)], below: staged.swarm(new))
  }

  // MARK: Memory

  private struct CopiedMemory {
    var users = 0
    var bytes = 0
    var leftOut: [String] = []
  }

  private func copyMemory(of swarm: GUID, as new: GUID, to staged: SwarmLayout)
    throws(SwarmError) -> CopiedMemory
  {
    var copied = CopiedMemory()
    var namespaces: [Namespace] = []
    try NamespaceScan.forEach(in: swarm, layout: layout) { item throws(SwarmError) in
      let isUsable = item.namespace.map { $0.folderName == item.folderName } ?? false
      if let namespace = item.namespace, isUsable {
        namespaces.append(namespace)
      } else {
        copied.leftOut.append(item.folderName)
      }
      return true
    }
    for namespace in namespaces {
      let lock = try StoreLocks(layout).namespace(swarm, namespace, locks)
      defer { lock.release() }
      try copy(
        layout.memory(swarm, namespace), to: staged.memory(new, namespace), &copied)
      if namespace.user != nil { copied.users += 1 }
    }
    return copied
  }

  /// Copies one namespace; links in it are neither followed nor copied.
  private func copy(_ source: String, to target: String, _ copied: inout CopiedMemory)
    throws(SwarmError)
  {
    guard try FileSystem.status(source)?.kind == .folder else {
      copied.leftOut.append(source)
      return
    }
    try FileSystem.makeFolders(target)
    for entry in try FolderTree.entries(of: source) {
      let path = target + "/" + entry.path
      switch entry.status.kind {
      case .folder: try FileSystem.makeFolder(path)
      case .file:
        copied.bytes += try FileCopy.make(of: source + "/" + entry.path, at: path).copy.size
      case .link, .other: copied.leftOut.append((source + "/" + entry.path).text)
      }
    }
    let memory = target + "/" + SwarmLayout.memoryName
    if let bytes = try FileSystem.readIfPresent(memory, followLinks: false) {
      do throws(JSONSyntaxError) {
        try JSONScanner.validate(bytes, options: .allowNonFinite)
      } catch {
        throw SwarmError(
          .invalidMemory,
          "\(source)/\(SwarmLayout.memoryName) is not JSON: \(error); nothing was copied",
          hint: .run(.fix, "keeps what can be read"), path: source)
      }
    }
    try FileChanges.syncTree(target)
  }
}
