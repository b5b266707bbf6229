#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whole folders: walking, copying, removing.
///
/// Symbolic links are never followed.
enum FolderTree {
  /// The files and folders below a folder.
  struct Entry {
    /// The path from the folder, such as `notes/a.txt`.
    let path: FilePath
    /// What is there.
    let status: FileStatus
  }

  /// Everything below a folder, a folder before what is in it, otherwise in the order of the names'
  /// bytes.
  ///
  /// What vanishes while it is listed is not there.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - restoringAccess: Whether files and folders that their owner may not use are made usable,
  ///     the folder included; for what an agent left in a copy of ours.
  static func entries(of folder: some SystemPath, restoringAccess: Bool = false)
    throws(SwarmError) -> [Entry]
  {
    let top = folder.filePath
    var found: [Entry] = []
    if restoringAccess, let status = try FileSystem.status(top) {
      top.withSystemPath { restoreAccess($0, in: AT_FDCWD, status) }
    }
    try collect(top, nil, restoringAccess, &found)
    return found
  }

  private static func collect(
    _ top: FilePath, _ prefix: FilePath?, _ restoringAccess: Bool, _ found: inout [Entry]
  ) throws(SwarmError) {
    let folder = prefix.map { top / $0 } ?? top
    let inside: [Entry]
    do throws(SystemError) {
      inside = try list(folder, isTop: prefix == nil, restoringAccess)
    } catch {
      // Gone since it was seen, or something else by now.
      if prefix != nil, error.isMissing || error.number == ELOOP { return }
      throw error.describing("list", folder)
    }
    for entry in inside {
      let path = prefix.map { $0 / entry.path } ?? entry.path
      found.append(Entry(path: path, status: entry.status))
      if entry.status.kind == .folder { try collect(top, path, restoringAccess, &found) }
    }
  }

  /// What is in one folder, closed again on return: folders can be nested deeper than a process may
  /// have files open.
  private static func list(_ folder: FilePath, isTop: Bool, _ restoringAccess: Bool)
    throws(SystemError) -> [Entry]
  {
    let stream = try FolderStream(folder, followLinks: isTop)
    var found: [Entry] = []
    for name in try stream.names() {
      do throws(SystemError) {
        let status = try stream.status(name)
        if restoringAccess {
          name.withSystemPath { restoreAccess($0, in: stream.descriptor, status) }
        }
        found.append(Entry(path: name, status: status))
      } catch {
        if error.number != ENOENT { throw error }
      }
    }
    return found
  }

  private static func restoreAccess(
    _ name: UnsafePointer<CChar>, in folder: Int32, _ status: FileStatus
  ) {
    // Not through a link that a process may have put there since.
    switch status.kind {
    case .folder where status.permissions & 0o700 != 0o700:
      _ = fchmodat(folder, name, FileSystem.folderMode, AT_SYMLINK_NOFOLLOW)
    case .file where status.permissions & 0o600 != 0o600:
      _ = fchmodat(folder, name, FileSystem.fileMode, AT_SYMLINK_NOFOLLOW)
    default: break
    }
  }

  /// Removes a folder with everything in it, or a file.
  ///
  /// Nothing there is no error.
  static func remove(_ path: some SystemPath) throws(SwarmError) {
    guard let status = try FileSystem.status(path) else { return }
    if status.kind == .folder {
      try FolderRemoval.remove(path)
    } else {
      try FileSystem.removeFile(path)
    }
  }

  /// Copies a folder with everything in it.
  ///
  /// - Parameters:
  ///   - source: The folder; made usable where its owner may not use what is in it.
  ///   - target: The copy, which must not exist.
  /// - Throws: ``SwarmError/Code/refused`` where anything is neither a file nor a folder.
  static func copy(_ source: some SystemPath, to target: some SystemPath) throws(SwarmError) {
    func refuse(_ path: String) -> SwarmError {
      SwarmError(
        .refused, "\(path) is neither a file nor a folder; nothing was changed",
        hint: "only files and folders can be kept beside memory.json", path: path)
    }
    let (source, target) = (source.filePath, target.filePath)
    guard try FileSystem.status(source)?.kind == .folder else { throw refuse(source.text) }
    try FileSystem.makeFolder(target)
    for entry in try entries(of: source, restoringAccess: true) {
      switch entry.status.kind {
      case .folder: try FileSystem.makeFolder(target / entry.path)
      case .file: try FileCopy.make(of: source / entry.path, at: target / entry.path)
      case .link, .other: throw refuse(entry.path.text)
      }
    }
  }
}
