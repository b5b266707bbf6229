#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Who descends from whom.
enum ProcessTree {
  /// Whether `process` is this process or one above it.
  ///
  /// Linux reads `/proc`, macOS asks `libproc`.
  static func isAncestor(_ process: Int32) -> Bool {
    var current = getpid()
    for _ in 0..<1000 {
      if current == process { return true }
      guard let parent = parent(of: current), parent > 1 else { return false }
      current = parent
    }
    return false
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

  /// Ends every child that this process has adopted and reaps it, except the given ones.
  ///
  /// Descendants of an agent that left its process group come to this process once their parents
  /// are dead, where ``PlatformCalls/adoptOrphans()`` was called. Linux only.
  static func endAdoptedChildren(except kept: Set<Int32> = []) {
    #if os(Linux)
      // Killing one may hand us its children, so look again until nothing is left.
      for _ in 0..<100 {
        let path = "/proc/self/task/\(getpid())/children"
        guard let bytes = try? FileSystem.read(path) else { return }
        let children = bytes.split(separator: UInt8(ascii: " "))
          .compactMap { Int32(String(decoding: $0, as: UTF8.self)) }
          .filter { !kept.contains($0) }
        if children.isEmpty { return }
        for child in children {
          kill(child, SIGKILL)
          var status: Int32 = 0
          while waitpid(child, &status, 0) == -1 && errno == EINTR {}
        }
      }
    #endif
  }
}
