import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The person at the terminal: how wide it is, and what they answer.
struct Terminal: Sendable {
  /// What became of a question.
  enum Answer: Sendable, Equatable {
    case yes
    case no
    /// Nobody can be asked: no terminal, or `--no-input`, or JSON output.
    case notInteractive
  }

  /// Where answers come from; standard input.
  var input: Int32 = 0
  /// Where questions go; standard error, so that standard output holds the result alone.
  var prompts: Int32 = 2
  /// Whether somebody may be asked: false with `--no-input` and JSON output.
  var mayAsk = true

  /// An answer longer than this is no answer.
  private static let longestAnswer = 4096

  /// Whether a descriptor is a terminal.
  ///
  /// The corresponding C function is `isatty`.
  static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Whether a descriptor takes output at once, or has a reader that stands still.
  ///
  /// The corresponding C function is `poll`.
  static func takesOutput(_ descriptor: Int32) -> Bool {
    var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return poll(&polled, 1, 0) != 0
  }

  /// The columns of the terminal behind a descriptor.
  ///
  /// - Parameters:
  ///   - descriptor: A terminal.
  ///   - environment: The environment's variables; `COLUMNS` wins.
  /// - Returns: The width, or nil when the descriptor is no terminal.
  static func width(of descriptor: Int32, environment: [String: String]) -> Int? {
    guard isTerminal(descriptor) else { return nil }
    if let text = environment["COLUMNS"], let columns = Int(text), columns > 0 { return columns }
    var size = winsize()
    // The corresponding C function is `ioctl`.
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Says that standard input is being read, where that is a person's keyboard: a program that
  /// waits in silence looks broken.
  static func sayReading() {
    guard isTerminal(0), isTerminal(2) else { return }
    let stream = StandardStream(descriptor: 2, name: "standard error")
    try? stream.write("reading from the terminal; end with Ctrl-D\n")
    try? stream.flush()
  }

  /// Whether somebody can be asked.
  var isInteractive: Bool {
    mayAsk && Self.isTerminal(input) && Self.isTerminal(prompts)
  }

  /// Asks a question that `y` or `yes` agrees to; anything else, an empty line and the end of input
  /// included, is no.
  ///
  /// - Parameter question: The question without its mark of choice.
  /// - Returns: The answer.
  func confirm(_ question: String) -> Answer {
    guard let line = ask("\(question) [y/N] ") else { return .notInteractive }
    return ["y", "yes"].contains(line.lowercased()) ? .yes : .no
  }

  /// Asks for a word to be typed in full, for what cannot be undone.
  ///
  /// - Parameters:
  ///   - question: The question, which says what to type.
  ///   - expected: The word; case matters.
  /// - Returns: Yes when exactly that was typed.
  func confirmTyped(_ question: String, expected: String) -> Answer {
    guard let line = ask("\(question): ") else { return .notInteractive }
    return !expected.isEmpty && line == expected ? .yes : .no
  }

  /// Shows a question and reads one line; nil when nobody can be asked.
  private func ask(_ question: String) -> String? {
    guard isInteractive else { return nil }
    // Before the question is seen: the answer may be as quick.
    SignalHandling.isAsking.store(true, ordering: .releasing)
    defer { SignalHandling.isAsking.store(false, ordering: .releasing) }
    let stream = StandardStream(descriptor: prompts, name: "standard error")
    guard (try? stream.write(VisibleText.lines(question))) != nil, (try? stream.flush()) != nil
    else { return nil }
    return readLine()
  }

  /// Reads one line without its end, byte by byte: what follows belongs to others.
  private func readLine() -> String {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while bytes.count <= Self.longestAnswer {
      let count = read(input, &byte, 1)
      if count < 0, errno == EINTR { continue }
      // An answer cut off by the end of input was not confirmed.
      if count <= 0 { return "" }
      if byte == UInt8(ascii: "\n") { break }
      bytes.append(byte)
    }
    let text = String(decoding: bytes, as: UTF8.self)
    let trimmed = text.drop { $0 == " " || $0 == "\t" }
    return String(trimmed.reversed().drop { $0.isWhitespace }.reversed())
  }
}
