/// A program that the kernel runs at each system call of a process and all that it starts, and that
/// decides by the call's number and arguments whether it is made (seccomp, in classic BPF).
///
/// It covers what Landlock does not: what changes others' files without opening them, sockets,
/// interfaces that give one process power over another, and large parts of the kernel that agents
/// have no use for. Calls of another architecture, which have other numbers, are refused.
struct SeccompFilter: Sendable, Equatable {
  /// What is to be refused besides what always is.
  struct Options: Sendable, Equatable {
    /// Whether every socket is refused but those made in pairs.
    var forbidsNetwork = false
    /// The version of Landlock that does its part; some calls are refused where it does not.
    var landlockVersion: Int
  }

  /// Whose numbers of system calls the program looks at.
  enum Architecture: Sendable, CaseIterable {
    case x86, arm

    /// That of this machine.
    #if arch(x86_64)
      static let own = Architecture.x86
    #else
      static let own = Architecture.arm
    #endif

    /// How the kernel calls it: `AUDIT_ARCH_X86_64`, `AUDIT_ARCH_AARCH64`.
    var mark: UInt32 { self == .x86 ? 0xC000_003E : 0xC000_00B7 }
  }

  /// The program; each word is a `struct sock_filter` as it lies in memory.
  let instructions: [UInt64]

  /// Makes the program.
  init(_ options: Options, for architecture: Architecture = .own) {
    var program = SeccompProgram()
    program.load(.architecture)
    program.returnUnless(equal: architecture.mark, .fail(Self.noSuchCall))
    program.load(.number)
    // The x32 form of calls.
    if architecture == .x86 { program.returnIf(atLeast: 0x4000_0000, .fail(Self.noSuchCall)) }
    let rules = SeccompRules(architecture: architecture).all(options).sorted {
      $0.number < $1.number
    }
    program.decide(rules[...])
    instructions = program.instructions
  }

  /// `ENOSYS`, which programs take for an older kernel's answer.
  static let noSuchCall: UInt16 = 38

  #if os(Linux)
    /// Whether the kernel can filter system calls at all.
    ///
    /// The system call is `seccomp` with `SECCOMP_GET_ACTION_AVAIL`.
    static let isAvailable: Bool = {
      var action = SeccompAction.pretend.word
      let answer = withUnsafeBytes(of: &action) {
        KernelCall.attempt(KernelCall.installFilter, 2, 0, Int(bitPattern: $0.baseAddress))
      }
      return (try? answer.get()) != nil
    }()

    /// Filters the calling thread's system calls, and those of what it starts, for ever.
    ///
    /// The thread has renounced new privileges.
    ///
    /// The system call is `seccomp` with `SECCOMP_SET_MODE_FILTER`.
    func install() throws(SystemError) {
      let answer = instructions.withUnsafeBytes { program in
        // `struct sock_fprog`: a count of 16 bits and, aligned, an address.
        let words = [instructions.count, Int(bitPattern: program.baseAddress)]
        return words.withUnsafeBytes { description in
          // SECCOMP_FILTER_FLAG_SPEC_ALLOW: no mitigation that would slow everything down.
          KernelCall.attempt(
            KernelCall.installFilter, 1, 4, Int(bitPattern: description.baseAddress))
        }
      }
      _ = try answer.get()
    }
  #else
    static let isAvailable = false
  #endif
}

/// What becomes of a system call.
enum SeccompAction: Sendable, Equatable {
  /// It is made.
  case allow
  /// It is not made and fails with this `errno`.
  case fail(UInt16)
  /// It is not made and seems to have worked.
  case pretend

  /// The number that the kernel knows it by.
  var word: UInt32 {
    switch self {
    case .allow: 0x7FFF_0000
    case .fail(let number): 0x0005_0000 | UInt32(number)
    case .pretend: 0x0005_0000
    }
  }
}

/// Instructions under construction.
struct SeccompProgram {
  /// A word of `struct seccomp_data`.
  enum Field {
    case number
    case architecture
    /// The lower half of an argument, counted from 0.
    case argument(Int)
    /// The upper half.
    case argumentTop(Int)

    fileprivate var offset: UInt32 {
      switch self {
      case .number: 0
      case .architecture: 4
      case .argument(let index): 16 + 8 * UInt32(index)
      case .argumentTop(let index): 20 + 8 * UInt32(index)
      }
    }
  }

  private(set) var instructions: [UInt64] = []

  /// Loads a word for the comparisons that follow.
  mutating func load(_ field: Field) { add(0x20, field.offset) }

  /// Keeps some bits of the loaded word.
  mutating func mask(_ bits: UInt32) { add(0x54, bits) }

  /// Ends here.
  mutating func end(_ action: SeccompAction) { add(0x06, action.word) }

  /// Ends here if the loaded word is this.
  mutating func returnIf(equal value: UInt32, _ action: SeccompAction) {
    add(0x15, value, ifTrue: 0, ifFalse: 1)
    end(action)
  }

  /// Ends here if the loaded word is another.
  mutating func returnUnless(equal value: UInt32, _ action: SeccompAction) {
    add(0x15, value, ifTrue: 1, ifFalse: 0)
    end(action)
  }

  /// Ends here if the loaded word is not smaller.
  mutating func returnIf(atLeast value: UInt32, _ action: SeccompAction) {
    add(0x35, value, ifTrue: 0, ifFalse: 1)
    end(action)
  }

  /// Ends here if the loaded word has one of these bits.
  mutating func returnIf(anyOf bits: UInt32, _ action: SeccompAction) {
    add(0x45, bits, ifTrue: 0, ifFalse: 1)
    end(action)
  }

  /// Finds the rule for the loaded number by halves, and ends with what it says.
  mutating func decide(_ rules: ArraySlice<SeccompRule>) {
    guard rules.count > 3 else {
      for rule in rules {
        var body = SeccompProgram()
        rule.write(&body)
        add(0x15, UInt32(rule.number), ifTrue: 1, ifFalse: 0)
        jump(over: body)
      }
      return end(.allow)
    }
    let middle = rules.index(rules.startIndex, offsetBy: rules.count / 2)
    var lower = SeccompProgram()
    lower.decide(rules[..<middle])
    add(0x35, UInt32(rules[middle].number), ifTrue: 0, ifFalse: 1)
    jump(over: lower)
    decide(rules[middle...])
  }

  /// Adds instructions with a jump over them in front.
  private mutating func jump(over body: SeccompProgram) {
    add(0x05, UInt32(body.instructions.count))
    instructions += body.instructions
  }

  private mutating func add(
    _ code: UInt64, _ value: UInt32, ifTrue: UInt64 = 0, ifFalse: UInt64 = 0
  ) {
    instructions.append(code | ifTrue << 16 | ifFalse << 24 | UInt64(value) << 32)
  }
}

/// What is done with one system call.
struct SeccompRule: Sendable {
  /// The call's number on this architecture.
  let number: Int
  /// Writes instructions that end in every case.
  let write: @Sendable (inout SeccompProgram) -> Void
}
