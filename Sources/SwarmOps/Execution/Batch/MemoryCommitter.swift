#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

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
}

/// Commits the memory of a batch's calls: as a run's transaction does, from bytes.
struct MemoryCommitter: Sendable {
  let layout: RootLayout
  let swarm: GUID
  let namespace: Namespace
  /// A private folder of this namespace on the root's file system.
  let workshop: String

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
    _ state: MemoryState, expecting expected: FileStatus?,
    onWritten: (FileStatus?) throws(SwarmError) -> Void
  ) throws(SwarmError) -> FileStatus? {
    let folder = layout.memory(swarm, namespace)
    let target = layout.memoryFile(swarm, namespace)
    try FileSystem.makeFolders(workshop)
    switch state {
    case .gone:
      try check(expected, target, state)
      try onWritten(nil)
      return try remove(folder, target)
    case .folder(let place):
      try check(expected, target, state)
      return try commitFolder(place, target)
    case .content(let bytes):
      let isNew = try FileSystem.status(folder) == nil
      let place = isNew ? workshop + "/namespace" : workshop
      if isNew { try FileSystem.makeFolder(place) }
      let written = place + "/memory.json"
      try FileSystem.removeFile(written)
      try FileSystem.create(written, bytes, sync: true)
      let status = try FileSystem.status(written)
      try check(expected, target, state)
      try onWritten(status)
      if isNew {
        try moveFolder(place, to: folder)
      } else {
        try replace(target, with: written, in: folder)
      }
      return status
    }
  }

  private func check(_ expected: FileStatus?, _ target: String, _ state: MemoryState)
    throws(SwarmError)
  {
    let found = try FileSystem.status(target)
    let isSame =
      switch (expected, found) {
      case (nil, nil): true
      case (let expected?, let found?):
        expected.inode == found.inode && expected.size == found.size
          && expected.modified == found.modified && found.kind == .file
      default: false
      }
    if isSame { return }
    guard case .content(let bytes) = state else {
      throw SwarmError(
        .conflict, "another program changed \(target) during the call; its version stays",
        hint: "run the call again")
    }
    let kept = try KeptVersion.keep(
      bytes, of: swarm, namespace, reason: "conflict", layout: layout)
    throw SwarmError(
      .conflict, "another program changed \(target) during the call; its version stays",
      hint: "the agent's version is in \(kept): compare, and run again", path: kept)
  }

  private func commitFolder(_ place: String, _ target: String) throws(SwarmError) -> FileStatus? {
    let staging = try StagingFolder.make(in: layout.staging)
    let transaction = try Transaction(
      layout: layout, swarm: swarm, namespace: namespace, staging: staging)
    try FolderTree.remove(transaction.copy)
    try FileSystem.rename(place, to: transaction.copy)
    _ = try transaction.commit()
    return try FileSystem.status(target)
  }

  private func moveFolder(_ place: String, to folder: String) throws(SwarmError) {
    let memory = layout.memory(swarm)
    try FileSystem.sync(place)
    if try FileSystem.makeFolder(memory) { try FileSystem.sync(layout.swarm(swarm)) }
    try FileSystem.rename(place, to: folder)
    try syncOrUndo(memory) { try? FileSystem.rename(folder, to: place) }
  }

  private func replace(_ target: String, with written: String, in folder: String)
    throws(SwarmError)
  {
    let previous = workshop + "/previous"
    try FileSystem.removeFile(previous)
    // A second name of the old file, to go back to should the folder not reach the disk.
    let hasPrevious = link(target, previous) == 0
    try FileSystem.rename(written, to: target)
    try syncOrUndo(folder) {
      if hasPrevious {
        try? FileSystem.rename(previous, to: target)
      } else {
        try? FileSystem.removeFile(target)
      }
    }
    if hasPrevious { try? FileSystem.removeFile(previous) }
  }

  private func remove(_ folder: String, _ target: String) throws(SwarmError) -> FileStatus? {
    let previous = workshop + "/previous"
    try FileSystem.removeFile(previous)
    guard try FileSystem.status(target) != nil else { return nil }
    try FileSystem.rename(target, to: previous)
    try syncOrUndo(folder) { try? FileSystem.rename(previous, to: target) }
    try FileSystem.removeFile(previous)
    if rmdir(folder) == 0 { try FileSystem.sync(layout.memory(swarm)) }
    return nil
  }

  private func syncOrUndo(_ folder: String, _ undo: () -> Void) throws(SwarmError) {
    do throws(SwarmError) {
      try FileSystem.sync(folder)
    } catch {
      undo()
      throw error
    }
  }
}

/// Versions of a memory that could not be committed, kept where they can be looked at.
enum KeptVersion {
  /// Keeps bytes as a file.
  ///
  /// - Returns: The file's path.
  static func keep(
    _ bytes: [UInt8], of swarm: GUID, _ namespace: Namespace, reason: String, layout: RootLayout
  ) throws(SwarmError) -> String {
    let place = layout.kept(swarm, namespace)
    let suffix = String(UInt32.random(in: .min ... .max), radix: 16)
    let folder = "\(place)/\(Timestamp.now().compact)-\(getpid())-\(suffix)-\(reason)"
    try FileSystem.makeFolders(folder)
    let kept = folder + "/memory.json"
    try FileSystem.create(kept, bytes, sync: true)
    try FileSystem.sync(folder)
    return kept
  }
}
