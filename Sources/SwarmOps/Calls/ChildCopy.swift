/// The folder of a child: its FIFOs, and the copy of the memory that its agents work on.
struct ChildCopy: Sendable {
  /// The folder, private and on no file system in particular.
  let folder: String
  /// The copy's folder.
  let copy: String
  /// The copy of the memory, the value of `BRAINSTEM_MEMORY_PATH`.
  let memoryFile: String

  /// The private temporary folder of its agents, on disk; `nil` where they share everybody's.
  let temporary: String?

  /// Files made before and after the copy's folder.
  ///
  /// Whoever clears a place away, in whichever order, has removed one of them before it comes to the
  /// copy; so while both are there, what is missing from the copy was removed by the agent.
  private static let companions = ["before", "later"]

  /// Why a call fails whose copy was cleared away.
  static let vanished = SwarmError(
    .io,
    "the copy of the memory was removed by another program while an agent worked on it; "
      + "the memory was not changed", hint: "run the call again")

  /// Makes the folder and the copy.
  ///
  /// - Parameters:
  ///   - folder: A free name in a private folder.
  ///   - key: The namespace.
  ///   - content: Its memory, or `nil` for none.
  ///   - temporary: A free name for a temporary folder of its agents, or `nil` for none.
  init(_ folder: String, of key: NamespaceKey, content: [UInt8]?, temporary: String?)
    throws(SwarmError)
  {
    (self.folder, self.temporary) = (folder, temporary)
    let staged = SwarmLayout(root: folder)
    copy = staged.memory(key.swarm, key.namespace)
    memoryFile = staged.memoryFile(key.swarm, key.namespace)
    try FileSystem.makeFolder(folder)
    try FileSystem.create(folder + "/" + Self.companions[0], [], sync: false)
    try FileSystem.makeFolders(copy)
    try FileSystem.create(folder + "/" + Self.companions[1], [], sync: false)
    if let content { try FileSystem.create(memoryFile, content, sync: false) }
    if let temporary { try FileSystem.makeFolder(temporary) }
  }

  /// The folder around the copy, which is all of the swarm that its agents may change.
  var swarmFolder: String { FileChanges.parent(copy).text }

  /// Whether the copy's folder is still there.
  var isThere: Bool { isComplete && (try? FileSystem.status(copy))?.kind == .folder }

  /// Whether nobody has begun to clear the folder away.
  var isComplete: Bool {
    Self.companions.allSatisfy { (try? FileSystem.status(folder + "/" + $0))?.kind == .file }
  }

  /// Reads what a call left there, as files of our own; its process has ended.
  ///
  /// - Parameters:
  ///   - place: A free name on the root's file system.
  ///   - key: The namespace.
  ///   - layout: The root.
  func files(to place: String, of key: NamespaceKey, _ layout: SwarmLayout) throws(SwarmError)
    -> MemoryState
  {
    // Whoever removes the whole folder removes what is in it.
    if try FileSystem.status(copy) == nil {
      if isComplete { return .gone }
      throw Self.vanished
    }
    // It may be on another file system.
    try FolderTree.copy(copy, to: place)
    if !isComplete { throw Self.vanished }
    let memory = place + "/" + SwarmLayout.memoryName
    if try FileSystem.status(memory)?.kind == .folder { throw RefusedMemory.isFolder }
    guard let bytes = try FileSystem.readIfPresent(memory, followLinks: false),
      let mistake = TornMemory.mistake(in: bytes)
    else { return .folder(place) }
    let kept = try? KeptVersion.keep(
      bytes, of: key.swarm, key.namespace, reason: "invalid", layout: layout)
    throw RefusedMemory.isNotJSON(mistake, kept: kept)
  }

  /// Removes the folders.
  func remove() {
    try? FolderTree.remove(folder)
    if let temporary { try? FolderTree.remove(temporary) }
  }
}
