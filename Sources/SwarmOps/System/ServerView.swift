#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a file server has, instead of what this machine remembers of it.
enum ServerView {
  private static let turn = AtomicFlag(false)

  /// Opens a file anew at the server.
  ///
  /// An SMB client keeps a file that was closed open for a while, and gives it back to whoever opens it
  /// with the same flags: then it is the file that had the name, whatever has it now.
  static func open(_ path: some SystemPath, _ flags: Int32) throws(SystemError) -> Descriptor {
    let isOdd = turn.exchange(!turn.isSet)
    return try FileSystem.open(path, flags | O_NOFOLLOW | (isOdd ? O_NONBLOCK : 0))
  }

  /// Makes this machine ask for folders, and for files in them, before it believes what it remembers.
  ///
  /// To be called under a lease, once others may have changed them: an NFS client looks at a folder
  /// again when it is opened, and goes on for a while with what a name in it meant before otherwise.
  ///
  /// - Parameters:
  ///   - folders: The folders, from the top down; those that are missing do no harm.
  ///   - files: The files.
  static func refresh(folders: [String], files: [String]) {
    for folder in folders {
      _ = try? FileSystem.open(folder, O_RDONLY | O_DIRECTORY)
    }
    for file in files {
      guard let open = try? open(file, O_RDONLY) else { continue }
      // What the server says now is remembered with the file.
      _ = try? FileSystem.status(of: open.number, path: file)
    }
  }

  /// What a file that was just put in place is known by from then on.
  ///
  /// A server settles a file's times only once it has its name and nobody holds it open.
  ///
  /// - Parameters:
  ///   - written: Its status before it was in place.
  ///   - path: Where it is.
  static func latestStatus(_ written: FileStatus, at path: String) throws(SwarmError) -> FileStatus
  {
    refresh(folders: [], files: [path])
    guard let found = try FileSystem.status(path), found.inode == written.inode,
      found.size == written.size
    else { return written }
    return found
  }

  /// Whether a file or folder is on a file server.
  static func isOnServer(_ path: some SystemPath) -> Bool {
    PlatformCalls.networkFileSystem(of: path.text) != nil
  }

  /// Does something that SMB refuses while another process of this machine has the file open, again
  /// until that one has closed it.
  ///
  /// - Parameters:
  ///   - path: A folder, or a file whose folder is asked for what file system it is on.
  ///   - body: What is done.
  static func patiently(at path: some SystemPath, _ body: () throws(SystemError) -> Void)
    throws(SystemError)
  {
    var deadline: ContinuousClock.Instant?
    while true {
      do throws(SystemError) {
        return try body()
      } catch {
        guard [EACCES, EBUSY, ETXTBSY].contains(error.number) else { throw error }
        if let deadline, ContinuousClock.now >= deadline { throw error }
        if deadline == nil {
          let folder = path.filePath.folder?.text ?? "."
          guard PlatformCalls.networkFileSystem(of: folder) == "SMB" else { throw error }
          deadline = .now + .seconds(3)
        }
      }
      FileSystem.pause(milliseconds: 20)
    }
  }
}
