#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Copies of whole folders with modes of their own and the times of the originals, synced at the end.
///
/// Bytes are copied, or blocks shared where the file system can; never the files themselves linked.
/// Links, devices and names that are not UTF-8 are left out and named.
struct FolderCopy {
  /// Files copied so far.
  private(set) var files = 0
  /// Bytes copied so far.
  private(set) var bytes = 0
  /// A sentence on everything that was left out.
  private(set) var left: [String] = []

  private let fileMode: mode_t
  private let folderMode: mode_t
  private var copied: [FilePath] = []
  private var folders: [FilePath] = []
  /// From so many files on the file system is synced as a whole: one wait instead of one for each.
  private static let manyFiles = 64

  /// Prepares copies.
  ///
  /// - Parameters:
  ///   - file: The mode of the files that are made.
  ///   - folder: The mode of the folders that are made, set by ``sync()``.
  init(file: mode_t, folder: mode_t) {
    (fileMode, folderMode) = (file, folder)
  }

  /// Copies a folder with everything in it; nothing there makes an empty one.
  ///
  /// - Parameters:
  ///   - source: The folder.
  ///   - target: The copy, which must not exist.
  mutating func copy(_ source: some SystemPath, to target: some SystemPath) throws(SwarmError) {
    let (source, target) = (source.filePath, target.filePath)
    try FileSystem.makeFolder(target)
    folders.append(target)
    guard let status = try FileSystem.status(source) else { return }
    guard status.kind == .folder else {
      left.append("\(source): not a folder")
      return
    }
    for entry in try FolderTree.entries(of: source) {
      switch entry.status.kind {
      case .folder:
        try FileSystem.makeFolder(target / entry.path)
        folders.append(target / entry.path)
      case .file: try copyFile(source / entry.path, to: target / entry.path)
      case .link: left.append("\(source)/\(entry.path): a symbolic link; it is not followed")
      case .other: left.append("\(source)/\(entry.path): neither a file nor a folder")
      }
    }
  }

  /// Copies one regular file.
  ///
  /// - Parameters:
  ///   - source: The file.
  ///   - target: The copy, which must not exist.
  mutating func copyFile(_ source: some SystemPath, to target: some SystemPath) throws(SwarmError) {
    let status = try FileCopy.make(
      of: source, at: target, mode: fileMode, keepsTime: true, isSyncedSoon: true
    ).source
    files += 1
    bytes = bytes &+ status.size
    copied.append(target.filePath)
  }

  /// Sets the folders' modes and waits until everything has reached the disk.
  func sync() throws(SwarmError) {
    for folder in folders.reversed() {
      try systemCall("set the mode of", folder.text) {
        folder.withSystemPath { chmod($0, folderMode) }
      }
    }
    guard let first = folders.first ?? copied.first else { return }
    if copied.count + folders.count > Self.manyFiles {
      return try PlatformCalls.syncFileSystem(of: first.text)
    }
    for path in copied + folders.reversed() { try FileSystem.sync(path) }
  }
}
