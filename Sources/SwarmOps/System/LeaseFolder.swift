#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The folder of one holder of a ``Lease``: the one name in it says who holds it and how often it was
/// renewed, and every change is one rename, which a server makes or refuses as a whole.
///
/// No file is ever opened. An SMB client keeps what it has opened for a while, and whoever changes that
/// meanwhile waits for half a minute.
struct LeaseFolder {
  let path: FilePath

  init(_ path: some SystemPath) { self.path = path.filePath }

  /// Makes the folder with a record in it, unless there is one.
  ///
  /// - Returns: Whether it was made.
  func make(_ record: LeaseRecord) throws(SwarmError) -> Bool {
    let draft = path + Self.draftMark + record.token
    do throws(SystemError) {
      try Self.makeFolder(draft)
      try Self.makeFolder(draft / record.name)
    } catch {
      try? Self.removeFolder(draft)
      // No folder above: whoever had it just before removed it, since it was empty.
      if Self.isPassing(error) { return false }
      throw error.describing("make the lease", path)
    }
    do throws(SystemError) {
      try PlatformCalls.rename(draft, path)
      return true
    } catch {
      // What somebody gave back is empty for a moment; a folder that holds a record stays.
      for folder in [draft / record.name, draft, path] { try? Self.removeFolder(folder) }
      if Self.isInTheWay(error) || Self.isPassing(error) { return false }
      throw error.describing("make the lease", path)
    }
  }

  /// The record's name in the folder; an empty one where nothing is in it, `nil` where there is none.
  func read() throws(SwarmError) -> FilePath? {
    do throws(SystemError) {
      return try FolderStream(path).names().first ?? FilePath("")
    } catch {
      if Self.isPassing(error) { return nil }
      throw error.describing("read the lease", path)
    }
  }

  /// Puts a record in place of another that must be there.
  ///
  /// - Returns: Whether it was.
  func replace(_ old: FilePath, with new: LeaseRecord) throws(SwarmError) -> Bool {
    do throws(SystemError) {
      try PlatformCalls.rename(path / old, path / new.name)
      return true
    } catch {
      if Self.isInTheWay(error) || Self.isPassing(error) { return false }
      throw error.describing("renew the lease", path)
    }
  }

  /// Gives the lease back if a record is still in it.
  func remove(_ record: LeaseRecord) {
    guard (try? Self.removeFolder(path / record.name)) != nil else { return }
    removeIfEmpty()
  }

  /// Removes a folder without a record: what was given back by one that ended halfway.
  func removeIfEmpty() { try? Self.removeFolder(path) }

  /// What stands between the name of a lease and the token of one that is being made.
  static let draftMark = ".new-"
  /// How long a draft may lie before nobody can be at work on it, in nanoseconds: a day.
  private static let draftAge: Int64 = 86_400_000_000_000

  /// Drafts in a folder of leases whose processes were killed while they made a lease.
  ///
  /// The folder's own time of change is the server's clock, which every lease sets forward.
  static func leftDrafts(in folder: some SystemPath) -> [FilePath] {
    guard let stream = try? FolderStream(folder), let names = try? stream.names(),
      let now = FileSystem.statusFollowingLinks(folder.filePath.text)?.modified
    else { return [] }
    return names.filter { name in
      guard name.text.contains(draftMark), let status = try? stream.status(name) else {
        return false
      }
      let age = now.subtractingReportingOverflow(status.modified)
      return !age.overflow && age.partialValue > draftAge
    }
  }

  /// Removes a draft with the record in it.
  static func removeDraft(_ path: FilePath) {
    for name in (try? FolderStream(path).names()) ?? [] { try? removeFolder(path / name) }
    try? removeFolder(path)
  }
  /// What stands between the name of a lease and the token of one that is shared.
  static let sharedMark = ".shared-"

  private static func makeFolder(_ path: FilePath) throws(SystemError) {
    let _: Int32 = try systemCall { path.withSystemPath { mkdir($0, FileSystem.folderMode) } }
    try Ownership.inherit(folder: path)
  }

  private static func removeFolder(_ path: FilePath) throws(SystemError) {
    let _: Int32 = try systemCall { path.withSystemPath { rmdir($0) } }
  }

  /// Whether an error says that something has the name: SMB refuses to replace a folder, and to rename
  /// one that is being listed.
  private static func isInTheWay(_ error: SystemError) -> Bool {
    [EEXIST, ENOTEMPTY, EACCES, EBUSY].contains(error.number)
  }

  /// Whether an error says that the folder is gone.
  private static func isPassing(_ error: SystemError) -> Bool {
    error.isMissing || error.number == ESTALE
  }
}
