#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Rights on files that Landlock knows; the numbers are those of `linux/landlock.h`.
struct LandlockAccess: OptionSet, Sendable {
  let rawValue: UInt64

  static let execute = LandlockAccess(rawValue: 1 << 0)
  static let writeFile = LandlockAccess(rawValue: 1 << 1)
  static let readFile = LandlockAccess(rawValue: 1 << 2)
  static let readFolder = LandlockAccess(rawValue: 1 << 3)
  static let makeCharacterDevice = LandlockAccess(rawValue: 1 << 6)
  static let makeBlockDevice = LandlockAccess(rawValue: 1 << 11)
  static let truncate = LandlockAccess(rawValue: 1 << 14)
  static let controlDevice = LandlockAccess(rawValue: 1 << 15)

  /// To read and to execute.
  static let reading: LandlockAccess = [.execute, .readFile, .readFolder]
  /// All but making devices.
  static let changing = LandlockAccess(rawValue: (1 << 16) - 1)
    .subtracting([.makeCharacterDevice, .makeBlockDevice, .controlDevice])
  /// What a rule on something that is no folder may hold.
  static let ofFiles: LandlockAccess = [
    .execute, .writeFile, .readFile, .truncate, .controlDevice,
  ]

  /// All rights that a version of the kernel's interface knows.
  static func known(by version: Int) -> LandlockAccess {
    let bits =
      switch version {
      case ...0: 0
      case 1: 13
      case 2: 14
      case 3, 4: 15
      default: 16
      }
    return LandlockAccess(rawValue: (1 << UInt64(bits)) - 1)
  }
}

/// The part of the Linux kernel that lets a process give up rights on files, for itself and all that it
/// starts, without any privilege.
enum Landlock {
  /// The version of the kernel's interface; 0 where there is none.
  ///
  /// The system call is `landlock_create_ruleset` with `LANDLOCK_CREATE_RULESET_VERSION`.
  static let version: Int = {
    #if os(Linux)
      return (try? KernelCall.make(createRuleset, 0, 0, 1)) ?? 0
    #else
      return 0
    #endif
  }()

  /// The first version that knows `truncate`.
  static let truncateVersion = 3
  /// The first version that keeps signals and abstract sockets in.
  static let scopeVersion = 6
  /// What the kernel answers once sixteen layers are in force.
  static let tooManyLayers = E2BIG

  /// What a ruleset handles, as `struct landlock_ruleset_attr`: rights on files, on the network, and
  /// scopes; how many bytes of it a version takes.
  static func attributes(version: Int, forbidsNetwork: Bool) -> (words: [UInt64], size: Int) {
    let words = [
      LandlockAccess.known(by: version).rawValue, forbidsNetwork && version >= 4 ? 3 : 0,
      version >= scopeVersion ? 3 : 0,
    ]
    return (words, version >= scopeVersion ? 24 : version >= 4 ? 16 : 8)
  }

  #if os(Linux)
    static let createRuleset = 444
    static let addRule = 445
    static let restrictSelf = 446

    /// Restricts the calling thread, and what it starts, to what rules allow.
    ///
    /// - Parameters:
    ///   - rules: Paths, with all that is allowed there and below; those that do not exist are left
    ///     out.
    ///   - forbidsNetwork: Whether TCP is refused as well.
    static func restrictThread(
      to rules: [(path: String, access: LandlockAccess)], forbidsNetwork: Bool
    ) throws(SystemError) {
      let version = version
      let (words, size) = attributes(version: version, forbidsNetwork: forbidsNetwork)
      let made = words.withUnsafeBytes {
        KernelCall.attempt(createRuleset, Int(bitPattern: $0.baseAddress), size)
      }
      let ruleset = Descriptor(Int32(truncatingIfNeeded: try made.get()))
      let known = LandlockAccess.known(by: version)
      for rule in rules {
        let pathOnly: Int32 = 0x20_0000  // O_PATH
        guard let file = try? FileSystem.open(rule.path, pathOnly) else { continue }
        let access = rule.access.intersection(known)
        do throws(SystemError) {
          try add(access, on: file.number, to: ruleset.number)
        } catch {
          guard error.number == EINVAL else { throw error }
          // It is no folder.
          try add(access.intersection(.ofFiles), on: file.number, to: ruleset.number)
        }
      }
      try KernelCall.make(restrictSelf, Int(ruleset.number))
    }

    private static func add(_ access: LandlockAccess, on file: Int32, to ruleset: Int32)
      throws(SystemError)
    {
      if access.isEmpty { return }
      // `struct landlock_path_beneath_attr` is packed: eight bytes of rights, four of descriptor.
      let answer = withUnsafeTemporaryAllocation(byteCount: 16, alignment: 8) { rule in
        rule.storeBytes(of: access.rawValue, as: UInt64.self)
        rule.storeBytes(of: file, toByteOffset: 8, as: Int32.self)
        return KernelCall.attempt(addRule, Int(ruleset), 1, Int(bitPattern: rule.baseAddress))
      }
      _ = try answer.get()
    }
  #endif
}
