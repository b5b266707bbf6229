/// Commits the state of a memory that a call has handed over, from bytes of our own.
struct StateCommit: Sendable {
  /// What a commit came to.
  struct Committed: Sendable {
    /// The memory file as it is now.
    let memory: MemoryVersion?
    /// The version that holds what was there before, where one was kept.
    let version: Int?
    /// Why none could be kept, for a person.
    let warning: String?
  }

  let layout: SwarmLayout
  let key: NamespaceKey
  /// A free name in a private folder on the root's file system; names that begin with it are free too.
  let draft: String
  /// What makes the change, for its version.
  let author: String

  private var commit: NamespaceCommit {
    NamespaceCommit(
      layout: layout, swarm: key.swarm, namespace: key.namespace, previous: draft + "-previous")
  }

  private var target: String { layout.memoryFile(key.swarm, key.namespace) }

  /// Replaces the memory, whole and on disk, or changes nothing.
  ///
  /// - Parameters:
  ///   - state: What the memory is to be.
  ///   - expected: The memory file as the calls began with it.
  ///   - onWritten: Called with the new file once it is on disk and before it is in place.
  /// - Throws: ``SwarmError/Code/conflict`` where another program changed it meanwhile, after
  ///   keeping `state`; what ``NamespaceCommit/perform(_:prepare:)`` throws.
  func perform(
    _ state: MemoryState, expecting expected: MemoryVersion?,
    onWritten: (FileStatus?) throws(SwarmError) -> Void
  ) throws(SwarmError) -> Committed {
    switch state {
    case .gone: return try remove(expected, onWritten)
    case .content(let bytes): return try replace(bytes, expected, onWritten)
    case .folder(let folder):
      try check(expected, state)
      // The calls began where there was nothing but the memory, so this is another program's.
      if try FoundMemory.hasOtherFiles(commit.folder) { throw try conflict(state) }
      return try replaceFolder(folder)
    }
  }

  private func remove(
    _ expected: MemoryVersion?, _ onWritten: (FileStatus?) throws(SwarmError) -> Void
  ) throws(SwarmError) -> Committed {
    guard expected != nil else {
      try check(expected, .gone)
      return Committed(memory: nil, version: nil, warning: nil)
    }
    let done = try commit.perform(change(expected, left: nil)) { () throws(SwarmError) in
      try check(expected, .gone)
      try onWritten(nil)
      return .removeFile(SwarmLayout.memoryPath)
    }
    try? FileSystem.removeFile(commit.previous)
    return Committed(memory: nil, version: done.version, warning: done.warning)
  }

  private func replace(
    _ bytes: [UInt8], _ expected: MemoryVersion?,
    _ onWritten: (FileStatus?) throws(SwarmError) -> Void
  ) throws(SwarmError) -> Committed {
    let isNew = try FileSystem.status(commit.folder) == nil
    if isNew { try FileSystem.makeFolder(draft) }
    let written = isNew ? draft + "/" + SwarmLayout.memoryName : draft
    do throws(SwarmError) {
      try FileSystem.create(written, bytes, sync: true)
      if isNew { try FileSystem.sync(draft) }
      guard let status = try FileSystem.status(written) else {
        throw SwarmError(.io, "\(written) is gone, which was just written", path: written)
      }
      let done = try commit.perform(change(expected, left: status)) { () throws(SwarmError) in
        try check(expected, .content(bytes))
        try onWritten(status)
        return isNew
          ? .addFolder(draft) : .replaceFile(SwarmLayout.memoryPath, with: FilePath(written))
      }
      if !isNew { try? FileSystem.removeFile(commit.previous) }
      let isShared = try RootSettings.isShared(layout)
      return Committed(
        memory: MemoryVersion(
          isShared ? try ServerView.latestStatus(status, at: target) : status, content: bytes,
          isShared: isShared),
        version: done.version, warning: done.warning)
    } catch {
      // What is left of the user must not wait for the end of the batch.
      try? FolderTree.remove(draft)
      throw error
    }
  }

  private func change(_ before: MemoryVersion?, left: FileStatus?) -> NamespaceVersions.Change {
    let memory = SwarmLayout.memoryPath
    return NamespaceVersions.Change(
      replaced: before == nil ? [] : [memory], added: before == nil && left != nil ? [memory] : [],
      bytes: before?.status.size ?? 0, left: left, by: author)
  }

  private func check(_ expected: MemoryVersion?, _ state: MemoryState) throws(SwarmError) {
    let found = try FileSystem.status(target)
    if try expected?.isStill(found, at: target) ?? (found == nil) { return }
    throw try conflict(state)
  }

  /// Keeps the agent's version, where it left one, and says where.
  private func conflict(_ state: MemoryState) throws(SwarmError) -> SwarmError {
    switch state {
    case .gone: return commit.conflict(kept: nil)
    case .content(let bytes):
      return commit.conflict(
        kept: try KeptVersion.keep(
          bytes, of: key.swarm, key.namespace, reason: "conflict", layout: layout))
    case .folder(let folder):
      return commit.conflict(
        kept: try KeptVersion.keep(
          folder: folder, of: key.swarm, key.namespace, reason: "conflict", layout: layout))
    }
  }

  private func replaceFolder(_ folder: String) throws(SwarmError) -> Committed {
    let staging = try StagingFolder.make(in: layout.staging)
    let copy = try NamespaceCopy(
      layout: layout, swarm: key.swarm, namespace: key.namespace, staging: staging)
    try FolderTree.remove(copy.copy)
    try FileSystem.rename(folder, to: copy.copy)
    let done = try copy.commit(by: author)
    let memory = try FileSystem.status(target).map { status throws(SwarmError) in
      MemoryVersion(
        status, content: try FileSystem.read(target, followLinks: false),
        isShared: try RootSettings.isShared(layout))
    }
    return Committed(memory: memory, version: done.version, warning: done.warning)
  }
}
