#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The process that holds a lease, told apart from every other process of every machine.
struct LeaseOwner: Sendable, Equatable {
  /// The running kernel and, in it, the space of process ids: two containers with one host name differ.
  let machine: String
  /// The machine's name, for people.
  let host: String
  /// The process id on that machine.
  let process: Int32
  /// When the process was started, in the kernel's ticks: ids are used again.
  let started: String

  /// This process.
  static let current = LeaseOwner(
    machine: currentMachine, host: currentHost, process: getpid(), started: currentStart ?? "")

  /// The running kernel, in hexadecimal digits.
  static let kernel = Checksum(of: bootNumber).digits

  /// Whether the owner has ended, or `nil` where that cannot be seen from this machine.
  var hasEnded: Bool? {
    guard machine == Self.current.machine, process > 0 else { return nil }
    if kill(process, 0) == -1, errno == ESRCH { return true }
    // One that cannot be looked at, another user's, may well live.
    guard let found = Self.stat(of: "\(process)") else { return nil }
    return found.isZombie || found.started != started
  }

  private static var currentHost: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
    let text = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return String(text.prefix(64))
  }

  #if os(Linux)
    private static let bootNumber: [UInt8] =
      ((try? FileSystem.read("/proc/sys/kernel/random/boot_id")) ?? []).filter { $0 > 32 }
  #else
    private static let bootNumber = Array(currentHost.utf8)
  #endif

  private static var currentMachine: String {
    #if os(Linux)
      // Without a view of its own processes it cannot judge those of others, nor they this one.
      guard !bootNumber.isEmpty, currentStart != nil,
        let space = FileSystem.statusFollowingLinks("/proc/self/ns/pid")?.inode
      else { return "unknown-" + String(UInt64.random(in: 0 ... .max), radix: 16) }
      return Checksum(of: bootNumber + Array("/\(space)".utf8)).digits
    #else
      return currentHost
    #endif
  }

  /// When this process was started, or `nil` where `/proc` is that of other processes.
  private static var currentStart: String? {
    #if os(Linux)
      guard let found = stat(of: "self"), found.process == getpid() else { return nil }
      return found.started
    #else
      return ""
    #endif
  }

  /// What the kernel says of a process, or `nil` where it does not.
  private static func stat(of name: String) -> (process: Int32?, isZombie: Bool, started: String)? {
    #if os(Linux)
      guard let bytes = try? FileSystem.read("/proc/\(name)/stat"),
        // "pid (name) state …": the name may hold anything, so count from the last bracket.
        let end = bytes.lastIndex(of: UInt8(ascii: ")"))
      else { return nil }
      let fields = bytes[(end + 1)...].split(separator: UInt8(ascii: " "))
      guard fields.count > 19 else { return nil }
      let process = bytes.prefix { $0 != UInt8(ascii: " ") }
      return (
        Int32(String(decoding: process, as: UTF8.self)), fields[0] == [UInt8(ascii: "Z")],
        String(decoding: fields[19], as: UTF8.self)
      )
    #else
      return nil
    #endif
  }
}
