import Foundation
import Testing

@testable import SwarmOps

/// The filter of system calls for both architectures, also for the one that this machine is not.
@Suite struct SeccompFilterTests {
  /// What is refused, pretended or looked at, with its numbers: x86-64, arm64, nil for none.
  ///
  /// From `arch/x86/entry/syscalls/syscall_64.tbl` and `include/uapi/asm-generic/unistd.h`.
  private static let calls: [(name: String, x86: Int?, arm: Int?)] = [
    ("acct", 163, 89), ("add_key", 248, 217), ("adjtimex", 159, 171), ("bpf", 321, 280),
    ("chmod", 90, nil), ("chown", 92, nil), ("chroot", 161, 51), ("clock_adjtime", 305, 266),
    ("clock_settime", 227, 112), ("clone", 56, 220), ("clone3", 435, 435),
    ("delete_module", 176, 106), ("fanotify_init", 300, 262), ("fanotify_mark", 301, 263),
    ("fchmod", 91, 52), ("fchmodat", 268, 53), ("fchmodat2", 452, 452), ("fchown", 93, 55),
    ("fchownat", 260, 54), ("file_setattr", 469, 469), ("finit_module", 313, 273),
    ("fremovexattr", 199, 16), ("fsconfig", 431, 431), ("fsetxattr", 190, 7),
    ("fsmount", 432, 432), ("fsopen", 430, 430), ("fspick", 433, 433), ("futimesat", 261, nil),
    ("init_module", 175, 105), ("inotify_add_watch", 254, 27), ("io_uring_enter", 426, 426),
    ("io_uring_register", 427, 427), ("io_uring_setup", 425, 425), ("ioctl", 16, 29),
    ("ioperm", 173, nil), ("iopl", 172, nil), ("ioprio_set", 251, 30), ("kcmp", 312, 272),
    ("kexec_file_load", 320, 294), ("kexec_load", 246, 104), ("keyctl", 250, 219),
    ("kill", 62, 129), ("lchown", 94, nil), ("lremovexattr", 198, 15), ("lsetxattr", 189, 6),
    ("migrate_pages", 256, 238), ("modify_ldt", 154, nil), ("mount", 165, 40),
    ("mount_setattr", 442, 442), ("move_mount", 429, 429), ("move_pages", 279, 239),
    ("mq_open", 240, 180), ("mq_unlink", 241, 181), ("msgget", 68, 186),
    ("name_to_handle_at", 303, 264), ("open_by_handle_at", 304, 265), ("open_tree", 428, 428),
    ("open_tree_attr", 467, 467), ("perf_event_open", 298, 241), ("pidfd_getfd", 438, 438),
    ("pivot_root", 155, 41), ("prlimit64", 302, 261), ("process_madvise", 440, 440),
    ("process_vm_readv", 310, 270), ("process_vm_writev", 311, 271), ("ptrace", 101, 117),
    ("quotactl", 179, 60), ("quotactl_fd", 443, 443), ("reboot", 169, 142),
    ("removexattr", 197, 14), ("removexattrat", 466, 466), ("request_key", 249, 218),
    ("sched_setaffinity", 203, 122), ("sched_setattr", 314, 274), ("sched_setparam", 142, 118),
    ("sched_setscheduler", 144, 119), ("semget", 64, 190), ("setdomainname", 171, 162),
    ("sethostname", 170, 161), ("setns", 308, 268), ("setpriority", 141, 140),
    ("settimeofday", 164, 170), ("setxattr", 188, 5), ("setxattrat", 463, 463),
    ("shmat", 30, 196), ("shmget", 29, 194), ("socket", 41, 198), ("socketpair", 53, 199),
    ("swapoff", 168, 225), ("swapon", 167, 224), ("syslog", 103, 116), ("truncate", 76, 45),
    ("umount2", 166, 39), ("unshare", 272, 97), ("userfaultfd", 323, 282), ("utime", 132, nil),
    ("utimensat", 280, 88), ("utimes", 235, nil), ("vhangup", 153, 58),
  ]

  /// The numbers in a header of the kernel's, where it is installed.
  private func header(_ path: String, _ pattern: Regex<(Substring, Substring, Substring)>)
    -> [String: Int]?
  {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    var numbers: [String: Int] = [:]
    for line in text.split(separator: "\n") {
      guard let match = line.firstMatch(of: pattern), let number = Int(match.2) else { continue }
      if numbers[String(match.1)] == nil { numbers[String(match.1)] = number }
    }
    return numbers
  }

  @Test func theTablesAreThoseOfTheKernel() {
    let headers = [
      header("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", /#define __NR_(\w+)\s+(\d+)/),
      header("/usr/include/asm-generic/unistd.h", /#define __NR(?:3264)?_(\w+)\s+(\d+)/),
    ]
    for (index, header) in headers.enumerated() {
      guard let header else { continue }
      for call in Self.calls {
        // Calls that are younger than the header are not in it.
        let number = index == 0 ? call.x86 : call.arm
        if let known = header[call.name] { #expect(known == number, "\(call)") }
        if number == nil { #expect(header[call.name] == nil, "\(call)") }
      }
    }
  }

  @Test(arguments: SeccompFilter.Architecture.allCases)
  func everyRuleIsForACallOfTheTable(_ architecture: SeccompFilter.Architecture) {
    // A kernel without Landlock, where the filter has most to do.
    let rules = SeccompRules(architecture: architecture).all(.init(landlockVersion: 0))
    let expected = Self.calls.compactMap { architecture == .x86 ? $0.x86 : $0.arm }
    #expect(rules.map(\.number).sorted() == expected.sorted())
  }

  private static let harness = ProcessInfo.processInfo.environment["SWARMCTL_ARM_FILTERS"]

  @Test(.enabled(if: harness != nil, "Benchmarks/arm64.py asks for it"))
  func theProgramsForArmAreWrittenDownForTheHarness() throws {
    var levels: JSONObject = [:]
    for (level, forbidsNetwork) in [("standard", false), ("strict", true)] {
      let filter = SeccompFilter(
        .init(forbidsNetwork: forbidsNetwork, landlockVersion: Landlock.scopeVersion), for: .arm)
      levels[level] = .array(filter.instructions.map { .number(JSONNumber($0)) })
    }
    try FileSystem.create(
      try #require(Self.harness), JSONValue.object(levels).serialized(), sync: false)
  }

  /// What the kernel would do with a call, by running the program as it does.
  private func run(
    _ program: [UInt64], mark: UInt32, number: UInt32, _ arguments: [UInt64] = []
  ) -> UInt32? {
    var data = [UInt32](repeating: 0, count: 16)
    (data[0], data[1]) = (number, mark)
    for (index, argument) in arguments.enumerated() {
      data[4 + 2 * index] = UInt32(truncatingIfNeeded: argument)
      data[5 + 2 * index] = UInt32(truncatingIfNeeded: argument >> 32)
    }
    var (place, word) = (0, UInt32(0))
    while place < program.count {
      let instruction = program[place]
      let (code, value) = (
        instruction & 0xFFFF, UInt32(truncatingIfNeeded: instruction >> 32)
      )
      let (ifTrue, ifFalse) = (Int(instruction >> 16 & 0xFF), Int(instruction >> 24 & 0xFF))
      place += 1
      switch code {
      case 0x20: word = data[Int(value) / 4]
      case 0x54: word &= value
      case 0x05: place += Int(value)
      case 0x15: place += word == value ? ifTrue : ifFalse
      case 0x35: place += word >= value ? ifTrue : ifFalse
      case 0x45: place += word & value != 0 ? ifTrue : ifFalse
      case 0x06: return value
      default: return nil
      }
    }
    return nil
  }

  @Test(arguments: SeccompFilter.Architecture.allCases)
  func everyCallIsDecidedAsItsRuleSays(_ architecture: SeccompFilter.Architecture) throws {
    let filter = SeccompFilter(.init(forbidsNetwork: true, landlockVersion: 0), for: architecture)
    func answer(_ number: Int, _ arguments: UInt64...) -> UInt32? {
      run(filter.instructions, mark: architecture.mark, number: UInt32(number), arguments)
    }
    func number(_ name: String) throws -> Int {
      let call = try #require(Self.calls.first { $0.name == name })
      return try #require(architecture == .x86 ? call.x86 : call.arm)
    }
    let allow = SeccompAction.allow.word
    let known = Set(Self.calls.compactMap { architecture == .x86 ? $0.x86 : $0.arm })
    for call in 0..<500 where !known.contains(call) { #expect(answer(call) == allow, "\(call)") }
    // What is looked at more closely may pass without arguments.
    let conditional = [
      "ioctl", "kill", "clone", "unshare", "prlimit64", "sched_setaffinity", "sched_setattr",
      "sched_setparam", "sched_setscheduler", "setpriority",
    ]
    for call in Self.calls {
      guard let own = architecture == .x86 ? call.x86 : call.arm else { continue }
      #expect((answer(own) == allow) == conditional.contains(call.name), "\(call)")
    }
    #expect(try answer(number("fchmodat")) == SeccompAction.pretend.word)
    #expect(try answer(number("kill"), 0xFFFF_FFFF) == SeccompAction.fail(1).word)
    #expect(try answer(number("clone"), 0x1000_0000) == SeccompAction.fail(1).word)
    #expect(try answer(number("prlimit64"), 0, 7, 1) == allow)
    #expect(try answer(number("prlimit64"), 1, 7, 1 << 32) == SeccompAction.fail(1).word)
    #expect(try answer(number("ioctl"), 3, 0x5412) == SeccompAction.fail(1).word)
    #expect(try answer(number("ioctl"), 3, 0x5401) == allow)
    #expect(try answer(number("socketpair"), 1, 1) == allow)
    #expect(try answer(number("socketpair"), 1, 2) == SeccompAction.fail(13).word)
    #expect(try answer(number("socket"), 2, 1) == SeccompAction.fail(13).word)
    // Numbers of another architecture mean other calls.
    let other = SeccompFilter.Architecture.allCases.first { $0 != architecture }
    let foreign = run(filter.instructions, mark: try #require(other).mark, number: 0)
    #expect(foreign == SeccompAction.fail(SeccompFilter.noSuchCall).word)
    if architecture == .x86 {
      #expect(answer(0x4000_0000) == SeccompAction.fail(SeccompFilter.noSuchCall).word)
    }
  }
}
