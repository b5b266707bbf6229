import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Who descends from whom.
public enum ProcessTree {
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

  /// Makes descendants whose parents have died children of this process, and lets the end of each
  /// run end them, even those that left the agent's process group.
  ///
  /// For a program whose only children are agents: any other child that was not started by this
  /// library is ended too. Linux only.
  public static func adoptOrphans() {
    if !adopts.exchange(true) { PlatformCalls.adoptOrphans() }
  }

  /// Ends and reaps every child that this process has adopted, where ``adoptOrphans()`` was called.
  static func endAdoptedChildren() {
    #if os(Linux)
      guard adopts.isSet else { return }
      // Killing one may hand us its children, so look again until nothing is left.
      for _ in 0..<100 {
        let path = "/proc/self/task/\(getpid())/children"
        let adopted = ChildProcess.living.withLock { living in
          let bytes = (try? FileSystem.read(path)) ?? []
          return bytes.split(separator: UInt8(ascii: " "))
            .compactMap { Int32(String(decoding: $0, as: UTF8.self)) }
            .filter { !living.contains($0) }
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
