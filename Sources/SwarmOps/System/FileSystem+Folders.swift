#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Making and removing folders.
extension FileSystem {
  /// Makes a folder of mode 0700; one that exists is kept as it is.
  ///
  /// The C function is `mkdir`.
  ///
  /// - Returns: Whether it was made.
  @discardableResult
  static func makeFolder(_ path: some SystemPath) throws(SwarmError) -> Bool {
    do {
      try systemCall { path.withSystemPath { mkdir($0, folderMode) } }
    } catch {
      if error.number == EEXIST {
        if statusFollowingLinks(path)?.kind == .folder { return false }
        throw SwarmError(
          .io, "\(path.text) is in the way: a folder belongs there", path: path.text,
          underlying: error.text)
      }
      throw error.describing("make the folder", path)
    }
    try systemCall("set the mode of", path.text) {
      path.withSystemPath { chmod($0, folderMode) }
    }
    do throws(SystemError) {
      try Ownership.inherit(folder: path)
    } catch {
      throw error.describing("change the owner of", path)
    }
    return true
  }

  /// Sets the permissions of a file or folder; a symbolic link is an error.
  ///
  /// The C function is `fchmodat`.
  static func setMode(_ path: some SystemPath, _ mode: mode_t) throws(SwarmError) {
    try systemCall("set the mode of", path.text) {
      path.withSystemPath { fchmodat(AT_FDCWD, $0, mode, AT_SYMLINK_NOFOLLOW) }
    }
  }

  /// Makes a folder and those above it that are missing.
  static func makeFolders(_ path: some SystemPath) throws(SwarmError) {
    if statusFollowingLinks(path)?.kind == .folder { return }
    if let above = path.filePath.folder, !above.bytes.isEmpty { try makeFolders(above) }
    try makeFolder(path)
  }

  /// Removes a folder if nothing is in it.
  ///
  /// The C function is `rmdir`.
  static func removeFolderIfEmpty(_ path: some SystemPath) {
    _ = path.withSystemPath { rmdir($0) }
  }
}
