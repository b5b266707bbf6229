#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The environment and the root itself.
extension Doctor {
  mutating func examinePython() {
    do throws(SwarmError) {
      let python = try PythonInterpreter.find(
        environment.python, swarmSetting: nil, environment: environment.variables, layout: layout)
      fact("python", "\(python.version) at \(python.path)")
    } catch {
      find(
        .python, .error, error.message, path: error.path,
        advice: error.hint ?? "install Python 3.9 or later")
    }
  }

  /// Looks at the root folder and what its file system can do.
  ///
  /// - Returns: Whether there is a root that can be looked into.
  mutating func examineRoot() -> Bool {
    do throws(SwarmError) {
      try store.checkRoot()
      guard FileSystem.statusFollowingLinks(layout.root) != nil else {
        fact("root", "\(layout.root), which the first deploy will make")
        return false
      }
      fact("root", layout.root)
      _ = try FileSystem.list(layout.root)
      _ = try store.folderNames()
    } catch {
      find(
        .rootUnusable, .error,
        [error.message, error.underlying].compactMap(\.self)
          .joined(separator: ": "),
        path: error.path ?? layout.root,
        advice: error.hint
          ?? .either(["check its owner and permissions", .use(.root, to: "name another")]))
      return false
    }
    if let name = store.networkFileSystem {
      find(
        .networkFileSystem, .warning, "the root is on \(name)", path: layout.root,
        advice: "locks are only as good as that file system's: use one machine at a time, or move "
          + "the root to a local disk")
    } else {
      fact("file system", "local")
    }
    probeFileSystem()
    return true
  }

  /// Tries locks and exchanges for real.
  private mutating func probeFileSystem() {
    let staging: StagingFolder
    do throws(SwarmError) {
      staging = try StagingFolder.make(in: layout.staging)
    } catch {
      return find(
        .rootUnusable, .error,
        [error.message, error.underlying].compactMap(\.self)
          .joined(separator: ": "),
        path: layout.root,
        advice: "runs and deploys need to write here: check owner, permissions and free space")
    }
    let lockFile = staging.path + "/probe"
    let first = try? FileLock.tryAcquire(lockFile, name: "probe", mode: .exclusive)
    let second = try? FileLock.tryAcquire(lockFile, name: "probe", mode: .exclusive)
    if first != nil, second == nil {
      fact("locks", "work")
    } else {
      find(
        .noLocks, .error,
        first == nil
          ? "files cannot be locked here" : "two programs get the same lock at the same time here",
        path: layout.root,
        advice: "calls on one memory would not wait for each other: move the root to a local disk")
    }
    first?.release()
    let folders = [staging.path + "/one", staging.path + "/two"]
    do {
      for folder in folders { try FileSystem.makeFolder(folder) }
      try PlatformCalls.exchange(folders[0], folders[1])
      fact("exchange", "works")
    } catch {
      find(
        .noExchange, .error, "two folders cannot be exchanged in one step here", path: layout.root,
        advice: "calls that change several files of one memory need it, and imports over a memory; "
          + "a deploy leaves a swarm without agents for an instant: keep the root on ext4, xfs, btrfs, "
          + "tmpfs or APFS")
    }
  }

  // MARK: Permissions

  /// Looks at owner and permissions of everything, or of one swarm.
  mutating func examinePermissions(of swarm: GUID?) {
    var survey = PermissionSurvey()
    survey.look(at: swarm.map(layout.swarm) ?? layout.root)
    if let first = survey.open.first {
      let open = survey.open
      find(
        .readableByOthers, .warning,
        "other users of this machine can reach " + Self.counted(open.count, "file or folder"),
        path: first.path, advice: .run(.fix, "makes them private")
      ) {
        try Self.restrict(open)
        return "took other users' permissions from \(Self.counted(open.count, "file or folder"))"
      }
    }
    if let first = survey.locked.first {
      let locked = survey.locked
      find(
        .missingPermission, .error,
        Self.counted(locked.count, "file or folder") + " cannot be read or written by the owner",
        path: first.path, advice: .run(.fix, "gives the permissions back")
      ) {
        try Self.restrict(locked)
        return "gave the owner's permissions back to "
          + Self.counted(locked.count, "file or folder")
      }
    }
    if let first = survey.foreign.first {
      find(
        .otherOwner, .error,
        Self.counted(survey.foreign.count, "file or folder") + " belongs to another user",
        path: first,
        advice: "give it to yourself: sudo chown -R \"$(id -un)\" '\(layout.root)'")
    }
  }

  /// Sets the modes that spec section 2 promises, keeping an executable file executable.
  private static func restrict(_ entries: [PermissionSurvey.Entry]) throws(SwarmError) {
    for entry in entries {
      let mode =
        entry.status.kind == .folder
        ? FileSystem.folderMode
        : FileSystem.fileMode | mode_t(entry.status.permissions & 0o100)
      try systemCall("set the mode of", entry.path) { chmod(entry.path, mode) }
    }
  }

  /// `1 file or folder`, `2 files or folders`.
  static func counted(_ count: Int, _ noun: String) -> String {
    if count == 1 { return "1 \(noun)" }
    let words = noun.split(separator: " ").map { $0 == "or" ? "or" : "\($0)s" }
    return "\(count) \(words.joined(separator: " "))"
  }
}

/// Whose the files and folders are and who may use them.
struct PermissionSurvey {
  struct Entry {
    let path: String
    let status: FileStatus
  }

  /// What other users may read, write or enter.
  private(set) var open: [Entry] = []
  /// What the owner may not read and write.
  private(set) var locked: [Entry] = []
  /// What belongs to another user.
  private(set) var foreign: [String] = []
  private let user = geteuid()

  /// Looks at a file or folder and everything below it; links are not followed.
  ///
  /// The root itself may be a link, which is followed.
  mutating func look(at path: String) {
    guard let status = FileSystem.statusFollowingLinks(path) else { return }
    look(at: path, status)
  }

  private mutating func look(at path: String, _ status: FileStatus) {
    guard status.kind != .link else { return }
    if status.owner != user {
      foreign.append(path)
    } else if status.permissions & 0o077 != 0 {
      open.append(Entry(path: path, status: status))
    } else {
      let needed: UInt16 = status.kind == .folder ? 0o700 : 0o600
      if status.permissions & needed != needed { locked.append(Entry(path: path, status: status)) }
    }
    guard status.kind == .folder, let names = try? FileSystem.list(path) else { return }
    for name in names.sorted() {
      let child = path + "/" + name
      if let found = try? FileSystem.status(child) { look(at: child, found) }
    }
  }
}
