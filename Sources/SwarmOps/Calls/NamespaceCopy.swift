/// One namespace copied for a run, and the way back of what the run made of it.
///
/// The agent works on a private copy. The original is untouched until ``commit(by:)``, which replaces
/// what changed and nothing else, or fails and changes nothing. The caller holds the namespace's
/// lock from before the copy is made until after the commit.
struct NamespaceCopy {
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

  /// Bytes of `memory.json` when the copy was made; `nil` where there was none.
  var memoryBytes: Int? { originals[SwarmLayout.memoryPath]?.status.size }

  /// The copy's memory file, the value of `BRAINSTEM_MEMORY_PATH`.
  var memoryFile: String { copy + "/" + SwarmLayout.memoryName }

  let layout: SwarmLayout
  let swarm: GUID
  let namespace: Namespace
  let staging: StagingFolder
  /// Whether several machines share the root: a file server may set a file's time once more, some
  /// seconds after it was written, so its content is compared.
  private let isShared: Bool
  /// The copy's folder.
  let copy: String
  /// What was there, by its path in the namespace.
  let originals: [FilePath: Original]
  /// Whether the namespace was there.
  let existed: Bool

  /// The namespace's folder.
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
    isShared = try RootSettings.isShared(layout)
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
          folder + "/" + entry.path, to: target,
          torn: entry.path == SwarmLayout.memoryPath ? torn : nil)
        let saysLittle = isShared || source.isYoung(at: now)
        originals[entry.path] = Original(
          status: source, copy: made, checksum: saysLittle ? try FileDigest.checksum(target) : nil)
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
      let copied = try FileCopy.make(of: source, at: target)
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

  // MARK: Committing

  /// Makes files of our own of what the agent left: nobody who still has the old ones open can write to
  /// them.
  func makeOwn() throws(SwarmError) {
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
    let difference = try NamespaceDifference(of: self)
    if difference.isEmpty { return Commit() }
    let written = difference.written
    try checkMemory(isWritten: written.contains(SwarmLayout.memoryPath))
    // Before the check, not after it: the way from the check to the rename must be short.
    for path in written { try FileSystem.secure(copy + "/" + path) }
    let commit = NamespaceCommit(
      layout: layout, swarm: swarm, namespace: namespace, previous: staging.path + "/previous")
    let change = try difference.replaced(by: author)
    let done = try commit.perform(change) { () throws(SwarmError) in
      if try wasChangedByOthers() { throw commit.conflict(kept: try keep(reason: "conflict")) }
      return try difference.step()
    }
    return Commit(
      outcome: .committed, version: done.version, warning: done.warning, bytes: change.left?.size)
  }

  /// Refuses a memory that is not one JSON value, after keeping it.
  private func checkMemory(isWritten: Bool) throws(SwarmError) {
    guard isWritten else {
      if try FileSystem.status(memoryFile).map({ $0.kind != .file }) ?? false {
        throw RefusedMemory.isFolder
      }
      return
    }
    let mistake = try MappedFile.withContent(memoryFile) { TornMemory.mistake(in: $0) }
    guard let mistake else { return }
    try FileSystem.secure(memoryFile)
    throw RefusedMemory.isNotJSON(mistake, kept: try keep(reason: "invalid"))
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
      guard isShared || entry.status.hasContent(of: original.status) else { return true }
      if let checksum = original.checksum,
        try FileDigest.checksum(folder + "/" + entry.path) != checksum
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
}
