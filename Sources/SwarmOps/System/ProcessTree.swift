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

  /// What was ended of a call that is over.
  struct LeftBehind: Sendable {
    /// The command names of processes that still ran.
    var names: [String] = []
    /// Whether one of them cannot be ended: it became another user's.
    var hasUnreachable = false
  }

  /// What to tell the person of processes that a call left behind and that were ended.
  static func warnings(leftBehind names: [String]) -> [String] {
    if names.isEmpty { return [] }
    let shown = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "")
    return [
      names.count == 1
        ? "ended a process that the call left running: \(shown)"
        : "ended \(names.count) processes that the call left running: \(shown)"
    ]
  }

  #if os(Linux)
    /// A process's command name, or `nil` where it has ended.
    private static func nameOfRunning(_ process: Int32) -> String? {
      guard let bytes = try? FileSystem.read("/proc/\(process)/stat"),
        let start = bytes.firstIndex(of: UInt8(ascii: "(")),
        let end = bytes.lastIndex(of: UInt8(ascii: ")")), start < end, end + 2 < bytes.count,
        bytes[end + 2] != UInt8(ascii: "Z"), bytes[end + 2] != UInt8(ascii: "X")
      else { return nil }
      return String(decoding: bytes[(start + 1)..<end], as: UTF8.self)
    }
  #endif

  /// Ends and reaps every child that this process has adopted, where ``adoptOrphans()`` was called.
  ///
  /// - Returns: What still ran.
  @discardableResult
  static func endAdoptedChildren() -> LeftBehind {
    var left = LeftBehind()
    #if os(Linux)
      guard adopts.isSet else { return left }
      // Killing one may hand us its children, so look again until nothing is left.
      for _ in 0..<100 {
        let adopted = ChildProcess.living.withLock { living in
          children().subtracting(living).subtracting(inherited.withLock { $0 })
        }
        if adopted.isEmpty { return left }
        for child in adopted {
          if !left.hasUnreachable, let name = nameOfRunning(child) { left.names.append(name) }
          // One that became another user's (`sudo`) would be waited for as long as it likes.
          if kill(child, SIGKILL) == -1, errno == EPERM {
            left.hasUnreachable = true
            continue
          }
          var status: Int32 = 0
          while waitpid(child, &status, 0) == -1 && errno == EINTR {}
        }
      }
    #endif
    return left
  }
}
