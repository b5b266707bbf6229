#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One namespace copied for a run, and the way back of what the run made of it (spec section 4).
///
/// The agent works on a private copy. The original is untouched until ``commit()``, which replaces
/// what changed and nothing else, or fails and changes nothing. The caller holds the namespace's
/// lock from before the copy is made until after the commit.
struct Transaction {
  /// What a commit did to the namespace.
  enum Outcome: String, Sendable {
    /// The copy was as before: nothing was written.
    case unchanged
    /// The namespace now is what the agent left.
    case committed
  }

  /// What a commit came to.
  struct Commit: Sendable {
    var outcome = Outcome.unchanged
    /// The version that holds what was there before, where one was kept.
    var version: Int?
    /// Why none could be kept, for a person.
    var warning: String?
    /// Bytes of `memory.json` afterwards, where anything was changed; `nil` for none.
    var bytes: Int?
  }

  /// One file or folder of the namespace as it was when the copy was made.
  struct Original {
    let status: FileStatus
    /// The status of the copy; only for files.
    let copy: FileStatus?
    /// The content's checksum, where the file's times are too young to tell a later change.
    let checksum: Checksum?
  }

  /// One difference between the copy and the original.
  enum Change {
    case write(FilePath)
    case remove(FilePath)
    /// A folder made or removed, or something else that one rename cannot bring about.
    case structure
  }

  /// Bytes of `memory.json` when the copy was made; `nil` where there was none.
  var memoryBytes: Int? { originals[Self.memoryPath]?.status.size }

  /// The copy's memory file, the value of `BRAINSTEM_MEMORY_PATH`.
  var memoryFile: String { copy + "/" + Self.memoryName }

  private static let memoryName = "memory.json"
  private static let memoryPath = FilePath(memoryName)

  let layout: SwarmLayout
  let swarm: GUID
  let namespace: Namespace
  let staging: StagingFolder
  /// The copy's folder.
  let copy: String
  let originals: [FilePath: Original]
  let existed: Bool

  var folder: String { layout.memory(swarm, namespace) }

  /// Copies a namespace.
  ///
  /// - Parameters:
  ///   - layout: The root.
  ///   - swarm: The swarm.
  ///   - namespace: The namespace, whose lock the caller holds.
  ///   - staging: The folder to copy to; the copy's path ends as the original's.
  ///   - torn: How long to wait while another program is writing the memory, which is refused where it
  ///     is not JSON in the end; `nil` to take it as it is.
  /// - Throws: ``SwarmError/Code/io``, or ``SwarmError/Code/refused`` for a namespace that is a
  ///   symbolic link.
  init(
    layout: SwarmLayout, swarm: GUID, namespace: Namespace, staging: StagingFolder,
    torn: LockOptions? = nil
  ) throws(SwarmError) {
    self.layout = layout
    self.swarm = swarm
    self.namespace = namespace
    self.staging = staging
    let folder = layout.memory(swarm, namespace)
    copy = SwarmLayout(root: staging.path).memory(swarm, namespace)
    try FileSystem.makeFolders(copy)
    for place in [layout.memory(swarm), folder] {
      guard let kind = try FileSystem.status(place)?.kind, kind != .folder else { continue }
      throw SwarmError(
        .refused, "\(place) is not a folder; nothing outside the root is ever used as memory",
        hint: "move it away", path: place)
    }
    guard try FileSystem.status(folder) != nil else {
      (originals, existed) = ([:], false)
      return
    }
    existed = true
    var originals: [FilePath: Original] = [:]
    let now = Timestamp.nanoseconds()
    for entry in try FolderTree.entries(of: folder) {
      let target = copy + "/" + entry.path
      switch entry.status.kind {
      case .folder:
        try FileSystem.makeFolder(target)
        originals[entry.path] = Original(status: entry.status, copy: nil, checksum: nil)
      case .file:
        let (source, made) = try Self.copy(
          folder + "/" + entry.path, to: target, torn: entry.path == Self.memoryPath ? torn : nil)
        let isYoung = source.isYoung(at: now)
        originals[entry.path] = Original(
          status: source, copy: made, checksum: isYoung ? try Self.checksum(target) : nil)
      case .link, .other:
        // Never followed and never copied; kept where it is.
        originals[entry.path] = Original(status: entry.status, copy: nil, checksum: nil)
      }
    }
    self.originals = originals
  }

  /// Copies a file; a memory once it is JSON.
  private static func copy(_ source: FilePath, to target: FilePath, torn: LockOptions?)
    throws(SwarmError) -> (source: FileStatus, copy: FileStatus)
  {
    var patience: TornMemory?
    while true {
      let copied = try FolderTree.copyFile(source, to: target)
      guard let torn else { return copied }
      // Nobody knows of the copy yet.
      let mistake = try MappedFile.withContent(target.text) { TornMemory.mistake(in: $0) }
      guard let mistake else { return copied }
      try FileSystem.removeFile(target)
      var waiting = patience ?? TornMemory(source.text, torn)
      try waiting.wait(copied.source, mistake)
      patience = waiting
    }
  }

  private static func checksum(_ path: FilePath) throws(SwarmError) -> Checksum {
    try FileDigest.checksum(path)
  }

  // MARK: Committing

  /// Makes files of our own of what the agent left: nobody who still has the old ones open can write to
  /// them.
  func makeCopyOwn() throws(SwarmError) {
    guard try FileSystem.status(copy)?.kind == .folder else { return }
    let own = staging.path + "/own"
    try FolderTree.copy(copy, to: own)
    try FileSystem.rename(copy, to: staging.path + "/shared")
    try FileSystem.rename(own, to: copy)
  }

  /// Brings what the agent changed into the namespace, whole and on disk, or changes nothing.
  ///
  /// - Parameter author: What makes the change: an agent's name, or a verb.
  /// - Throws: ``SwarmError/Code/sealed`` and ``SwarmError/Code/snapshot`` where nothing may change,
  ///   ``SwarmError/Code/invalidMemory`` where the copy is no JSON and
  ///   ``SwarmError/Code/conflict`` where another program changed the namespace meanwhile, both
  ///   after keeping the agent's version; ``SwarmError/Code/io`` where the disk fails.
  func commit(by author: String = "swarmctl") throws(SwarmError) -> Commit {
    let left = try entriesLeft()
    let changes = try changes(left)
    if changes.isEmpty { return Commit() }
    try checkMemory(changes)
    // Before the check, not after it: the way from the check to the rename must be short.
    for change in changes {
      guard case .write(let path) = change else { continue }
      try secure(copy + "/" + path)
    }
    let gate = try ChangeGate.enter(swarm, namespace, layout: layout)
    defer { gate.release() }
    if try wasChangedByOthers() {
      let kept = try keep(reason: "conflict")
      throw SwarmError(
        .conflict,
        "another program changed \(layout.memoryFile(swarm, namespace)) during the run; "
          + "its version stays",
        hint: .keptVersion(kept), path: kept)
    }
    let change = try replaced(by: changes, left, author)
    let version = NamespaceVersions(layout: layout, swarm: swarm, namespace: namespace).keep(change)
    do throws(SwarmError) {
      try apply(changes, left)
    } catch {
      version.discard()
      throw error
    }
    version.finish()
    return Commit(
      outcome: .committed, version: version.number, warning: version.warning,
      bytes: change.left?.size)
  }

  /// What of the namespace the changes take the place of.
  private func replaced(by changes: [Change], _ left: [FolderTree.Entry], _ author: String)
    throws(SwarmError) -> NamespaceVersions.Change
  {
    let written = Set(changes.compactMap { if case .write(let path) = $0 { path } else { nil } })
    let staying = Set(left.map(\.path))
    var change = NamespaceVersions.Change(by: author)
    for (path, original) in originals where original.status.kind == .file {
      guard written.contains(path) || !staying.contains(path) else { continue }
      change.replaced.append(path)
      change.bytes = change.bytes &+ original.status.size
    }
    change.added = written.filter { originals[$0]?.status.kind != .file }.sorted()
    if written.contains(Self.memoryPath) {
      change.left = try FileSystem.status(memoryFile)
    } else if staying.contains(Self.memoryPath) {
      change.left = originals[Self.memoryPath]?.status
    }
    return change
  }

  /// What the agent left, readable again where it took its own permissions away.
  private func entriesLeft() throws(SwarmError) -> [FolderTree.Entry] {
    switch try FileSystem.status(copy)?.kind {
    case .folder: return try FolderTree.entries(of: copy, restoringAccess: true)
    case nil: return []  // Whoever removes the whole folder removes what is in it.
    default:
      throw SwarmError(
        .refused,
        "the agent replaced the folder of its memory by something else; "
          + "nothing was changed", path: folder)
    }
  }

  private func changes(_ left: [FolderTree.Entry]) throws(SwarmError) -> [Change] {
    var changes: [Change] = []
    var seen: Set<FilePath> = []
    for entry in left {
      seen.insert(entry.path)
      let original = originals[entry.path]
      switch entry.status.kind {
      case .folder:
        if original?.status.kind != .folder { changes.append(.structure) }
      case .file:
        guard let original, original.status.kind == .file, let copied = original.copy else {
          if original != nil || entry.path.isNested { changes.append(.structure) }
          changes.append(.write(entry.path))
          continue
        }
        if entry.status.isUnchanged(since: copied) { continue }
        if entry.status.size == original.status.size, try hasSameContent(entry.path) { continue }
        changes.append(.write(entry.path))
      case .link, .other:
        throw SwarmError(
          .refused,
          "the agent left \(entry.path), which is neither a file nor a folder; "
            + "nothing was changed",
          hint: "only files and folders can be kept beside memory.json",
          path: (layout.memory(swarm, namespace) + "/" + entry.path).text)
      }
    }
    for (path, original) in originals where !seen.contains(path) {
      switch original.status.kind {
      case .file: changes.append(path.isNested ? .structure : .remove(path))
      case .folder: changes.append(.structure)
      case .link, .other: break
      }
    }
    return changes
  }

  private func hasSameContent(_ path: FilePath) throws(SwarmError) -> Bool {
    try FileComparison.haveSameContent(folder + "/" + path, copy + "/" + path)
  }

  /// Why a memory that is no file is refused.
  static let memoryIsFolder = SwarmError(
    .invalidMemory, "the agent made memory.json a folder; nothing was changed",
    hint: "an agent writes one JSON value to the file that BRAINSTEM_MEMORY_PATH names")

  /// Why a memory that is not one JSON value is refused.
  ///
  /// - Parameters:
  ///   - mistake: What is wrong with it.
  ///   - kept: Where the agent's version is, if it could be kept.
  static func memoryIsNotJSON(_ mistake: JSONSyntaxError, kept: String?) -> SwarmError {
    SwarmError(
      .invalidMemory,
      "the agent left a memory that is not JSON (line \(mistake.line), column \(mistake.column): "
        + "\(mistake.message)); nothing was changed",
      hint: kept.map { "the agent's version is in \($0)" as Hint }, path: kept)
  }

  /// Refuses a memory that is not one JSON value, after keeping it.
  private func checkMemory(_ changes: [Change]) throws(SwarmError) {
    let isWritten = changes.contains {
      if case .write(let path) = $0 { path == Self.memoryPath } else { false }
    }
    guard isWritten else {
      if try FileSystem.status(memoryFile).map({ $0.kind != .file }) ?? false {
        throw Self.memoryIsFolder
      }
      return
    }
    let mistake = try MappedFile.withContent(memoryFile) { bytes -> JSONSyntaxError? in
      do throws(JSONSyntaxError) {
        // Python writes and reads NaN and Infinity, and so do the other programs of this tree.
        try JSONScanner.validate(bytes, options: .allowNonFinite)
        return nil
      } catch {
        return error
      }
    }
    guard let mistake else { return }
    try secure(memoryFile)
    throw Self.memoryIsNotJSON(mistake, kept: try keep(reason: "invalid"))
  }

  /// Whether the namespace is not what was copied any more.
  private func wasChangedByOthers() throws(SwarmError) -> Bool {
    guard try FileSystem.status(folder)?.kind == .folder else { return existed }
    if !existed { return try !FileSystem.list(folder).isEmpty }
    let current = try FolderTree.entries(of: folder)
    guard current.count == originals.count else { return true }
    for entry in current {
      guard let original = originals[entry.path], original.status.kind == entry.status.kind else {
        return true
      }
      guard entry.status.kind == .file else { continue }
      guard entry.status.hasContent(of: original.status) else { return true }
      if let checksum = original.checksum,
        try Self.checksum(folder + "/" + entry.path) != checksum
      {
        return true
      }
    }
    return false
  }

  /// Keeps what the agent left where it can be looked at.
  private func keep(reason: String) throws(SwarmError) -> String {
    try KeptVersion.keep(folder: copy, of: swarm, namespace, reason: reason, layout: layout)
  }

  /// Makes a file private and durable.
  func secure(_ path: some SystemPath) throws(SwarmError) {
    do throws(SystemError) {
      let file = try FileSystem.open(path, O_RDONLY | O_NOFOLLOW)
      try systemCall { fchmod(file.number, FileSystem.fileMode) }
      try systemCall { fsync(file.number) }
    } catch {
      throw error.describing("write to disk", path)
    }
  }
}
