#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The permissions of a folder and everything in it, closed against writing and opened again.
///
/// Symbolic links are never followed.
struct FolderModes {
  /// The mode of a file that nobody is to write.
  static let closedFile: mode_t = 0o444
  /// The mode of a folder that nobody is to write.
  static let closedFolder: mode_t = 0o555

  private let entries: [(path: FilePath, status: FileStatus)]

  /// Looks at a folder; nothing there is nothing to change.
  ///
  /// - Parameter folder: The folder.
  /// - Throws: ``SwarmError/Code/io`` where something in it belongs to somebody else, whose modes
  ///   cannot be set, or cannot be listed.
  init(_ folder: String) throws(SwarmError) {
    guard let status = try FileSystem.status(folder), status.kind == .folder else {
      entries = []
      return
    }
    var entries = [(path: FilePath(folder), status: status)]
    for entry in try FolderTree.entries(of: folder)
    where entry.status.kind == .file || entry.status.kind == .folder {
      entries.append((FilePath(folder) / entry.path, entry.status))
    }
    let user = geteuid()
    if user != 0, let foreign = entries.first(where: { $0.status.owner != user }) {
      throw SwarmError(
        .io,
        "\(foreign.path.text) belongs to another user, so its mode cannot be set; nothing was changed",
        hint: "do it as that user, or take over the file with chown", path: foreign.path.text)
    }
    self.entries = entries
  }

  /// Takes the right to write from everybody, or changes nothing.
  func close() throws(SwarmError) {
    try set { $0.kind == .folder ? Self.closedFolder : Self.closedFile }
  }

  /// Takes the right to write one file or folder from everybody.
  ///
  /// - Parameter path: The file or folder; no link.
  static func closeOne(_ path: String) throws(SwarmError) {
    let mode = try FileSystem.status(path)?.kind == .folder ? closedFolder : closedFile
    try systemCall("set the mode of", path) { chmod(path, mode) }
  }

  /// Gives the owner all rights to one folder, so that it can be moved or changed.
  ///
  /// - Parameter path: The folder.
  static func openOne(_ path: String) throws(SwarmError) {
    try systemCall("set the mode of", path) { chmod(path, FileSystem.folderMode) }
  }

  /// Gives the owner, and nobody else, all rights, or changes nothing.
  func open() throws(SwarmError) {
    try set { $0.kind == .folder ? FileSystem.folderMode : FileSystem.fileMode }
  }

  private func set(_ mode: (FileStatus) -> mode_t) throws(SwarmError) {
    // Inner ones first: what is in a folder can be reached whatever its own mode becomes.
    var done = 0
    do throws(SwarmError) {
      for (path, status) in entries.reversed() {
        let wanted = mode(status)
        if mode_t(status.permissions) != wanted {
          try systemCall("set the mode of", path.text) { path.withSystemPath { chmod($0, wanted) } }
        }
        done += 1
      }
    } catch {
      for (path, status) in entries.reversed().prefix(done).reversed() {
        _ = path.withSystemPath { chmod($0, mode_t(status.permissions)) }
      }
      throw error
    }
  }
}
