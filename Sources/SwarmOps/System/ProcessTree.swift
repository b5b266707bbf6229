import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Who descends from whom.
public enum ProcessTree {
  /// This process's id.
  static var current: Int32 { getpid() }

  /// The processes above this one, nearest first, without the first process of all.
  ///
  /// Linux reads `/proc`, macOS asks `libproc`.
  static func ancestors() -> [Int32] {
    var found: [Int32] = []
    var current = getpid()
    while found.count < 1000, let parent = parent(of: current), parent > 1 {
      found.append(parent)
      current = parent
    }
    return found
  }

  private static func parent(of process: Int32) -> Int32? {
    #if os(Linux)
      guard let bytes = try? FileSystem.read("/proc/\(process)/stat") else { return nil }
      // "pid (name) state ppid …": the name may hold anything, so count from the last bracket.
      guard let end = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
      let fields = bytes[(end + 1)...].split(separator: UInt8(ascii: " "))
      return fields.count > 1 ? Int32(String(decoding: fields[1], as: UTF8.self)) : nil
    #else
      var information = proc_bsdinfo()
      let size = Int32(MemoryLayout<proc_bsdinfo>.size)
      guard proc_pidinfo(process, PROC_PIDTBSDINFO, 0, &information, size) == size else {
        return nil
      }
      return Int32(information.pbi_ppid)
    #endif
  }

  private static let adopts = AtomicFlag(false)
  /// The children that this process had before it started any: what became this program by `exec`
  /// had started them, such as the `tee` of a shell's `> >(tee log)`.
  ///
  /// Nobody here waits for them, so their numbers stay theirs.
  private static let inherited = Mutex<Set<pid_t>>([])

  /// Makes descendants whose parents have died children of this process, and lets the end of each
  /// run end them, even those that left the agent's process group.
  ///
  /// To be called before anything is started: a child that is there already is never ended. Linux
  /// only.
  public static func adoptOrphans() {
    guard !adopts.exchange(true) else { return }
    let before = children().subtracting(ChildProcess.living.withLock { $0 })
    inherited.withLock { $0 = before }
    PlatformCalls.adoptOrphans()
  }

  /// The children of this process, zombies included.
  ///
  /// Linux only (`/proc/self/task/<pid>/children`).
  private static func children() -> Set<pid_t> {
    #if os(Linux)
      let bytes = (try? FileSystem.read("/proc/self/task/\(getpid())/children")) ?? []
      return Set(
        bytes.split(separator: UInt8(ascii: " "))
          .compactMap { Int32(String(decoding: $0, as: UTF8.self)) })
    #else
      return []
    #endif
  }

  /// Ends and reaps every child that this process has adopted, where ``adoptOrphans()`` was called.
  static func endAdoptedChildren() {
    #if os(Linux)
      guard adopts.isSet else { return }
      // Killing one may hand us its children, so look again until nothing is left.
      for _ in 0..<100 {
        let adopted = ChildProcess.living.withLock { living in
          children().subtracting(living).subtracting(inherited.withLock { $0 })
        }
        if adopted.isEmpty { return }
        for child in adopted {
          // One that became another user's (`sudo`) would be waited for as long as it likes.
          if kill(child, SIGKILL) == -1, errno == EPERM { continue }
          var status: Int32 = 0
          while waitpid(child, &status, 0) == -1 && errno == EINTR {}
        }
      }
    #endif
  }
}
