#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Removes a folder with everything in it, however deep it goes.
///
/// Agents can nest folders deeper than a path can be long. So each folder is reached from the open
/// one above it, links are never followed, and what lies deeper than descriptors should go is moved
/// up into the top folder first.
struct FolderRemoval {
  /// The most folders that are open at a time.
  private static let greatestDepth = 32

  private let top: FolderStream
  private var hasMoved = false

  /// Removes a folder.
  ///
  /// - Parameters:
  ///   - path: The folder; nothing there is no error.
  ///   - base: The open folder that a relative path begins at.
  static func remove(_ path: some SystemPath, in base: Int32 = AT_FDCWD) throws(SwarmError) {
    let path = path.filePath
    while let top = try open(path, in: base, path) {
      var removal = FolderRemoval(top: top)
      try removal.empty(top, depth: 1, path)
      if removal.hasMoved { continue }
      return try remove(path, in: base, AT_REMOVEDIR, path)
    }
  }

  private init(top: FolderStream) { self.top = top }

  /// Opens a folder that is to be emptied, whatever its permissions; `nil` where it is gone.
  private static func open(_ name: FilePath, in base: Int32, _ path: FilePath)
    throws(SwarmError) -> FolderStream?
  {
    do throws(SystemError) {
      let folder: FolderStream
      do throws(SystemError) {
        folder = try FolderStream(name, in: base)
      } catch {
        // A link would have been another error.
        guard error.number == EACCES, makeUsable(name, in: base) else { throw error }
        folder = try FolderStream(name, in: base)
      }
      var status = stat()
      if fstat(folder.descriptor, &status) == 0, status.st_mode & 0o700 != 0o700 {
        _ = fchmod(folder.descriptor, FileSystem.folderMode)
      }
      return folder
    } catch {
      if error.number == ENOENT { return nil }
      throw error.describing("remove", path)
    }
  }

  private static func makeUsable(_ name: FilePath, in base: Int32) -> Bool {
    name.withSystemPath { fchmodat(base, $0, FileSystem.folderMode, AT_SYMLINK_NOFOLLOW) } == 0
  }

  /// Removes everything in a folder.
  private mutating func empty(_ folder: FolderStream, depth: Int, _ path: FilePath)
    throws(SwarmError)
  {
    let base = folder.descriptor
    for (name, isFolder) in try Self.names(in: folder, path) {
      let child = path / name
      if !isFolder {
        try Self.remove(name, in: base, 0, child)
      } else if depth == Self.greatestDepth {
        try moveUp(name, from: base, child)
      } else if let inner = try Self.open(name, in: base, child) {
        try empty(inner, depth: depth + 1, child)
        try Self.remove(name, in: base, AT_REMOVEDIR, child)
      }
    }
  }

  /// Everything in a folder, listed before anything changes.
  private static func names(in folder: FolderStream, _ path: FilePath) throws(SwarmError)
    -> [(name: FilePath, isFolder: Bool)]
  {
    var names: [(name: FilePath, isFolder: Bool)] = []
    do throws(SystemError) {
      while let entry = try folder.next() {
        var kind = entry.kind
        if kind == nil { kind = try folder.status(entry.name).kind }
        names.append((entry.path, kind == .folder))
      }
    } catch {
      throw error.describing("list", path)
    }
    return names
  }

  /// Moves a folder to the top, under a name of its own.
  private mutating func moveUp(_ name: FilePath, from base: Int32, _ path: FilePath)
    throws(SwarmError)
  {
    // Moving a folder writes to it.
    _ = Self.makeUsable(name, in: base)
    let new = "moved-" + String(UInt64.random(in: .min ... .max), radix: 16)
    let top = top.descriptor
    try Self.ignoringMissing(path) { name.withSystemPath { renameat(base, $0, top, new) } }
    hasMoved = true
  }

  private static func remove(_ name: FilePath, in base: Int32, _ flags: Int32, _ path: FilePath)
    throws(SwarmError)
  {
    try ignoringMissing(path) { name.withSystemPath { unlinkat(base, $0, flags) } }
  }

  private static func ignoringMissing(_ path: FilePath, _ body: () -> Int32) throws(SwarmError) {
    do throws(SystemError) {
      try systemCall(body)
    } catch {
      if error.number != ENOENT { throw error.describing("remove", path) }
    }
  }
}
