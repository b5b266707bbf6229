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
  /// - Parameter path: The folder; nothing there is no error.
  static func remove(_ path: String) throws(SwarmError) {
    while let top = try open(path, in: AT_FDCWD, path) {
      var removal = FolderRemoval(top: top)
      try removal.empty(top, depth: 1, path)
      if removal.hasMoved { continue }
      return try ignoringMissing(path) { rmdir(path) }
    }
  }

  private init(top: FolderStream) { self.top = top }

  /// Opens a folder that is to be emptied, whatever its permissions; `nil` where it is gone.
  private static func open(_ name: UnsafePointer<CChar>, in base: Int32, _ path: String)
    throws(SwarmError) -> FolderStream?
  {
    do throws(SystemError) {
      let folder: FolderStream
      do throws(SystemError) {
        folder = try FolderStream(name, in: base)
      } catch {
        // A link would have been another error.
        guard error.number == EACCES, fchmodat(base, name, FileSystem.folderMode, 0) == 0 else {
          throw error
        }
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

  /// Removes everything in a folder.
  private mutating func empty(_ folder: FolderStream, depth: Int, _ path: String)
    throws(SwarmError)
  {
    let base = folder.descriptor
    for (name, isFolder) in try Self.names(in: folder, path) {
      var child: String {
        path + "/" + String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
      }
      if !isFolder {
        try Self.ignoringMissing(child) { unlinkat(base, name, 0) }
      } else if depth == Self.greatestDepth {
        try moveUp(name, from: base, child)
      } else if let inner = try Self.open(name, in: base, child) {
        try empty(inner, depth: depth + 1, child)
        try Self.ignoringMissing(child) { unlinkat(base, name, AT_REMOVEDIR) }
      }
    }
  }

  /// Everything in a folder, listed before anything changes: names as bytes ended by zero, for they
  /// need not be text.
  private static func names(in folder: FolderStream, _ path: String) throws(SwarmError)
    -> [(name: [CChar], isFolder: Bool)]
  {
    var names: [(name: [CChar], isFolder: Bool)] = []
    do throws(SystemError) {
      while let entry = try folder.next() {
        var isFolder = entry.type == Int32(DT_DIR)
        if entry.type == Int32(DT_UNKNOWN) {
          var status = stat()
          try systemCall { fstatat(folder.descriptor, entry.name, &status, AT_SYMLINK_NOFOLLOW) }
          isFolder = status.st_mode & S_IFMT == S_IFDIR
        }
        names.append((Array(entry.bytes.map(CChar.init(bitPattern:)) + [0]), isFolder))
      }
    } catch {
      throw error.describing("list", path)
    }
    return names
  }

  /// Moves a folder to the top, under a name of its own.
  private mutating func moveUp(_ name: [CChar], from base: Int32, _ path: String)
    throws(SwarmError)
  {
    // Moving a folder writes to it.
    _ = fchmodat(base, name, FileSystem.folderMode, 0)
    let new = "moved-" + String(UInt64.random(in: .min ... .max), radix: 16)
    try Self.ignoringMissing(path) { renameat(base, name, top.descriptor, new) }
    hasMoved = true
  }

  private static func ignoringMissing(_ path: @autoclosure () -> String, _ body: () -> Int32)
    throws(SwarmError)
  {
    do throws(SystemError) {
      try systemCall(body)
    } catch {
      if error.number != ENOENT { throw error.describing("remove", path()) }
    }
  }
}
