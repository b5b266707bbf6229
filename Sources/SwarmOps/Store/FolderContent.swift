/// Makes a folder what another one is, file by file, where the file system cannot exchange the two.
///
/// Each file is replaced by one rename, a memory last, and everything is taken back where a step fails. A
/// crash in between leaves some files of either state, each of them whole.
struct FolderContent {
  private let target: FilePath
  private let new: FilePath
  private let changes: FileChanges
  private var names = 0

  /// Prepares it.
  ///
  /// - Parameters:
  ///   - target: The folder that stays.
  ///   - new: What is to be in it, staged and on disk; its files leave it.
  ///   - changes: What makes the steps.
  init(of target: some SystemPath, from new: some SystemPath, changes: FileChanges) {
    self.target = target.filePath
    self.new = new.filePath
    self.changes = changes
  }

  /// Makes the steps.
  mutating func replace() throws(SwarmError) {
    let old = try FolderTree.entries(of: target)
    let wanted = try FolderTree.entries(of: new)
    let kept = Dictionary(wanted.map { ($0.path, $0.status.kind) }) { first, _ in first }
    // What is of another kind is in the way; a folder goes with what is in it.
    var removed: FilePath?
    for entry in old where kept[entry.path] != entry.status.kind {
      if let removed, entry.path.isBelow(removed) { continue }
      try changes.remove(target / entry.path, to: aside())
      removed = entry.path
    }
    for entry in wanted where entry.status.kind == .folder {
      try changes.makeFolders(target / entry.path)
    }
    let files = wanted.filter { $0.status.kind == .file }
    for entry in files where !isMemory(entry) { try put(entry) }
    for entry in files where isMemory(entry) { try put(entry) }
  }

  private mutating func put(_ entry: FolderTree.Entry) throws(SwarmError) {
    // A second name of the same file; renaming one over the other does nothing.
    if try FileSystem.status(target / entry.path)?.isSame(as: entry.status) == true { return }
    try changes.replace(target / entry.path, with: new / entry.path, keeping: aside())
  }

  private func isMemory(_ entry: FolderTree.Entry) -> Bool {
    entry.path.name == SwarmLayout.memoryName
  }

  /// A free name beside the staged folder.
  private mutating func aside() -> FilePath {
    names += 1
    return new + ".old-\(names)"
  }
}
