/// Deletes memory in one swarm: first the exact list, then exactly that list.
package struct MemoryWipe: Sendable {
  /// Whose memory.
  package enum Scope: Sendable, Equatable {
    /// One namespace.
    case one(Namespace)
    /// Every user's, and shared.
    case all
  }

  /// What of it.
  package enum Part: Sendable, Equatable {
    /// Everything: the memory, the files beside it, and what runs could not commit to it.
    case everything
    /// The entries of these ids.
    case entries([String])
    /// The entries that were made before this second since 1970.
    case olderThan(Int64)
  }

  /// What goes of one namespace.
  package struct Target: Sendable, Equatable {
    /// The namespace.
    package let namespace: Namespace
    /// The folder.
    package let path: String
    /// Entries that go; `nil` where they cannot be counted.
    package let entries: Int?
    /// Bytes of the files that go, or of the entries that go.
    package let bytes: Int
    /// Files that go; 0 where only entries do.
    package let files: Int
    /// The ids of the entries that go, where not everything does.
    package let entryIDs: [String]
    /// Entries that stay because they do not say when they were made.
    package let undated: Int
    /// Folders of ours with what runs could not commit: they go with everything, and stay with less.
    package let kept: [String]
    /// How many earlier versions go too: they hold what is wiped.
    package let versions: Int
    /// The snapshots that hold memory of the same user, and keep it.
    package let snapshots: [String]
    /// What is odd about the folder, or `nil`.
    package let oddity: String?
    /// Changes whenever the namespace does.
    fileprivate let fingerprint: [Int]
  }

  /// The exact list of what goes.
  package struct Plan: Sendable, Equatable {
    /// The swarm.
    package let swarm: GUID
    /// Whose memory was asked for.
    package let scope: Scope
    /// What of it was asked for.
    package let part: Part
    /// What goes, by namespace.
    package var targets: [Target] = []
    /// What lies in `memory/` and stays, with the reason.
    package var staying: [String] = []
  }

  let store: SwarmStore
  let locks: LockOptions
  var layout: SwarmLayout { store.layout }

  /// Prepares wiping.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - locks: How locks are waited for.
  package init(store: SwarmStore, locks: LockOptions) {
    self.store = store
    self.locks = locks
  }

  // MARK: Planning

  /// Lists what would go; changes nothing.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - scope: Whose memory.
  ///   - part: What of it.
  /// - Returns: The exact list.
  /// - Throws: ``SwarmError/Code/noSuchUser`` and ``SwarmError/Code/noSuchEntry`` for what is not
  ///   there, ``SwarmError/Code/badData`` for memory whose entries cannot be told apart.
  package func plan(_ swarm: GUID, _ scope: Scope, _ part: Part) throws(SwarmError) -> Plan {
    try SwarmSwitch.recover(swarm, layout: layout, locks: locks)
    return try list(swarm, scope, part)
  }

  /// ``plan(_:_:_:)`` for whoever holds the swarm: recovering would wait for that very lock.
  func list(_ swarm: GUID, _ scope: Scope, _ part: Part) throws(SwarmError) -> Plan {
    try ChangeGate.check(swarm, layout: layout)
    var plan = Plan(swarm: swarm, scope: scope, part: part)
    var missing: Set<String> = []
    if case .entries(let ids) = part { missing = Set(ids) }
    switch scope {
    case .one(let namespace):
      let names = try NamespaceFolder.names(of: namespace, in: swarm, layout: layout)
      let kept = try keptFolders(swarm, namespace, &plan)
      let hasVersions = try !versions(swarm, namespace).isEmpty
      if names.isEmpty, kept.isEmpty && !hasVersions || part != .everything {
        throw MemoryReader.noMemory(swarm, namespace)
      }
      for name in names {
        try add(name, namespace, to: &plan, missing: &missing)
      }
      if names.isEmpty { plan.targets.append(try keptAlone(swarm, namespace, kept)) }
    case .all:
      var found: [(Namespace, String)] = []
      try NamespaceScan.forEach(in: swarm, layout: layout) { item throws(SwarmError) in
        if let namespace = Namespace(folderName: item.folderName) {
          found.append((namespace, item.folderName))
        } else {
          plan.staying.append("\(item.folderName): \(item.oddity ?? "not a namespace")")
        }
        return true
      }
      found.sort { $0.1 < $1.1 }
      for (namespace, name) in found {
        try add(name, namespace, to: &plan, missing: &missing)
      }
      if part == .everything {
        let seen = Set(found.map(\.0))
        for namespace in try otherNamespaces(swarm) where !seen.contains(namespace) {
          plan.targets.append(
            try keptAlone(swarm, namespace, try keptFolders(swarm, namespace, &plan)))
        }
      }
    }
    if !missing.isEmpty {
      throw SwarmError(
        .noSuchEntry, "there is no entry \(missing.sorted().joined(separator: ", ").shortened)",
        hint: .run(.entryIDs("\(swarm)"), "with the same user prints the ids"))
    }
    return plan
  }

  private func add(
    _ name: String, _ namespace: Namespace, to plan: inout Plan, missing: inout Set<String>
  ) throws(SwarmError) {
    guard let folder = try NamespaceFolder.look(layout.memory(plan.swarm) + "/" + name) else {
      return
    }
    let kept = try keptFolders(plan.swarm, namespace, &plan)
    if plan.part == .everything {
      // Kept copies are listed once, with the first spelling of the name.
      let isFirst = plan.targets.last?.namespace != namespace
      plan.targets.append(
        try target(
          folder, plan.swarm, namespace, kept: isFirst ? kept : [], entries: folder.entryCount()))
      return
    }
    guard folder.kind == .folder else {
      plan.staying.append("\(name): \(folder.oddity ?? "not a folder")")
      return
    }
    let status = try FileSystem.status(folder.memoryFile)
    guard let status else { return }
    guard status.kind == .file else {
      plan.staying.append("\(name): memory.json is not a regular file")
      return
    }
    let bytes = try FileSystem.read(folder.memoryFile, followLinks: false)
    let document = MemoryDocument(bytes: bytes, path: folder.memoryFile)
    guard case .entries(let entries) = document.content else {
      if case .empty = document.content { return }
      if plan.scope != .all {
        throw document.syntaxError
          ?? SwarmError(
            .badData, "\(folder.memoryFile) is JSON without entries; only all of it can be wiped",
            path: folder.memoryFile)
      }
      plan.staying.append("\(name): its memory has no entries that could be told apart")
      return
    }
    var unwanted: [MemoryEntry] = []
    var undated = 0
    switch plan.part {
    case .everything: break
    case .entries(let ids):
      let wanted = Set(ids.map { JSONKey($0) })
      unwanted = entries.filter { wanted.contains(JSONKey($0.id)) }
      for entry in unwanted { missing.remove(entry.id) }
    case .olderThan(let cutoff):
      for entry in entries {
        guard let date = EntryDate(of: document.value(entry)) else {
          undated += 1
          continue
        }
        if date.latest < cutoff { unwanted.append(entry) }
      }
    }
    if unwanted.isEmpty {
      if undated > 0 {
        plan.staying.append("\(name): \(undated) entries do not say when they were made")
      }
      return
    }
    var hasher = Hasher()
    hasher.combine(bytes)
    plan.targets.append(
      Target(
        namespace: namespace, path: folder.path, entries: unwanted.count,
        bytes: unwanted.reduce(0) { $0 + $1.range.count }, files: 0, entryIDs: unwanted.map(\.id),
        undated: undated, kept: kept, versions: try versions(plan.swarm, namespace).count,
        snapshots: try snapshots(plan.swarm, namespace), oddity: folder.oddity,
        fingerprint: [folder.fingerprint, hasher.finalize()]))
  }

  private func target(
    _ folder: NamespaceFolder, _ swarm: GUID, _ namespace: Namespace, kept: [String], entries: Int?
  ) throws(SwarmError) -> Target {
    var (files, bytes, fingerprint) = (folder.files, folder.bytes, [folder.fingerprint])
    for path in kept {
      guard let folder = try NamespaceFolder.look(path) else { continue }
      files += folder.files
      bytes += folder.bytes
      fingerprint.append(folder.fingerprint)
    }
    return Target(
      namespace: namespace, path: folder.path, entries: entries, bytes: bytes, files: files,
      entryIDs: [], undated: 0, kept: kept, versions: try versions(swarm, namespace).count,
      snapshots: try snapshots(swarm, namespace), oddity: folder.oddity, fingerprint: fingerprint)
  }

  /// What goes of a namespace that has no folder any more.
  private func keptAlone(_ swarm: GUID, _ namespace: Namespace, _ kept: [String])
    throws(SwarmError) -> Target
  {
    let versions = layout.versions(swarm, namespace)
    guard let folder = try NamespaceFolder.look(kept.first ?? versions) else {
      throw SwarmError(.internalError, "kept copies vanished while they were listed")
    }
    return try target(folder, swarm, namespace, kept: Array(kept.dropFirst()), entries: nil)
  }

  private func keptFolders(_ swarm: GUID, _ namespace: Namespace, _ plan: inout Plan)
    throws(SwarmError) -> [String]
  {
    let path = layout.kept(swarm, namespace)
    do throws(SwarmError) {
      return try FileSystem.status(path) == nil ? [] : [path]
    } catch {
      guard error.isRefusedWriting else { throw error }
      // Made by another user; no reason to keep the memory itself.
      let oddity = "\(layout.kept): it belongs to another user, so what runs could not commit stays"
      if !plan.staying.contains(oddity) { plan.staying.append(oddity) }
      return []
    }
  }

  private func versions(_ swarm: GUID, _ namespace: Namespace) throws(SwarmError)
    -> [EarlierVersion]
  {
    try NamespaceVersions(layout: layout, swarm: swarm, namespace: namespace).all()
  }

  /// The snapshots with memory of a namespace.
  private func snapshots(_ swarm: GUID, _ namespace: Namespace) throws(SwarmError) -> [String] {
    var names: [String] = []
    for snapshot in try SwarmSnapshot.all(of: swarm, layout: layout)
    where try snapshot.holds(namespace) {
      names.append(snapshot.name)
    }
    return names
  }

  /// The namespaces of which only what runs could not commit, or earlier versions, are left.
  private func otherNamespaces(_ swarm: GUID) throws(SwarmError) -> [Namespace] {
    var names: Set<String> = []
    for place in ["\(layout.kept)/\(swarm)", layout.versions(swarm)] {
      do throws(SwarmError) {
        names.formUnion(
          try FileSystem.names(in: place).compactMap(\.exactText).filter { !$0.hasPrefix(".") })
      } catch {
        // Whose they are is told with each namespace.
        if error.isMissing || error.isLink || error.isRefusedWriting { continue }
        throw error
      }
    }
    return names.sorted().compactMap { Namespace(folderName: $0) }
  }
}
