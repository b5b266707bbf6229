#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whose files are, when root works in a root that belongs to somebody else (`sudo swarmctl`): what
/// root makes belongs to the owner of the folder that it is made in, or that user could not use it.
enum Ownership {
  /// Whether this process may give files away, and has to.
  private static let isRoot = geteuid() == 0

  /// This process's user.
  static let user = geteuid()

  /// Gives what was just made to the owner of the folder that it is in.
  ///
  /// The C function is `fchown`.
  ///
  /// - Parameters:
  ///   - descriptor: The new file or folder, which root owns.
  ///   - path: Where it is.
  static func inherit(_ descriptor: Int32, at path: some SystemPath) throws(SystemError) {
    guard isRoot, let owner = owner(ofFolderOf: path) else { return }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_uid == 0,
      status.st_mode & S_IFMT == S_IFDIR || status.st_nlink == 1
    else { return }
    try systemCall { fchown(descriptor, owner.user, owner.group) }
  }

  /// ``inherit(_:at:)`` for a folder.
  static func inherit(folder path: some SystemPath) throws(SystemError) {
    guard isRoot, owner(ofFolderOf: path) != nil else { return }
    let folder = try FileSystem.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    try inherit(folder.number, at: path)
  }

  /// Gives what root made below a staging folder to the owner of the folder that it is to be put in.
  ///
  /// - Parameters:
  ///   - staged: A file, or a folder with everything in it.
  ///   - target: Where it is about to be.
  static func set(of staged: some SystemPath, asAt target: some SystemPath) throws(SwarmError) {
    guard isRoot, let owner = owner(ofFolderOf: target) else { return }
    let top = staged.filePath
    guard let status = try FileSystem.status(top) else { return }
    try set(of: top, status, to: owner)
    guard status.kind == .folder else { return }
    for entry in try FolderTree.entries(of: top) {
      try set(of: top / entry.path, entry.status, to: owner)
    }
  }

  /// Gives one file or folder to a user, whoever has it.
  ///
  /// - Parameters:
  ///   - path: The file or folder; of a link the link itself.
  ///   - folder: Whose owner gets it.
  static func set(of path: some SystemPath, asOf folder: some SystemPath) throws(SwarmError) {
    var status = stat()
    guard folder.withSystemPath({ stat($0, &status) }) == 0 else { return }
    let (user, group) = (status.st_uid, status.st_gid)
    try systemCall("change the owner of", path.text) {
      path.withSystemPath { lchown($0, user, group) }
    }
  }

  private static func set(
    of path: FilePath, _ status: FileStatus, to owner: (user: uid_t, group: gid_t)
  ) throws(SwarmError) {
    // Never a second name of something that is elsewhere too.
    guard status.owner == 0, status.kind == .folder || (status.kind == .file && status.links == 1)
    else { return }
    try systemCall("change the owner of", path.text) {
      path.withSystemPath { lchown($0, owner.user, owner.group) }
    }
  }

  /// The owner of the folder that a path is in; `nil` for root, whose files stay root's.
  private static func owner(ofFolderOf path: some SystemPath) -> (user: uid_t, group: gid_t)? {
    var status = stat()
    let folder = path.filePath.folder ?? "."
    guard folder.withSystemPath({ stat($0, &status) }) == 0, status.st_uid != 0 else { return nil }
    return (status.st_uid, status.st_gid)
  }
}
