import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Who descends from whom.
package enum ProcessTree {
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
      guard let fields = status(of: process)?.fields, fields.count > 1 else { return nil }
      return Int32(fields[1])
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

  /// The processes that what became this program by `exec` had started, such as the `tee` of a shell's
  /// `> >(tee log)`, as far as they are children of this process by now.
  private struct Inherited {
    /// Nobody here waits for them, so their numbers stay theirs.
    var children: Set<pid_t> = []
    /// When the first process was started here, as ``startTime(of:)`` says it.
    var firstStart: UInt64?

    /// Whether an orphan has been handed over by one of them and not by a process that was started
    /// here: it is older than any of these, or in a group of theirs.
    mutating func includes(_ orphan: pid_t) -> Bool {
      if children.isEmpty || children.contains(orphan) { return !children.isEmpty }
      let isOlder = ProcessTree.startTime(of: orphan).map { $0 < firstStart ?? .max } ?? false
      // No agent is started in the group of this process either.
      let group = getpgid(orphan)
      guard isOlder || group == getpgrp() || children.contains(where: { getpgid($0) == group })
      else { return false }
      children.insert(orphan)
      return true
    }
  }

  private static let inherited = Mutex(Inherited())
  /// Held while adopted children are ended: what one has collected has no number any more that another
  /// may send a signal to.
  private static let ending = Mutex(())

  /// Makes descendants whose parents have died children of this process, and lets the end of each
  /// run end them, even those that left the agent's process group.
  ///
  /// To be called before anything is started: a child that is there already is never ended, nor what
  /// it leaves to this process when it ends. Linux only.
  package static func adoptOrphans() {
    guard !adopts.exchange(true) else { return }
    let before = children().subtracting(ChildProcess.living.withLock { $0 })
    inherited.withLock { $0.children = before }
    PlatformCalls.adoptOrphans()
  }

  /// Remembers when the first child was started here, where that will be asked for.
  static func noteStart(of child: pid_t) {
    inherited.withLock {
      guard !$0.children.isEmpty, $0.firstStart == nil else { return }
      $0.firstStart = startTime(of: child) ?? 0
    }
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

  /// A process's command name and what `/proc` says of it after that, from its state on.
  ///
  /// Linux only.
  private static func status(of process: pid_t) -> (name: String, fields: [String])? {
    guard let bytes = try? FileSystem.read("/proc/\(process)/stat"),
      // "pid (name) state ppid …": the name may hold anything, so count from the last bracket.
      let start = bytes.firstIndex(of: UInt8(ascii: "(")),
      let end = bytes.lastIndex(of: UInt8(ascii: ")")), start < end
    else { return nil }
    return (
      String(decoding: bytes[(start + 1)..<end], as: UTF8.self),
      bytes[(end + 1)...].split(separator: UInt8(ascii: " ")).map {
        String(decoding: $0, as: UTF8.self)
      }
    )
  }

  /// When a process was started, in the kernel's clock ticks since the machine was; a process cannot
  /// change it.
  private static func startTime(of process: pid_t) -> UInt64? {
    guard let fields = status(of: process)?.fields, fields.count > 19 else { return nil }
    return UInt64(fields[19])
  }

  /// A process's command name, or `nil` where it has ended.
  private static func nameOfRunning(_ process: pid_t) -> String? {
    guard let (name, fields) = status(of: process), let state = fields.first,
      !["Z", "X"].contains(state)
    else { return nil }
    return name
  }

  /// Ends and reaps every child that this process has adopted, where ``adoptOrphans()`` was called.
  ///
  /// - Parameter known: Processes that may have been adopted and are to live on.
  /// - Returns: What still ran.
  @discardableResult
  static func endAdoptedChildren(except known: Set<Int32> = []) -> LeftBehind {
    #if os(Linux)
      guard adopts.isSet else { return LeftBehind() }
      return ending.withLock { _ in
        var left = LeftBehind()
        // Killing one may hand us its children, so look again until nothing is left.
        for _ in 0..<100 {
          let adopted = ChildProcess.living.withLock { living in
            inherited.withLock { inherited in
              children().subtracting(living).subtracting(known).filter { !inherited.includes($0) }
            }
          }
          if adopted.isEmpty { return left }
          for child in adopted { end(child, &left) }
        }
        return left
      }
    #else
      return LeftBehind()
    #endif
  }

  /// Ends and reaps one adopted child; nobody else collects it, so its number is its own until then.
  private static func end(_ child: pid_t, _ left: inout LeftBehind) {
    if !left.hasUnreachable, let name = nameOfRunning(child) { left.names.append(name) }
    // One that became another user's (`sudo`) would be waited for as long as it likes.
    if kill(child, SIGKILL) == -1, errno == EPERM {
      left.hasUnreachable = true
      return
    }
    var status: Int32 = 0
    while waitpid(child, &status, 0) == -1 && errno == EINTR {}
  }
}
