/// Takes files and folders away in one rename each, all of them or none, and deletes them after.
///
/// What was moved lies in a staging folder until ``finish()``; a crash in between leaves it to the
/// next sweep. Links are moved themselves; what they lead to is never touched. Folders that their
/// owner made read-only, as those of snapshots are, are writable while something is moved out of them.
final class Removal {
  private let staging: StagingFolder
  private let changes = FileChanges()
  private var count = 0
  /// Folders that something is moved out of, with the mode they are to have again.
  private var folders: [FilePath: UInt16] = [:]
  /// Folders that were moved, with the mode they have again if they are put back.
  private var moved: [FilePath: UInt16] = [:]

  init(layout: SwarmLayout) throws(SwarmError) {
    staging = try StagingFolder.make(in: layout.staging)
  }

  /// The staging folder's path, so that a search can leave it out.
  var path: String { staging.path }

  /// Moves a file or folder away.
  func moveAway(_ path: some SystemPath) throws(SwarmError) {
    let path = path.filePath
    if let folder = path.folder, let mode = try Self.makeWritable(folder) {
      folders[folder] = folders[folder] ?? mode
    }
    // Moving a folder writes to it: to where it says what is above.
    if let mode = try Self.makeWritable(path) { moved[path] = mode }
    try changes.remove(path, to: "\(staging.path)/\(count)")
    count += 1
  }

  /// Lets the owner of a folder write to it.
  ///
  /// - Returns: Its mode before, where that was changed.
  private static func makeWritable(_ path: FilePath) throws(SwarmError) -> UInt16? {
    guard let status = try FileSystem.status(path), status.kind == .folder,
      status.permissions & 0o300 != 0o300, status.owner == Ownership.user
    else { return nil }
    try FileSystem.setMode(path, FileMode(status.permissions | 0o300))
    return status.permissions
  }

  private static func restore(_ modes: [FilePath: UInt16]) {
    for (path, mode) in modes { try? FileSystem.setMode(path, FileMode(mode)) }
  }

  /// Makes the removal durable, or puts everything back.
  func sync() throws(SwarmError) {
    do throws(SwarmError) {
      try changes.commit()
    } catch {
      Self.restore(moved)
      Self.restore(folders)
      throw error
    }
    Self.restore(folders)
  }

  /// Puts everything back.
  func undo() {
    changes.undo()
    Self.restore(moved)
    Self.restore(folders)
  }

  /// Deletes what was moved, for good.
  func finish() throws(SwarmError) { try staging.remove() }
}
