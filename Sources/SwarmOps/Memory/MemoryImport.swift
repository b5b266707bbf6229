/// Puts memory from a document into a swarm: in place of what is there, or added to it.
package struct MemoryImport: Sendable {
  /// What an import does to one namespace.
  package struct Change: Sendable, Equatable {
    /// The namespace.
    package let namespace: Namespace
    /// Bytes that are there and would be replaced; `nil` where nothing is there.
    package let replacedBytes: Int?
    /// Whether anything changes at all.
    package let isChange: Bool
    /// With merging: the ids that are added, and files beside the memory.
    package let added: [String]
    /// With merging: the ids that are there already and the same.
    package let same: [String]
    /// With merging: the ids that differ; what was there stays.
    package let conflicts: [String]
    /// Whether the memory that would be replaced is not JSON, so that it is kept beside.
    package let isTorn: Bool
    fileprivate let fingerprint: Int?
  }

  private let store: SwarmStore
  private let locks: LockOptions
  private let isMerge: Bool
  private var layout: SwarmLayout { store.layout }

  /// Prepares imports.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - locks: How locks are waited for.
  ///   - isMerge: Whether entries are added by id instead of replacing everything.
  package init(store: SwarmStore, locks: LockOptions, isMerge: Bool) {
    self.store = store
    self.locks = locks
    self.isMerge = isMerge
  }

  /// Reads a document, or any JSON as the memory of one user, piece by piece.
  ///
  /// - Parameters:
  ///   - input: The document.
  ///   - namespace: Whose memory it becomes where it does not say that itself.
  /// - Returns: What it holds, in files below the root that go with the archive.
  /// - Throws: ``SwarmError/Code/badData`` for what is no JSON, or no whole export.
  package func read(_ input: InputPieces, for namespace: Namespace) throws(SwarmError)
    -> MemoryArchive
  {
    let staging = try StagingFolder.make(in: layout.staging)
    return try MemoryArchiveReader.read(in: staging, for: namespace) { () throws(SwarmError) in
      try input.next()
    }
  }

  // MARK: Planning

  /// Says what an import would do; changes nothing.
  ///
  /// - Parameters:
  ///   - archive: The document.
  ///   - swarm: The swarm.
  /// - Returns: A change for each of its memories, in their order.
  /// - Throws: ``SwarmError/Code/badData`` where merging is not possible, ``SwarmError/Code/refused``
  ///   for a link in the place of a namespace.
  package func plan(_ archive: MemoryArchive, _ swarm: GUID) throws(SwarmError) -> [Change] {
    try SwarmSwitch.recover(swarm, layout: layout, locks: locks)
    try ChangeGate.check(swarm, layout: layout)
    var changes: [Change] = []
    for memory in archive.memories { changes.append(try change(memory, swarm)) }
    return changes
  }

  private func change(_ memory: MemoryArchive.Memory, _ swarm: GUID) throws(SwarmError) -> Change {
    let names = try NamespaceFolder.names(of: memory.namespace, in: swarm, layout: layout)
    let path = layout.memory(swarm, memory.namespace)
    if let other = names.first(where: { $0 != memory.namespace.folderName }) {
      throw SwarmError(
        .refused,
        "\(layout.memory(swarm))/\(other) belongs to the same user and is not in lower case",
        hint: "rename it, or wipe this user's memory first", path: path)
    }
    guard let folder = try NamespaceFolder.look(path) else {
      let added = isMerge ? try MergedMemory(nil, memory, path: path).added : []
      return Change(
        namespace: memory.namespace, replacedBytes: nil, isChange: !memory.files.isEmpty,
        added: added, same: [], conflicts: [], isTorn: false, fingerprint: nil)
    }
    guard folder.kind == .folder else { throw MemoryReader.notFollowed(path, folder.kind) }
    let current = try files(path)
    if isMerge {
      let merged = try MergedMemory(current, memory, path: path)
      return Change(
        namespace: memory.namespace, replacedBytes: folder.bytes, isChange: merged.isChange,
        added: merged.added, same: merged.same, conflicts: merged.conflicts, isTorn: false,
        fingerprint: folder.fingerprint)
    }
    let isChange = try !Self.areSame(current, memory.files)
    return Change(
      namespace: memory.namespace, replacedBytes: folder.bytes, isChange: isChange,
      added: [], same: [], conflicts: [], isTorn: isChange ? try Self.isTorn(current) : false,
      fingerprint: folder.fingerprint)
  }

  private static func areSame(_ one: [MemoryArchive.File], _ other: [MemoryArchive.File])
    throws(SwarmError) -> Bool
  {
    guard one.count == other.count else { return false }
    let pairs = zip(one.sorted { $0.path < $1.path }, other.sorted { $0.path < $1.path })
    for (file, same) in pairs {
      guard try file.isSame(as: same) else { return false }
    }
    return true
  }

  /// Whether a namespace's memory has bytes that are not JSON.
  private static func isTorn(_ files: [MemoryArchive.File]) throws(SwarmError) -> Bool {
    guard let memory = files.first(where: { $0.path == SwarmLayout.memoryName }), memory.size > 0,
      case .file(let path, _) = memory.content
    else { return false }
    let file = try InputPieces(path: path.text)
    do throws(SwarmError) {
      let stream = try JSONStream(path.text) { () throws(SwarmError) in try file.next() }
      try stream.skipValue()
      try stream.finish()
      return false
    } catch {
      if error.code != .badData { throw error }
      return true
    }
  }

  private func files(_ path: String) throws(SwarmError) -> [MemoryArchive.File] {
    try FolderTree.entries(of: path).filter { $0.status.kind == .file }.map {
      MemoryArchive.File(
        path: $0.path, content: .file(FilePath(path) / $0.path, size: $0.status.size))
    }
  }

  // MARK: Carrying out

  /// Does what a plan says, each namespace whole or not at all.
  ///
  /// - Parameters:
  ///   - archive: The document.
  ///   - changes: What the person agreed to.
  ///   - swarm: The swarm.
  /// - Returns: Where replaced memories that were not JSON are kept.
  /// - Throws: ``SwarmError/Code/conflict`` where a namespace changed since the plan was made;
  ///   ``SwarmError/Code/busy``; ``SwarmError/Code/io``. Namespaces before it are imported.
  @discardableResult
  package func carryOut(_ archive: MemoryArchive, _ changes: [Change], _ swarm: GUID)
    throws(SwarmError) -> [Namespace: String]
  {
    var kept: [Namespace: String] = [:]
    for (memory, change) in zip(archive.memories, changes) where change.isChange {
      kept[memory.namespace] = try carryOut(memory, change, swarm)
    }
    return kept
  }

  private func carryOut(_ memory: MemoryArchive.Memory, _ change: Change, _ swarm: GUID)
    throws(SwarmError) -> String?
  {
    let swarmLock = try SwarmSwitch.lockShared(swarm, layout: layout, locks: locks)
    defer { swarmLock.release() }
    let lock = try StoreLocks(layout).namespace(swarm, memory.namespace, locks)
    defer { lock.release() }
    try SwarmChange.memory.check(swarm, layout: layout)
    StagingFolder.sweep(layout)
    guard try self.change(memory, swarm) == change else { throw Self.changed(memory.namespace) }
    let path = layout.memory(swarm, memory.namespace)
    let exists = change.replacedBytes != nil
    let gate = try ChangeGate.enter(swarm, layout: layout, locks: locks)
    defer { gate.release() }
    let current = exists ? try files(path) : []
    let merged = isMerge && exists ? try MergedMemory(current, memory, path: path) : nil
    // Other programs take no lock; what they wrote meanwhile is theirs.
    guard try NamespaceFolder.look(path)?.fingerprint == change.fingerprint else {
      throw Self.changed(memory.namespace)
    }
    // A copy and not a second name: whoever still writes to the torn file must not reach it.
    let kept =
      change.isTorn
      ? try KeptVersion.keep(
        FileSystem.read(layout.memoryFile(swarm, memory.namespace), followLinks: false), of: swarm,
        memory.namespace, reason: "torn", layout: layout) : nil
    let version = NamespaceVersions(layout: layout, swarm: swarm, namespace: memory.namespace)
      .keep(
        try Self.replaced(of: current, by: merged?.changed ?? memory.files, isMerge: merged != nil)
      )
    do throws(SwarmError) {
      if let merged {
        try add(merged, to: path)
      } else {
        try replace(path, with: memory.files, swarm, exists: exists)
      }
    } catch {
      version.discard()
      if let kept { try? FolderTree.remove(FileChanges.parent(kept)) }
      throw error
    }
    version.finish(
      leaving: MemoryMark(try? FileSystem.status(layout.memoryFile(swarm, memory.namespace))))
    return kept
  }

  private static func changed(_ namespace: Namespace) -> SwarmError {
    SwarmError(
      .conflict,
      "the memory \(namespace.folderName) changed after the list was made; it was not imported",
      hint: "run it again")
  }

  /// What of the files that are there the imported ones take the place of.
  private static func replaced(
    of current: [MemoryArchive.File], by new: [MemoryArchive.File], isMerge: Bool
  ) throws(SwarmError) -> NamespaceVersions.Change {
    var change = NamespaceVersions.Change(by: "import")
    for file in current {
      let successor = new.first { $0.path == file.path }
      if let successor {
        if try file.isSame(as: successor) { continue }
      } else if isMerge {
        continue
      }
      change.replaced.append(file.path)
      change.bytes = change.bytes.addingSaturated(file.size)
    }
    change.added = new.map(\.path).filter { path in !current.contains { $0.path == path } }
    return change
  }

  /// Puts the merged memory and the new files beside it in place; everything else stays.
  private func add(_ merged: MergedMemory, to path: String) throws(SwarmError) {
    let replacement = try FileReplacement(layout: layout)
    for file in merged.changed {
      let target = FilePath(path) / file.path
      switch file.content {
      case .bytes(let bytes): try replacement.stage(bytes, for: target)
      case .file(let staged, _): try replacement.stage(fileAt: staged, for: target)
      }
    }
    try replacement.commit()
  }

  /// Puts a folder with exactly these files in place, in one step.
  private func replace(
    _ path: String, with files: [MemoryArchive.File], _ swarm: GUID, exists: Bool
  ) throws(SwarmError) {
    let staging = try StagingFolder.make(in: layout.staging)
    let copy = staging.path + "/new"
    try FileChanges.perform { changes throws(SwarmError) in
      try changes.makeFolders(copy)
      for file in files {
        let target = FilePath(copy) / file.path
        switch file.content {
        case .bytes(let bytes): try changes.write(bytes, to: target)
        case .file(let staged, _):
          try FileChanges.syncFile(staged)
          try changes.makeFolders(FileChanges.parent(target))
          try changes.add(target, from: staged)
        }
      }
    }
    try FileChanges.perform { changes throws(SwarmError) in
      try changes.makeFolders(layout.memory(swarm))
      if exists {
        try changes.exchange(path, with: copy)
      } else {
        try changes.add(path, from: copy)
      }
    }
    try staging.remove()
  }
}
