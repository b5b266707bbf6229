/// Which system calls agents may not make, and how they fail.
///
/// The numbers are those of the kernel's tables for x86-64 and arm64; a call that an architecture does
/// not have has no number there.
struct SeccompRules {
  /// Whose table the numbers are from.
  let architecture: SeccompFilter.Architecture

  /// The rules, in no order.
  func all(_ options: SeccompFilter.Options) -> [SeccompRule] {
    var rules = metadata + sockets(options) + privileged + otherProcesses + namespaces
    if options.landlockVersion < Landlock.truncateVersion {
      rules += refused([(76, 45)])  // truncate
    }
    if options.landlockVersion < Landlock.scopeVersion {
      // At least not everything at once.
      rules.append(
        rule(62, 129) { program in  // kill
          program.load(.argument(0))
          program.returnIf(equal: 0xFFFF_FFFF, .fail(Self.notPermitted))
          program.end(.allow)
        })
    }
    return rules
  }

  private static let notPermitted: UInt16 = 1  // EPERM
  private static let denied: UInt16 = 13  // EACCES
  private static let notSupported: UInt16 = 95  // EOPNOTSUPP
  private static let notOfThisFile: UInt16 = 25  // ENOTTY

  // MARK: Files

  /// Changes of files that need no open file, or only one that was opened to read.
  ///
  /// Modes, owners and times seem to change: programs fail where they cannot copy a file's mode, and
  /// what becomes of a memory has its mode set in the end. Extended attributes are something that file
  /// systems may lack, so programs live without.
  private var metadata: [SeccompRule] {
    always(
      .pretend,
      [
        (90, nil), (91, 52), (268, 53), (452, 452),  // chmod, fchmod, fchmodat, fchmodat2
        (92, nil), (93, 55), (94, nil), (260, 54),  // chown, fchown, lchown, fchownat
        (132, nil), (235, nil), (261, nil), (280, 88),  // utime, utimes, futimesat, utimensat
      ])
      + always(
        .fail(Self.notSupported),
        [
          (188, 5), (189, 6), (190, 7), (463, 463),  // setxattr, l…, f…, …at
          (197, 14), (198, 15), (199, 16), (466, 466),  // removexattr, l…, f…, …at
          (469, 469),  // file_setattr
        ])
      + refused([
        (254, 27), (300, 262), (301, 263),  // inotify_add_watch, fanotify_init, fanotify_mark
        (303, 264), (304, 265),  // name_to_handle_at, open_by_handle_at
      ]) + [controls]
  }

  /// `ioctl` on files that are only open to read: attributes, subvolumes, and input put into terminals.
  private var controls: SeccompRule {
    rule(16, 29) { program in
      program.load(.argument(1))
      program.returnIf(equal: 0x5412, .fail(Self.notPermitted))  // TIOCSTI
      program.returnIf(equal: 0x541C, .fail(Self.notPermitted))  // TIOCLINUX
      program.returnIf(equal: 0x4008_6602, .fail(Self.notOfThisFile))  // FS_IOC_SETFLAGS
      program.returnIf(equal: 0x4004_6602, .fail(Self.notOfThisFile))
      program.returnIf(equal: 0x4008_7602, .fail(Self.notOfThisFile))  // FS_IOC_SETVERSION
      program.returnIf(equal: 0x401C_5820, .fail(Self.notOfThisFile))  // FS_IOC_FSSETXATTR
      program.returnIf(equal: 0x4080_6685, .fail(Self.notOfThisFile))  // FS_IOC_ENABLE_VERITY
      program.returnIf(equal: 0x4004_9409, .allow)  // FICLONE
      program.returnIf(equal: 0x4020_940D, .allow)  // FICLONERANGE
      program.mask(0xFF00)
      program.returnIf(equal: 0x9400, .fail(Self.notOfThisFile))  // Btrfs
      program.end(.allow)
    }
  }

  // MARK: Sockets

  private func sockets(_ options: SeccompFilter.Options) -> [SeccompRule] {
    // Of pairs, not those that can be pointed at a name afterwards.
    let pairs = rule(53, 199) { program in
      program.load(.argument(1))
      program.mask(0xF)
      program.returnIf(equal: 1, .allow)  // SOCK_STREAM
      program.returnIf(equal: 5, .allow)  // SOCK_SEQPACKET
      program.end(.fail(Self.denied))
    }
    if options.forbidsNetwork { return always(.fail(Self.denied), [(41, 198)]) + [pairs] }
    let sockets = rule(41, 198) { program in
      program.load(.argument(0))
      program.returnIf(equal: 2, .allow)  // AF_INET
      program.returnIf(equal: 10, .allow)  // AF_INET6
      program.returnUnless(equal: 16, .fail(Self.denied))  // AF_NETLINK
      program.load(.argument(2))
      // Routes, which looking up a name asks for.
      program.returnIf(equal: 0, .allow)
      program.end(.fail(Self.denied))
    }
    return [sockets, pairs]
  }

  // MARK: The machine

  /// What needs privileges, which agents of root may have, and what they have no use for.
  private var privileged: [SeccompRule] {
    refused([
      (165, 40), (166, 39), (155, 41), (161, 51),  // mount, umount2, pivot_root, chroot
      (430, 430), (431, 431), (432, 432), (433, 433),  // fsopen, fsconfig, fsmount, fspick
      (429, 429), (428, 428), (467, 467), (442, 442),  // move_mount, open_tree, …, mount_setattr
      (167, 224), (168, 225), (169, 142), (170, 161), (171, 162),  // swapon … setdomainname
      (175, 105), (313, 273), (176, 106), (246, 104), (320, 294),  // modules, kexec
      (163, 89), (179, 60), (443, 443),  // acct, quotactl, quotactl_fd
      (164, 170), (227, 112), (305, 266), (159, 171),  // settimeofday, clock_settime, …adjtime…
      (172, nil), (173, nil), (154, nil),  // iopl, ioperm, modify_ldt
      (103, 116), (153, 58),  // syslog, vhangup
      (321, 280), (298, 241), (323, 282),  // bpf, perf_event_open, userfaultfd
      (248, 217), (249, 218), (250, 219),  // add_key, request_key, keyctl
      (29, 194), (30, 196), (64, 190), (68, 186),  // shmget, shmat, semget, msgget
      (240, 180), (241, 181),  // mq_open, mq_unlink
    ])
      // Other ways to the same calls, past this filter.
      + always(.fail(SeccompFilter.noSuchCall), [(425, 425), (426, 426), (427, 427)])  // io_uring
  }

  // MARK: Processes

  /// Power over other processes of the same user.
  private var otherProcesses: [SeccompRule] {
    refused([
      (101, 117), (310, 270), (311, 271), (312, 272),  // ptrace, process_vm_readv, …writev, kcmp
      (438, 438), (440, 440), (279, 239), (256, 238),  // pidfd_getfd, process_madvise, …_pages
    ]) + [
      limits,
      only(141, 140, [(.argument(0), 0), (.argument(1), 0)]),  // setpriority
      only(251, 30, [(.argument(0), 1), (.argument(1), 0)]),  // ioprio_set
      only(203, 122, [(.argument(0), 0)]),  // sched_setaffinity
      only(144, 119, [(.argument(0), 0)]),  // sched_setscheduler
      only(142, 118, [(.argument(0), 0)]),  // sched_setparam
      only(314, 274, [(.argument(0), 0)]),  // sched_setattr
    ]
  }

  /// `prlimit64`, but for the process itself and to look.
  private var limits: SeccompRule {
    rule(302, 261) { program in
      program.load(.argument(0))
      program.returnIf(equal: 0, .allow)
      program.load(.argument(2))
      program.returnUnless(equal: 0, .fail(Self.notPermitted))
      program.load(.argumentTop(2))
      program.returnUnless(equal: 0, .fail(Self.notPermitted))
      program.end(.allow)
    }
  }

  /// `clone` and `unshare` with namespaces, in which a process has privileges; `clone3` hides its flags
  /// in memory, and the C library falls back to `clone`.
  private var namespaces: [SeccompRule] {
    [
      rule(56, 220) { program in
        program.load(.argument(0))
        program.returnIf(anyOf: 0x7E02_0000, .fail(Self.notPermitted))
        program.end(.allow)
      },
      rule(272, 97) { program in
        program.load(.argument(0))
        program.returnIf(anyOf: 0x7E02_0080, .fail(Self.notPermitted))
        program.end(.allow)
      },
    ] + refused([(308, 268)])  // setns
      + always(.fail(SeccompFilter.noSuchCall), [(435, 435)])  // clone3
  }

  // MARK: Making rules

  private func refused(_ numbers: [(Int, Int?)]) -> [SeccompRule] {
    always(.fail(Self.notPermitted), numbers)
  }

  private func always(_ action: SeccompAction, _ numbers: [(Int, Int?)]) -> [SeccompRule] {
    numbers.compactMap { number in
      let own = architecture == .x86 ? number.0 : number.1
      return own.map { SeccompRule(number: $0) { $0.end(action) } }
    }
  }

  private func rule(
    _ x86: Int, _ arm: Int, _ write: @escaping @Sendable (inout SeccompProgram) -> Void
  ) -> SeccompRule {
    SeccompRule(number: architecture == .x86 ? x86 : arm, write: write)
  }

  /// Refuses a call unless these words are as told.
  private func only(
    _ x86: Int, _ arm: Int, _ conditions: [(SeccompProgram.Field, UInt32)]
  ) -> SeccompRule {
    rule(x86, arm) { program in
      for (field, value) in conditions {
        program.load(field)
        program.returnUnless(equal: value, .fail(Self.notPermitted))
      }
      program.end(.allow)
    }
  }
}
