import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Copies of whole folders with modes of their own and the times of the originals, on disk in the end.
///
/// Bytes are copied, or blocks shared where the file system can; never the files themselves linked.
/// Links, devices and names that are not UTF-8 are left out and named.
struct FolderCopy {
  /// Files that were copied.
  private(set) var files = 0
  /// Bytes that were copied.
  private(set) var bytes = 0
  /// A sentence on everything that was left out.
  private(set) var left: [String] = []

  private let fileMode: mode_t
  private let folderMode: mode_t
  private var wanted: [(source: FilePath, target: FilePath)] = []
  private var folders: [FilePath] = []
  /// From so many files on the file system is synced as a whole: one wait instead of one for each.
  private static let manyFiles = 64

  /// Prepares copies.
  ///
  /// - Parameters:
  ///   - file: The mode of the files that are made.
  ///   - folder: The mode of the folders that are made, set by ``finish()``.
  init(file: mode_t, folder: mode_t) {
    (fileMode, folderMode) = (file, folder)
  }

  /// Adds a folder with everything in it; nothing there makes an empty one.
  ///
  /// - Parameters:
  ///   - source: The folder.
  ///   - target: The copy, which must not exist.
  mutating func add(_ source: some SystemPath, to target: some SystemPath) throws(SwarmError) {
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
      case .file: addFile(source / entry.path, to: target / entry.path)
      case .link: left.append("\(source)/\(entry.path): a symbolic link; it is not followed")
      case .other: left.append("\(source)/\(entry.path): neither a file nor a folder")
      }
    }
  }

  /// Adds one regular file.
  ///
  /// - Parameters:
  ///   - source: The file.
  ///   - target: The copy, which must not exist.
  mutating func addFile(_ source: some SystemPath, to target: some SystemPath) {
    wanted.append((source.filePath, target.filePath))
  }

  /// Copies the files, sets the folders' modes and waits until everything has reached the disk.
  mutating func finish() throws(SwarmError) {
    bytes = try FileCopies(wanted, mode: fileMode).make()
    files = wanted.count
    for folder in folders.reversed() {
      try systemCall("set the mode of", folder.text) {
        folder.withSystemPath { chmod($0, folderMode) }
      }
    }
    guard let first = folders.first ?? wanted.first?.target else { return }
    if wanted.count + folders.count > Self.manyFiles {
      return try PlatformCalls.syncFileSystem(of: first.text)
    }
    for path in wanted.map(\.target) + folders.reversed() { try FileSystem.sync(path) }
  }
}

/// Copies of many files, made by two threads: most of the time bytes are moved in memory, and two cores
/// move more of them.
private final class FileCopies: Sendable {
  typealias Pair = (source: FilePath, target: FilePath)

  private let pairs: [Pair]
  private let mode: mode_t
  private let next = Atomic(0)
  private let outcome = Mutex<Result<Int, SwarmError>>(.success(0))

  init(_ pairs: [Pair], mode: mode_t) { (self.pairs, self.mode) = (pairs, mode) }

  /// Makes them all.
  ///
  /// - Returns: The bytes in them.
  func make() throws(SwarmError) -> Int {
    let helper = pairs.count > 1 ? try? NativeThread { self.work() } : nil
    work()
    helper?.join()
    return try outcome.withLock { $0 }.get()
  }

  /// Makes one after the other until none is left, or one has failed.
  private func work() {
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < pairs.count else { return }
      do throws(SwarmError) {
        let status = try FileCopy.make(
          of: pairs[index].source, at: pairs[index].target, mode: mode, keepsTime: true,
          isSyncedSoon: true
        ).source
        outcome.withLock { $0 = $0.map { $0 &+ status.size } }
      } catch {
        outcome.withLock { $0 = .failure(error) }
        next.store(pairs.count, ordering: .relaxed)
      }
    }
  }
}
