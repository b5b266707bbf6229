extension Finding.Code {
  /// The root, or something in it, cannot be used by this user.
  public static let rootUnusable = Self(rawValue: "root_unusable")
  /// The root is on a network file system.
  public static let networkFileSystem = Self(rawValue: "network_file_system")
  /// Kernel locks do not exclude each other on the root's file system.
  public static let noLocks = Self(rawValue: "no_locks")
  /// Two folders cannot be exchanged in one step on the root's file system.
  public static let noExchange = Self(rawValue: "no_exchange")
}

/// The root folder and what its file system can do.
enum RootChecks {
  static let all: [DoctorCheck] = [folder, fileSystem, probe]

  /// Whether there is a root that can be looked into.
  @Sendable
  private static func folder(_ examination: Examination) -> CheckResult {
    var result = CheckResult()
    let layout = examination.layout
    do throws(SwarmError) {
      try examination.store.checkRoot()
      guard FileSystem.statusFollowingLinks(layout.root) != nil else {
        result.fact("root", "\(layout.root), which the first deploy will make")
        result.isLast = true
        return result
      }
      result.fact("root", layout.root)
      _ = try FileSystem.list(layout.root)
      _ = try examination.store.folderNames()
    } catch {
      result.find(
        .rootUnusable, .error, error.sentence, path: error.path ?? layout.root,
        advice: error.hint
          ?? .either(["check its owner and permissions", .use(.root, to: "name another")]))
      result.isLast = true
    }
    return result
  }

  @Sendable
  private static func fileSystem(_ examination: Examination) -> CheckResult {
    var result = CheckResult()
    if let name = examination.store.networkFileSystem {
      result.find(
        .networkFileSystem, .warning, "the root is on \(name)", path: examination.layout.root,
        advice: "locks are only as good as that file system's: use one machine at a time, or move "
          + "the root to a local disk")
    } else {
      result.fact("file system", "local")
    }
    return result
  }

  /// Tries locks and exchanges for real.
  @Sendable
  private static func probe(_ examination: Examination) -> CheckResult {
    var result = CheckResult()
    let root = examination.layout.root
    let staging: StagingFolder
    do throws(SwarmError) {
      staging = try StagingFolder.make(in: examination.layout.staging)
    } catch {
      result.find(
        .rootUnusable, .error, error.sentence, path: root,
        advice: "runs and deploys need to write here: check owner, permissions and free space")
      return result
    }
    let lockFile = staging.path + "/probe"
    let first = try? FileLock.tryAcquire(lockFile, name: "probe", mode: .exclusive)
    let second = try? FileLock.tryAcquire(lockFile, name: "probe", mode: .exclusive)
    if first != nil, second == nil {
      result.fact("locks", "work")
    } else {
      result.find(
        .noLocks, .error,
        first == nil
          ? "files cannot be locked here" : "two programs get the same lock at the same time here",
        path: root,
        advice: "calls on one memory would not wait for each other: move the root to a local disk")
    }
    first?.release()
    let folders = [staging.path + "/one", staging.path + "/two"]
    do {
      for folder in folders { try FileSystem.makeFolder(folder) }
      try PlatformCalls.exchange(folders[0], folders[1])
      result.fact("exchange", "works")
    } catch {
      result.find(
        .noExchange, .error, "two folders cannot be exchanged in one step here", path: root,
        advice: "calls that change several files of one memory need it, and imports over a memory; "
          + "a deploy leaves a swarm without agents for an instant: keep the root on ext4, xfs, btrfs, "
          + "tmpfs or APFS")
    }
    return result
  }
}
