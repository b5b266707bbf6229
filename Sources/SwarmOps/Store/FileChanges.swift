/// Changes of names below the root that are all on disk once ``commit()`` returns, or have not
/// happened.
///
/// Each step is made at once, in one system call that every reader sees as before or after, and
/// remembers the way back. ``commit()`` waits until every folder that has changed has reached the
/// disk; where that fails, and with ``undo()``, the steps are taken back in reverse.
///
/// This is the one place that renames, exchanges and waits for the disk. A name that is `staged` lies
/// in a folder of ``StagingFolder``, which nobody needs after a crash, so that side is not waited for.
final class FileChanges {
  private var undoSteps: [() -> Void] = []
  /// In the order of the steps, each once.
  private var changedFolders: [FilePath] = []

  /// Makes several steps and commits them, or takes all of them back.
  ///
  /// - Parameter steps: Makes the steps.
  /// - Throws: What a step throws, or why the disk did not take them; then nothing has changed.
  static func perform<Result>(_ steps: (FileChanges) throws(SwarmError) -> Result)
    throws(SwarmError) -> Result
  {
    let changes = FileChanges()
    let result: Result
    do throws(SwarmError) {
      result = try steps(changes)
    } catch {
      changes.undo()
      throw error
    }
    try changes.commit()
    return result
  }

  // MARK: Steps

  /// Makes a folder and those above it that are missing.
  func makeFolders(_ path: some SystemPath) throws(SwarmError) {
    let path = path.filePath
    if FileSystem.statusFollowingLinks(path)?.kind == .folder { return }
    let parent = Self.parent(path)
    if parent != path { try makeFolders(parent) }
    guard try FileSystem.makeFolder(path) else { return }
    note(parent) { FileSystem.removeFolderIfEmpty(path) }
  }

  /// Puts something new where nothing is.
  ///
  /// - Parameters:
  ///   - target: Where nothing is.
  ///   - staged: The new file or folder, which is on disk.
  /// - Throws: ``SwarmError/Code/io`` where something is there.
  func add(_ target: some SystemPath, from staged: some SystemPath) throws(SwarmError) {
    try Ownership.set(of: staged, asAt: target)
    try Self.renameToFree(staged, target)
    note(Self.parent(target)) { try? FileSystem.rename(target, to: staged) }
  }

  /// Renames a new file over an old one, or to where none is.
  ///
  /// Where the file system gives no second names, the way back keeps the new file: it is whole, and
  /// taking it away would leave none.
  ///
  /// - Parameters:
  ///   - target: The old file; need not exist.
  ///   - staged: The new file, which is on disk.
  ///   - previous: A free name, staged, which the old file has afterwards.
  func replace(
    _ target: some SystemPath, with staged: some SystemPath, keeping previous: some SystemPath
  ) throws(SwarmError) {
    try Ownership.set(of: staged, asAt: target)
    let wasThere = try FileSystem.status(target) != nil
    let isKept = FileSystem.addName(target, previous)
    try FileSystem.rename(staged, to: target)
    note(Self.parent(target)) {
      if isKept {
        try? FileSystem.rename(previous, to: target)
      } else if !wasThere {
        try? FileSystem.removeFile(target)
      }
    }
  }

  /// Takes a file or folder away, to where it can be deleted, or brought back from.
  ///
  /// - Parameters:
  ///   - target: What goes; a link goes itself.
  ///   - staged: Where it is afterwards.
  func remove(_ target: some SystemPath, to staged: some SystemPath) throws(SwarmError) {
    try FileSystem.rename(target, to: staged)
    note(Self.parent(target)) { try? FileSystem.rename(staged, to: target) }
  }

  /// Renames a file or folder to a free name that others look at as well.
  func move(_ old: some SystemPath, to new: some SystemPath) throws(SwarmError) {
    try Self.renameToFree(old, new)
    note(Self.parent(old)) {}
    note(Self.parent(new)) { try? FileSystem.rename(new, to: old) }
  }

  /// Puts something new in place of something old, which then has the name of the new.
  ///
  /// - Parameters:
  ///   - target: What is replaced.
  ///   - other: The new file or folder, which is on disk.
  ///   - aside: For a file system that cannot exchange two names: a free name on it, by way of which
  ///     the old one goes. For a moment there is nothing at `target` then, and a crash in that moment
  ///     is repaired by ``finishExchange(_:with:aside:)``. Without a name such a file system is refused,
  ///     but for file servers, where two folders are exchanged file by file (``FolderContent``).
  /// - Throws: ``SwarmError/Code/setup`` where the file system cannot exchange.
  func exchange(_ target: some SystemPath, with other: some SystemPath, aside: String? = nil)
    throws(SwarmError)
  {
    try Ownership.set(of: other, asAt: target)
    do throws(SystemError) {
      try PlatformCalls.exchange(other, target)
      note(Self.parent(other)) {}
      return note(Self.parent(target)) { try? PlatformCalls.exchange(other, target) }
    } catch {
      guard error.isUnsupported else { throw error.describing("replace", target) }
      guard let aside else {
        if ServerView.isOnServer(target) {
          var content = FolderContent(of: target, from: other, changes: self)
          return try content.replace()
        }
        throw SwarmError(
          .setup, "the file system of \(target.text) cannot exchange two folders in one step",
          hint: "keep the root on ext4, xfs, btrfs, tmpfs or APFS", path: target.text,
          underlying: error.text)
      }
      try move(target, to: aside)
      try move(other, to: target)
      try move(aside, to: other)
    }
  }

  /// Brings an exchange that was cut off on its way by `aside` to its end; nothing else is touched.
  ///
  /// - Returns: Whether there was one, so that `target` is the new one.
  func finishExchange(_ target: String, with other: String, aside: String) throws(SwarmError)
    -> Bool
  {
    guard try FileSystem.status(aside) != nil else { return false }
    if try FileSystem.status(target) == nil { try move(other, to: target) }
    try move(aside, to: other)
    return true
  }

  private func note(_ folder: FilePath, undo: @escaping () -> Void) {
    if !changedFolders.contains(folder) { changedFolders.append(folder) }
    undoSteps.append(undo)
  }

  /// Renames without ever replacing anything; where the file system cannot promise that, after a look.
  private static func renameToFree(_ old: some SystemPath, _ new: some SystemPath)
    throws(SwarmError)
  {
    do throws(SystemError) {
      return try PlatformCalls.renameWithoutReplacing(old, new)
    } catch {
      guard error.isUnsupported else { throw error.describing("make", new) }
    }
    guard try FileSystem.status(new) == nil else {
      throw SwarmError(.io, "cannot make \(new.text): something is there already", path: new.text)
    }
    try FileSystem.rename(old, to: new)
  }

  // MARK: The end

  /// Waits until the steps are on disk; takes them back where the disk fails.
  func commit() throws(SwarmError) {
    do throws(SwarmError) {
      for folder in changedFolders { try FileSystem.sync(folder, followLinks: true) }
    } catch {
      undo()
      throw error
    }
    undoSteps = []
    changedFolders = []
  }

  /// Takes the steps back, the last one first.
  func undo() {
    for step in undoSteps.reversed() { step() }
    for folder in changedFolders { try? FileSystem.sync(folder, followLinks: true) }
    undoSteps = []
    changedFolders = []
  }

  // MARK: Second names

  /// Gives a file that is about to be replaced a second name, or says that it could not.
  ///
  /// Not waited for: it reaches the disk with whatever takes the file's place, or is not needed.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - name: A free name, which the file has from then on too.
  /// - Returns: Whether it has.
  static func addName(_ path: some SystemPath, _ name: some SystemPath) -> Bool {
    FileSystem.addName(path, name)
  }

  // MARK: New trees

  /// Writes files below a folder, all on disk with every folder that was made for them.
  ///
  /// - Parameters:
  ///   - files: Paths below the folder, which must be free, and contents.
  ///   - folder: The folder; made where it is missing.
  static func writeTree<Path: SystemPath>(
    _ files: [(path: Path, bytes: [UInt8])], below folder: String
  ) throws(SwarmError) {
    try perform { changes throws(SwarmError) in
      try changes.makeFolders(folder)
      for file in files { try changes.write(file.bytes, to: folder + "/" + file.path.filePath) }
    }
  }

  /// Writes a new file, with the folders above it that are missing.
  ///
  /// - Parameters:
  ///   - bytes: The content.
  ///   - path: Where nothing is, and where nobody looks before the file is whole.
  func write(_ bytes: [UInt8], to path: some SystemPath) throws(SwarmError) {
    try makeFolders(Self.parent(path))
    if try FileSystem.status(path) == nil {
      // Before the file is made: one that cannot be written whole goes as well.
      note(Self.parent(path)) { try? FileSystem.removeFile(path) }
    }
    try FileSystem.create(path, bytes, sync: true)
  }

  /// Waits until the content of a file is on disk; its name is waited for with the step that gives it.
  ///
  /// - Parameter file: The file; a link is not followed.
  static func syncFile(_ file: some SystemPath) throws(SwarmError) { try FileSystem.sync(file) }

  /// Waits until everything below a folder, and the folder itself, is on disk.
  ///
  /// - Parameter folder: The folder; links in it are not followed.
  static func syncTree(_ folder: some SystemPath) throws(SwarmError) {
    for entry in try FolderTree.entries(of: folder) {
      switch entry.status.kind {
      case .file, .folder: try FileSystem.sync(folder.filePath / entry.path)
      case .link, .other: break
      }
    }
    try FileSystem.sync(folder)
  }

  // MARK: What is computed again

  /// Puts a file in place of another without waiting for the disk: for caches alone.
  ///
  /// - Parameters:
  ///   - target: The old file; need not exist.
  ///   - staged: The new file.
  static func replaceCache(_ target: String, with staged: String) throws(SwarmError) {
    try FileSystem.makeFolders(parent(target))
    try FileSystem.rename(staged, to: target)
  }

  /// The folder that a path is in.
  static func parent(_ path: some SystemPath) -> FilePath {
    guard let folder = path.filePath.folder else { return "." }
    return folder.bytes.isEmpty ? "/" : folder
  }
}
