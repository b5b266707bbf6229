#if os(Linux)
  import Glibc
  import Testing

  @testable import swarmctl

  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Darwin)
    import Darwin
  #endif

  /// A pseudo-terminal with a person at one end.
  private struct PseudoTerminal {
    let person: Int32
    let program: Int32

    /// `TIOCSPTLCK` and `TIOCGPTN`: Swift sees neither these nor `posix_openpt` on Linux.
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430

    init() throws {
      person = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
      try #require(person >= 0)
      var locked: Int32 = 0
      var number: UInt32 = 0
      try #require(ioctl(person, Self.setLock, &locked) == 0)
      try #require(ioctl(person, Self.getNumber, &number) == 0)
      program = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
      try #require(program >= 0)
    }

    func type(_ text: String) { _ = write(person, text, text.utf8.count) }

    func resize(columns: UInt16) {
      var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
      _ = ioctl(program, UInt(TIOCSWINSZ), &size)
    }

    func hangUp() {
      close(program)
      close(person)
    }
  }

  @Suite struct TerminalTests {
    @Test(arguments: [
      ("y\n", Terminal.Answer.yes), ("Yes \n", .yes), ("YES\n", .yes), ("n\n", .no), ("\n", .no),
      ("yeah\n", .no), ("\u{4}", .no), ("y\u{4}\u{4}", .no), ("no\ny\n", .no),
    ])
    func onlyYesIsYes(typed: String, answer: Terminal.Answer) throws {
      let pseudo = try PseudoTerminal()
      defer { pseudo.hangUp() }
      pseudo.type(typed)
      let terminal = Terminal(input: pseudo.program, prompts: pseudo.program)
      #expect(terminal.confirm("Remove it?") == answer)
    }

    @Test(arguments: [
      ("sales\n", Terminal.Answer.yes), (" sales \n", .yes), ("Sales\n", .no), ("y\n", .no),
      ("\n", .no), ("sale\n", .no),
    ])
    func aTypedNameMustBeTheName(typed: String, answer: Terminal.Answer) throws {
      let pseudo = try PseudoTerminal()
      defer { pseudo.hangUp() }
      pseudo.type(typed)
      let terminal = Terminal(input: pseudo.program, prompts: pseudo.program)
      #expect(terminal.confirmTyped("Type its name", expected: "sales") == answer)
    }

    @Test func anEmptyNameIsNeverConfirmed() throws {
      let pseudo = try PseudoTerminal()
      defer { pseudo.hangUp() }
      pseudo.type("\n")
      let terminal = Terminal(input: pseudo.program, prompts: pseudo.program)
      #expect(terminal.confirmTyped("Type its name", expected: "") == .no)
    }

    @Test func nobodyIsAskedWithoutTwoTerminalsAndPermission() throws {
      let pseudo = try PseudoTerminal()
      defer { pseudo.hangUp() }
      let null = open("/dev/null", O_RDWR | O_CLOEXEC)
      defer { close(null) }
      pseudo.type("y\ny\ny\n")
      let program = pseudo.program
      #expect(Terminal(input: null, prompts: program).confirm("?") == .notInteractive)
      #expect(Terminal(input: program, prompts: null).confirm("?") == .notInteractive)
      #expect(
        Terminal(input: program, prompts: program, mayAsk: false).confirm("?") == .notInteractive)
    }

    @Test func widthIsThatOfTheTerminalUnlessColumnsSays() throws {
      let pseudo = try PseudoTerminal()
      defer { pseudo.hangUp() }
      pseudo.resize(columns: 123)
      #expect(Terminal.width(of: pseudo.program, environment: [:]) == 123)
      #expect(Terminal.width(of: pseudo.program, environment: ["COLUMNS": "40"]) == 40)
      #expect(Terminal.width(of: pseudo.program, environment: ["COLUMNS": "x"]) == 123)
      pseudo.resize(columns: 0)
      #expect(Terminal.width(of: pseudo.program, environment: [:]) == 80)
    }

    @Test func whatIsNoTerminalHasNoWidth() throws {
      let null = open("/dev/null", O_RDWR | O_CLOEXEC)
      defer { close(null) }
      #expect(Terminal.width(of: null, environment: ["COLUMNS": "40"]) == nil)
    }
  }
#endif
