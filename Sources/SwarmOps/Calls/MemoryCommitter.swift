/// What a call made of a memory, handed over so that the next call need not wait for the disk.
enum MemoryState: Sendable {
  /// The whole content of `memory.json`.
  case content([UInt8])
  /// The agent removed it.
  case gone
  /// A whole folder: there are files beside `memory.json`.
  case folder(String)
}

/// What is known of a namespace's folder when a batch takes it up.
struct NamespaceCondition: Sendable {
  /// The memory file as it is, or `nil` where there is none.
  let memory: FileStatus?
  /// Whether it holds anything but `memory.json`: then each call is a run of its own.
  let hasOtherFiles: Bool

  /// Looks at a namespace, whose lock the caller holds.
  init(_ folder: String) throws(SwarmError) {
    guard let status = try FileSystem.status(folder) else {
      (memory, hasOtherFiles) = (nil, false)
      return
    }
    guard status.kind == .folder else {
      throw SwarmError(
        .refused, "\(folder) is not a folder; nothing outside the root is ever used as memory",
        hint: "move it away", path: folder)
    }
    let names = try FileSystem.list(folder)
    let memory = try FileSystem.status(folder + "/memory.json")
    self.memory = memory
    hasOtherFiles =
      names.contains { $0 != "memory.json" } || (memory.map { $0.kind != .file } ?? false)
  }

  /// Compares the memory with what a batch knows of it, and reads it where it is another.
  ///
  /// - Parameters:
  ///   - path: The memory file.
  ///   - known: It, or `nil` for none, as it was.
  ///   - isKnown: Whether `known` says anything.
  ///   - locks: How long to wait while another program is writing it.
  /// - Throws: ``SwarmError/Code/invalidMemory`` for a memory that is not JSON.
  func found(
    _ path: String, known: MemoryVersion?, isKnown: Bool, locks: LockOptions
  ) throws(SwarmError) -> FoundMemory {
    if hasOtherFiles { return .besideOthers }
    if isKnown, try known?.isStill(memory, at: path) ?? (memory == nil) {
      return .known(known?.aged)
    }
    guard memory != nil, let (status, content) = try TornMemory.read(path, locks) else {
      return .other(nil, nil)
    }
    return .other(MemoryVersion(status, content: content), content)
  }
}

/// Commits the memory of a batch's calls: as a run's transaction does, from bytes.
struct MemoryCommitter: Sendable {
  let layout: SwarmLayout
  let swarm: GUID
  let namespace: Namespace
  /// A free name in a private folder on the root's file system; names that begin with it are free too.
  let draft: String
  /// What makes the change, for its version.
  var author = "batch"

  /// Replaces the memory, whole and on disk, or changes nothing.
  ///
  /// - Parameters:
  ///   - state: What the memory is to be.
  ///   - expected: The memory file as the calls began with it.
  ///   - onWritten: Called with the new file once it is on disk and before it is in place.
  /// - Returns: The memory file as it is now.
  /// - Throws: ``SwarmError/Code/conflict`` where another program changed it meanwhile, after
  ///   keeping `state`; ``SwarmError/Code/io`` where the disk fails.
  func commit(
    _ state: MemoryState, expecting expected: MemoryVersion?,
    onWritten: (FileStatus?) throws(SwarmError) -> Void
  ) throws(SwarmError) -> MemoryVersion? {
    let folder = layout.memory(swarm, namespace)
    let target = layout.memoryFile(swarm, namespace)
    switch state {
    case .gone:
      let gate = try ChangeGate.enter(swarm, namespace, layout: layout)
      defer { gate.release() }
      try check(expected, target, state)
      try onWritten(nil)
      return try keeping(expected, left: nil) { () throws(SwarmError) in
        try remove(folder, target)
      }
    case .folder(let place):
      try check(expected, target, state)
      // The calls began where there was nothing but the memory, so this is another program's.
      if try NamespaceCondition(folder).hasOtherFiles { throw try conflict(target, state) }
      return try commitFolder(place, target)
    case .content(let bytes):
      let isNew = try FileSystem.status(folder) == nil
      if isNew { try FileSystem.makeFolder(draft) }
      let written = isNew ? draft + "/memory.json" : draft
      do throws(SwarmError) {
        try FileSystem.create(written, bytes, sync: true)
        guard let status = try FileSystem.status(written) else {
          throw SwarmError(.io, "\(written) is gone, which was just written", path: written)
        }
        let gate = try ChangeGate.enter(swarm, namespace, layout: layout)
        defer { gate.release() }
        try check(expected, target, state)
        try onWritten(status)
        return try keeping(expected, left: status) { () throws(SwarmError) in
          if isNew {
            try moveFolder(draft, to: folder)
          } else {
            try DurableChange.replace(target, with: written, keeping: previous)
            try? FileSystem.removeFile(previous)
          }
          return MemoryVersion(
            try RootSettings.settled(status, at: target, layout), content: bytes)
        }
      } catch {
        // What is left of the user must not wait for the end of the batch.
        try? FolderTree.remove(draft)
        throw error
      }
    }
  }

  private var previous: String { draft + "-previous" }

  /// Makes a change with the memory before it kept as a version.
  private func keeping(
    _ before: MemoryVersion?, left: FileStatus?,
    _ change: () throws(SwarmError) -> MemoryVersion?
  ) throws(SwarmError) -> MemoryVersion? {
    let name = FilePath(SwarmLayout.memoryName)
    let version = NamespaceVersions(layout: layout, swarm: swarm, namespace: namespace).keep(
      NamespaceVersions.Change(
        replaced: before == nil ? [] : [name], added: before == nil && left != nil ? [name] : [],
        bytes: before?.status.size ?? 0, left: left, by: author))
    do throws(SwarmError) {
      var memory = try change()
      version.finish()
      memory?.replaced = version.number
      return memory
    } catch {
      version.discard()
      throw error
    }
  }

  private func check(_ expected: MemoryVersion?, _ target: String, _ state: MemoryState)
    throws(SwarmError)
  {
    let found = try FileSystem.status(target)
    if try expected?.isStill(found, at: target) ?? (found == nil) { return }
    throw try conflict(target, state)
  }

  /// Keeps the agent's version, where it left one, and says where.
  private func conflict(_ target: String, _ state: MemoryState) throws(SwarmError) -> SwarmError {
    let kept: String
    switch state {
    case .gone:
      return SwarmError(
        .conflict, "another program changed \(target) during the call; its version stays",
        hint: "the agent removed its memory; run the call again")
    case .content(let bytes):
      kept = try KeptVersion.keep(
        bytes, of: swarm, namespace, reason: "conflict", layout: layout)
    case .folder(let place):
      kept = try KeptVersion.keep(
        folder: place, of: swarm, namespace, reason: "conflict", layout: layout)
    }
    return SwarmError(
      .conflict, "another program changed \(target) during the call; its version stays",
      hint: .keptVersion(kept), path: kept)
  }

  private func commitFolder(_ place: String, _ target: String) throws(SwarmError)
    -> MemoryVersion?
  {
    let staging = try StagingFolder.make(in: layout.staging)
    let transaction = try Transaction(
      layout: layout, swarm: swarm, namespace: namespace, staging: staging)
    try FolderTree.remove(transaction.copy)
    try FileSystem.rename(place, to: transaction.copy)
    _ = try transaction.commit(by: author)
    guard let status = try FileSystem.status(target) else { return nil }
    return MemoryVersion(status, content: try FileSystem.read(target, followLinks: false))
  }

  private func moveFolder(_ place: String, to folder: String) throws(SwarmError) {
    let memory = layout.memory(swarm)
    try FileSystem.sync(place)
    if try FileSystem.makeFolder(memory) { try FileSystem.sync(layout.swarm(swarm)) }
    try DurableChange.perform(in: memory) { () throws(SwarmError) in
      try FileSystem.rename(place, to: folder)
    } undo: {
      try? FileSystem.rename(folder, to: place)
    }
  }

  private func remove(_ folder: String, _ target: String) throws(SwarmError) -> MemoryVersion? {
    guard try FileSystem.status(target) != nil else { return nil }
    try DurableChange.move(target, to: previous, outOf: folder)
    try FileSystem.removeFile(previous)
    FileSystem.removeFolderIfEmpty(folder)
    if try FileSystem.status(folder) == nil { try FileSystem.sync(layout.memory(swarm)) }
    return nil
  }
}
