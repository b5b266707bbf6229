#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder that is held open, so that what is done in it is done in that very folder, whatever
/// becomes of its path; what is in it is reached without following any link.
final class OpenFolder {
  private let stream: FolderStream
  /// Where it was found.
  let path: FilePath

  private init(_ stream: FolderStream, _ path: FilePath) {
    self.stream = stream
    self.path = path
  }

  /// Opens a folder.
  ///
  /// The C function is `openat`.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - followLinks: Whether `path` may be a symbolic link.
  /// - Returns: `nil` where no folder is.
  /// - Throws: ``SwarmError/Code/io`` for one that cannot be read.
  static func at(_ path: some SystemPath, followLinks: Bool = false) throws(SwarmError)
    -> OpenFolder?
  {
    try open(path.filePath, in: AT_FDCWD, path.filePath, followLinks: followLinks)
  }

  /// Opens a folder in this one; `nil` where there is none, or a link.
  func folder(_ name: FilePath) throws(SwarmError) -> OpenFolder? {
    try Self.open(name, in: stream.descriptor, path / name, followLinks: false)
  }

  private static func open(
    _ name: FilePath, in base: Int32, _ path: FilePath, followLinks: Bool
  ) throws(SwarmError) -> OpenFolder? {
    do throws(SystemError) {
      return OpenFolder(try FolderStream(name, in: base, followLinks: followLinks), path)
    } catch {
      if error.isMissing || error.number == ELOOP { return nil }
      throw error.describing("list", path)
    }
  }

  /// What is in the folder, in the order of the names' bytes; for one call only.
  func names() throws(SwarmError) -> [FilePath] {
    do throws(SystemError) {
      return try stream.names()
    } catch {
      throw error.describing("list", path)
    }
  }

  /// What a name in the folder names, or `nil`.
  func status(_ name: FilePath) throws(SwarmError) -> FileStatus? {
    do throws(SystemError) {
      return try stream.status(name)
    } catch {
      if error.isMissing { return nil }
      throw error.describing("look at", path / name)
    }
  }

  /// The folder's own status.
  func status() throws(SwarmError) -> FileStatus {
    try FileSystem.status(of: stream.descriptor, path: path)
  }

  /// Removes a folder in this one with everything in it; nothing there is no error.
  func remove(_ name: FilePath) throws(SwarmError) {
    try FolderRemoval.remove(name, in: stream.descriptor)
  }

  /// Gives a folder in this one back to its owner, who may have lost the right to open it.
  ///
  /// The C function is `fchmodat`.
  func makeUsable(_ name: FilePath) {
    _ = name.withSystemPath {
      fchmodat(stream.descriptor, $0, FileSystem.folderMode, AT_SYMLINK_NOFOLLOW)
    }
  }

  /// Locks the folder for as long as it is open, unless somebody else has it.
  ///
  /// The C function is `flock`.
  ///
  /// - Returns: Whether it is locked.
  func lock() throws(SwarmError) -> Bool {
    do throws(SystemError) {
      try systemCall { flock(stream.descriptor, LOCK_EX | LOCK_NB) }
      return true
    } catch {
      if error.number == EWOULDBLOCK { return false }
      throw error.describing("lock", path)
    }
  }
}
