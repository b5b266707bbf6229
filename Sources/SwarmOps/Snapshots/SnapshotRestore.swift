/// Puts the memory of a snapshot back: of one user, or of all at once.
package struct SnapshotRestore: Sendable {
  /// Whose memory.
  package enum Scope: Sendable, Equatable {
    /// One namespace.
    case one(Namespace)
    /// Every user's, and shared.
    case all
  }

  /// What happens to one memory.
  package struct Change: Sendable, Equatable {
    /// Whose memory.
    package let namespace: Namespace
    /// Bytes of its files now; `nil` where there are none.
    package let before: Int?
    /// Bytes of its files in the snapshot; `nil` where it holds none, so that the memory goes.
    package let after: Int?
    fileprivate let fingerprint: Int?
  }

  /// What a restore does.
  package struct Plan: Sendable, Equatable {
    /// The snapshot.
    package let snapshot: SwarmSnapshot
    /// Whose memory was asked for.
    package let scope: Scope
    /// The memories that change.
    package var changes: [Change] = []
    /// How many memories are the same already.
    package var same = 0
  }

  private let store: SwarmStore
  private let locks: LockOptions
  private var layout: SwarmLayout { store.layout }

  /// Prepares restoring.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - locks: How locks are waited for.
  package init(store: SwarmStore, locks: LockOptions) {
    self.store = store
    self.locks = locks
  }

  // MARK: Planning

  /// Says what a restore would do; changes nothing.
  ///
  /// - Parameters:
  ///   - snapshot: The snapshot.
  ///   - scope: Whose memory.
  /// - Returns: What it would do.
  /// - Throws: ``SwarmError/Code/noSuchUser`` where the snapshot holds no memory of the user,
  ///   ``SwarmError/Code/badData`` where it is damaged or holds a memory that is not JSON,
  ///   ``SwarmError/Code/sealed``.
  package func plan(_ snapshot: SwarmSnapshot, _ scope: Scope) throws(SwarmError) -> Plan {
    try SwarmSwitch.recover(snapshot.swarm, layout: layout, locks: locks)
    return try list(snapshot, scope)
  }

  private func list(_ snapshot: SwarmSnapshot, _ scope: Scope) throws(SwarmError) -> Plan {
    let swarm = snapshot.swarm
    try ChangeGate.check(swarm, layout: layout)
    let view = layout.seeing(try snapshot.view())
    var plan = Plan(snapshot: snapshot, scope: scope)
    let namespaces: [Namespace]
    switch scope {
    case .one(let namespace):
      guard try folder(of: namespace, in: swarm, view) != nil else {
        throw SwarmError(
          .noSuchUser,
          "snapshot \(snapshot.name) holds no memory of "
            + (namespace.user.map { "user \($0)" } ?? "calls without a user"),
          hint: .run(.users("\(swarm)@\(snapshot.name)"), "shows whose memory it holds"))
      }
      namespaces = [namespace]
    case .all:
      var found: Set<Namespace> = []
      for layout in [layout, view] {
        try NamespaceScan.forEach(in: swarm, layout: layout) { item throws(SwarmError) in
          if let namespace = item.namespace ?? Namespace(folderName: item.folderName) {
            found.insert(namespace)
          }
          return true
        }
      }
      namespaces = found.sorted { $0.folderName < $1.folderName }
    }
    for namespace in namespaces {
      let now = try folder(of: namespace, in: swarm, layout)
      let then = try folder(of: namespace, in: swarm, view)
      if let then { try check(then, namespace, snapshot) }
      if let now, let then, try Self.areSame(now.path, then.path) {
        plan.same += 1
        continue
      }
      if now == nil && then == nil { continue }
      plan.changes.append(
        Change(
          namespace: namespace, before: now?.bytes, after: then?.bytes,
          fingerprint: now?.fingerprint))
    }
    return plan
  }

  private func folder(of namespace: Namespace, in swarm: GUID, _ layout: SwarmLayout)
    throws(SwarmError) -> NamespaceFolder?
  {
    for name in try NamespaceFolder.names(of: namespace, in: swarm, layout: layout) {
      guard let folder = try NamespaceFolder.look(layout.memory(swarm) + "/" + name) else {
        continue
      }
      guard folder.kind == .folder else { throw MemoryReader.notFollowed(folder.path, folder.kind) }
      return folder
    }
    return nil
  }

  /// Refuses a memory that no call could begin with.
  private func check(_ folder: NamespaceFolder, _ namespace: Namespace, _ snapshot: SwarmSnapshot)
    throws(SwarmError)
  {
    guard try FileSystem.status(folder.memoryFile)?.kind == .file else { return }
    let isJSON = try MappedFile.withContent(folder.memoryFile) { bytes in
      (try? JSONScanner.validate(bytes, options: .allowNonFinite)) != nil
    }
    if isJSON { return }
    throw SwarmError(
      .badData,
      "the memory of \(namespace.folderName) in snapshot \(snapshot.name) is not JSON; "
        + "nothing was changed",
      hint: .use(.user, to: "restore the others one by one"), path: folder.memoryFile)
  }

  private static func areSame(_ one: String, _ other: String) throws(SwarmError) -> Bool {
    func files(_ folder: String) throws(SwarmError) -> [FilePath] {
      try FolderTree.entries(of: folder).filter { $0.status.kind != .folder }.map(\.path)
    }
    let names = try files(one)
    guard try files(other) == names else { return false }
    for name in names
    where try !FileComparison.haveSameContent(FilePath(one) / name, FilePath(other) / name) {
      return false
    }
    return true
  }

  // MARK: Carrying out

  /// Does what a plan says, all of it in one step and on disk, or changes nothing.
  ///
  /// What the memories were until now is kept as versions.
  ///
  /// - Parameter plan: What the person agreed to.
  /// - Returns: Warnings on versions that could not be kept.
  /// - Throws: ``SwarmError/Code/conflict`` where something changed since the plan was made;
  ///   ``SwarmError/Code/sealed``, ``SwarmError/Code/busy``, ``SwarmError/Code/io``.
  @discardableResult
  package func carryOut(_ plan: Plan) throws(SwarmError) -> [String] {
    let swarm = plan.snapshot.swarm
    if plan.changes.isEmpty { return [] }
    var held: [StoreLock] = []
    defer { for lock in held.reversed() { lock.release() } }
    switch plan.scope {
    case .one(let namespace):
      held.append(try SwarmSwitch.lockShared(swarm, layout: layout, locks: locks))
      held.append(try StoreLocks(layout).namespace(swarm, namespace, locks))
    case .all: held.append(try SwarmSwitch.lockAlone(swarm, layout: layout, locks: locks))
    }
    StagingFolder.sweep(layout)
    guard try list(plan.snapshot, plan.scope) == plan else {
      throw SwarmError(
        .conflict, "the memory changed after the list was made; nothing was restored",
        hint: "run it again: the list will be the new one")
    }
    let warnings: [String]
    switch plan.scope {
    case .one(let namespace):
      warnings = try restore(namespace, plan)
      StagingFolder.removeCopies(layout, of: swarm, namespace)
    case .all:
      warnings = try restoreAll(plan)
      StagingFolder.removeCopies(layout, of: swarm)
    }
    return warnings
  }

  private func restore(_ namespace: Namespace, _ plan: Plan) throws(SwarmError) -> [String] {
    let swarm = plan.snapshot.swarm
    let view = layout.seeing(try plan.snapshot.view())
    guard let source = try folder(of: namespace, in: swarm, view) else { return [] }
    let staging = try StagingFolder.make(in: layout.staging)
    let copy = try NamespaceCopy(
      layout: layout, swarm: swarm, namespace: namespace, staging: staging)
    let files = try FolderTree.entries(of: source.path).filter { $0.status.kind == .file }
    let kept = Set(files.map(\.path))
    for (name, original) in copy.originals
    where original.status.kind == .file && !kept.contains(name) {
      try copy.put(nil, as: name)
    }
    for file in files { try copy.put(FilePath(source.path) / file.path, as: file.path) }
    return [try copy.commit(by: "restore").warning].compactMap(\.self)
  }

  /// Exchanges the whole folder of memory: all users in one step.
  ///
  /// Every path in it that both states have opens at every moment, before, during and after.
  private func restoreAll(_ plan: Plan) throws(SwarmError) -> [String] {
    let swarm = plan.snapshot.swarm
    let view = layout.seeing(try plan.snapshot.view())
    let memory = layout.memory(swarm)
    let staging = try StagingFolder.make(in: layout.staging)
    let new = staging.path + "/memory"
    var copying = FolderCopy(file: FileSystem.fileMode, folder: FileSystem.folderMode)
    try copying.add(view.memory(swarm), to: new)
    let isThere = try FileSystem.status(memory) != nil
    if isThere { try carryOver(memory, to: new, &copying) }
    try copying.finish()
    let gate = try ChangeGate.enter(swarm, layout: layout, locks: locks)
    defer { gate.release() }
    var versions: [NamespaceVersions.Kept] = []
    for change in plan.changes { versions.append(try keep(change, swarm, new: new)) }
    do throws(SwarmError) {
      try FileChanges.perform { changes throws(SwarmError) in
        if isThere {
          try changes.exchange(memory, with: new)
        } else {
          try changes.add(memory, from: new)
        }
      }
    } catch {
      for version in versions { version.discard() }
      throw error
    }
    for version in versions { version.finish() }
    try? staging.remove()
    return versions.compactMap(\.warning)
  }

  /// Takes along what lies among the memories and is none: it is somebody else's.
  private func carryOver(_ memory: String, to new: String, _ copying: inout FolderCopy)
    throws(SwarmError)
  {
    for name in try FileSystem.list(memory).sorted() where Namespace(folderName: name) == nil {
      let (source, target) = (memory + "/" + name, new + "/" + name)
      guard try FileSystem.status(target) == nil else { continue }
      switch try FileSystem.status(source)?.kind {
      case .folder: try copying.add(source, to: target)
      case .file: copying.addFile(source, to: target)
      default:
        throw SwarmError(
          .refused, "\(source) is neither a file nor a folder; nothing was changed",
          hint: "move it away and restore again", path: source)
      }
    }
  }

  private func keep(_ change: Change, _ swarm: GUID, new: String) throws(SwarmError)
    -> NamespaceVersions.Kept
  {
    let folder = layout.memory(swarm, change.namespace)
    let after = new + "/" + change.namespace.folderName
    func files(_ folder: String) throws(SwarmError) -> [FilePath] {
      guard try FileSystem.status(folder)?.kind == .folder else { return [] }
      return try FolderTree.entries(of: folder).filter { $0.status.kind == .file }.map(\.path)
    }
    let now = try files(folder)
    let then = Set(try files(after))
    var replaced: [FilePath] = []
    for name in now {
      if then.contains(name),
        try FileComparison.haveSameContent(FilePath(folder) / name, FilePath(after) / name)
      {
        continue
      }
      replaced.append(name)
    }
    return NamespaceVersions(layout: layout, swarm: swarm, namespace: change.namespace).keep(
      NamespaceVersions.Change(
        replaced: replaced, added: then.subtracting(now).sorted(), bytes: change.before ?? 0,
        left: try FileSystem.status(after + "/" + SwarmLayout.memoryName), by: "restore"))
  }
}
