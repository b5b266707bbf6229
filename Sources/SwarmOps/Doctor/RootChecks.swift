extension Finding.Code {
  /// The root, or something in it, cannot be used by this user.
  package static let rootUnusable = Self(rawValue: "root_unusable")
  /// The root is on a network file system.
  package static let networkFileSystem = Self(rawValue: "network_file_system")
  /// Kernel locks do not exclude each other on the root's file system.
  package static let noLocks = Self(rawValue: "no_locks")
  /// Two folders cannot be exchanged in one step on the root's file system.
  package static let noExchange = Self(rawValue: "no_exchange")
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

  /// Which kind of lock the root has, why, and whether that is right for its file system.
  @Sendable
  private static func fileSystem(_ examination: Examination) -> CheckResult {
    var result = CheckResult()
    let name = examination.store.networkFileSystem
    result.fact("file system", name ?? "local")
    let settings = examination.layout.settings
    do throws(SwarmError) {
      switch try examination.store.settings().locks {
      case .leases:
        result.fact("kind of locks", "leases, for several machines: \(settings) says so")
      case .kernel:
        let isSaid = try FileSystem.status(settings) != nil
        result.fact(
          "kind of locks",
          "the kernel's, for one machine: \(settings) \(isSaid ? "says so" : "does not exist")")
        guard let name else { break }
        result.find(
          .networkFileSystem, .warning,
          "the root is on \(name), where the kernel's locks do not hold between machines",
          path: examination.layout.root,
          advice: .either([
            "use one machine at a time", .run(.shareRoot, "lets several machines share it"),
          ]))
      }
    } catch {
      result.find(
        .rootUnusable, .error, error.sentence, path: settings,
        advice: error.hint ?? "check its owner and permissions")
    }
    return result
  }

  /// Tries locks and exchanges for real.
  @Sendable
  private static func probe(_ examination: Examination) -> CheckResult {
    var result = CheckResult()
    let root = examination.layout.root
    let isShared = (try? examination.store.settings().locks) == .leases
    let staging: StagingFolder
    do throws(SwarmError) {
      staging = try StagingFolder.make(in: examination.layout.staging)
    } catch {
      result.find(
        .rootUnusable, .error, error.sentence, path: root,
        advice: "runs and deploys need to write here: check owner, permissions and free space")
      return result
    }
    let locks = isShared ? probeLeases(in: staging.path) : probeKernel(in: staging.path)
    if locks.first, !locks.second {
      result.fact("locks", "work")
    } else {
      result.find(
        .noLocks, .error,
        locks.first
          ? "two programs get the same lock at the same time here" : "files cannot be locked here",
        path: root,
        advice: "calls on one memory would not wait for each other: move the root to a local disk")
    }
    let folders = [staging.path + "/one", staging.path + "/two"]
    do {
      for folder in folders { try FileSystem.makeFolder(folder) }
      try PlatformCalls.exchange(folders[0], folders[1])
      result.fact("exchange", "works")
    } catch  where isShared {
      result.fact("exchange", "not here: a deploy leaves a swarm without agents for an instant")
    } catch {
      result.find(
        .noExchange, .error, "two folders cannot be exchanged in one step here", path: root,
        advice: "calls that change several files of one memory need it, and imports over a memory; "
          + "a deploy leaves a swarm without agents for an instant: keep the root on ext4, xfs, btrfs, "
          + "tmpfs or APFS")
    }
    return result
  }

  /// Whether a lock of the kernel can be had, and whether it can be had again meanwhile.
  private static func probeKernel(in folder: String) -> (first: Bool, second: Bool) {
    let path = folder + "/probe"
    let first = try? KernelLock.tryAcquire(path, name: "probe", mode: .exclusive)
    defer { first?.release() }
    let second = try? KernelLock.tryAcquire(path, name: "probe", mode: .exclusive)
    return (first != nil, second != nil)
  }

  /// The same of a lease.
  private static func probeLeases(in folder: String) -> (first: Bool, second: Bool) {
    let path = folder + "/leases/probe"
    let first = try? Lease.tryAcquire(path, mode: .exclusive)
    defer { first?.release() }
    let second = try? Lease.tryAcquire(path, mode: .exclusive)
    return (first != nil, second != nil)
  }
}
