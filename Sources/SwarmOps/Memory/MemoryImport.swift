/// Puts memory from a document into a swarm: in place of what is there, or added to it.
public struct MemoryImport: Sendable {
  /// What an import does to one namespace.
  public struct Change: Sendable, Equatable {
    /// The namespace.
    public let namespace: Namespace
    /// Bytes that are there and would be replaced; `nil` where nothing is there.
    public let replacedBytes: Int?
    /// Whether anything changes at all.
    public let isChange: Bool
    /// With merging: the ids that are added, and files beside the memory.
    public let added: [String]
    /// With merging: the ids that are there already and the same.
    public let same: [String]
    /// With merging: the ids that differ; what was there stays.
    public let conflicts: [String]
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
  public init(store: SwarmStore, locks: LockOptions, isMerge: Bool) {
    self.store = store
    self.locks = locks
    self.isMerge = isMerge
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
  public func plan(_ archive: MemoryArchive, _ swarm: GUID) throws(SwarmError) -> [Change] {
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
        added: added, same: [], conflicts: [], fingerprint: nil)
    }
    guard folder.kind == .folder else { throw MemoryReader.notFollowed(path, folder.kind) }
    if isMerge {
      let merged = try MergedMemory(try files(path), memory, path: path)
      return Change(
        namespace: memory.namespace, replacedBytes: folder.bytes, isChange: merged.isChange,
        added: merged.added, same: merged.same, conflicts: merged.conflicts,
        fingerprint: folder.fingerprint)
    }
    let current = try files(path)
    return Change(
      namespace: memory.namespace, replacedBytes: folder.bytes,
      isChange: current.sorted { $0.path < $1.path } != memory.files.sorted { $0.path < $1.path },
      added: [], same: [], conflicts: [], fingerprint: folder.fingerprint)
  }

  private func files(_ path: String) throws(SwarmError) -> [MemoryArchive.File] {
    var files: [MemoryArchive.File] = []
    for entry in try FolderTree.entries(of: path) where entry.status.kind == .file {
      let bytes = try FileSystem.read(path + "/" + entry.path, followLinks: false)
      files.append(MemoryArchive.File(path: entry.path, bytes: bytes))
    }
    return files
  }

  // MARK: Carrying out

  /// Does what a plan says, each namespace whole or not at all.
  ///
  /// - Parameters:
  ///   - archive: The document.
  ///   - changes: What the person agreed to.
  ///   - swarm: The swarm.
  /// - Throws: ``SwarmError/Code/conflict`` where a namespace changed since the plan was made;
  ///   ``SwarmError/Code/busy``; ``SwarmError/Code/io``. Namespaces before it are imported.
  public func carryOut(_ archive: MemoryArchive, _ changes: [Change], _ swarm: GUID)
    throws(SwarmError)
  {
    for (memory, change) in zip(archive.memories, changes) where change.isChange {
      let swarmLock = try SwarmSwitch.lockShared(swarm, layout: layout, locks: locks)
      defer { swarmLock.release() }
      let lock = try StoreLocks(layout).namespace(swarm, memory.namespace, locks)
      defer { lock.release() }
      try SwarmChange.memory.check(swarm, layout: layout)
      StagingFolder.sweep(layout)
      guard try self.change(memory, swarm) == change else {
        throw SwarmError(
          .conflict,
          "the memory \(memory.namespace.folderName) changed after the list was made; "
            + "it was not imported",
          hint: "run it again")
      }
      let path = layout.memory(swarm, memory.namespace)
      let exists = change.replacedBytes != nil
      let gate = try ChangeGate.enter(swarm, layout: layout, locks: locks)
      defer { gate.release() }
      let current = exists ? try files(path) : []
      let merged = isMerge && exists ? try MergedMemory(current, memory, path: path) : nil
      let version = NamespaceVersions(layout: layout, swarm: swarm, namespace: memory.namespace)
        .keep(
          Self.replaced(of: current, by: merged?.changed ?? memory.files, isMerge: merged != nil))
      do throws(SwarmError) {
        if let merged {
          try add(merged, to: path)
        } else {
          try replace(path, with: memory.files, swarm, exists: exists)
        }
      } catch {
        version.discard()
        throw error
      }
      version.finish(
        leaving: MemoryMark(
          try? FileSystem.status(layout.memoryFile(swarm, memory.namespace))))
    }
  }

  /// What of the files that are there the imported ones take the place of.
  private static func replaced(
    of current: [MemoryArchive.File], by new: [MemoryArchive.File], isMerge: Bool
  ) -> NamespaceVersions.Change {
    var change = NamespaceVersions.Change(by: "import")
    for file in current {
      let successor = new.first { $0.path == file.path }
      guard successor == nil ? !isMerge : successor != file else { continue }
      change.replaced.append(file.path)
      change.bytes = change.bytes &+ file.bytes.count
    }
    change.added = new.map(\.path).filter { path in !current.contains { $0.path == path } }
    return change
  }

  /// Puts the merged memory and the new files beside it in place; everything else stays.
  private func add(_ merged: MergedMemory, to path: String) throws(SwarmError) {
    let replacement = try FileReplacement(layout: layout)
    for file in merged.changed {
      try replacement.stage(file.bytes, for: path + "/" + file.path)
    }
    try replacement.commit()
  }

  /// Puts a folder with exactly these files in place, in one step.
  private func replace(
    _ path: String, with files: [MemoryArchive.File], _ swarm: GUID, exists: Bool
  ) throws(SwarmError) {
    let staging = try StagingFolder.make(in: layout.staging)
    let copy = staging.path + "/new"
    try FileChanges.writeTree(files.map { ($0.path, $0.bytes) }, below: copy)
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
