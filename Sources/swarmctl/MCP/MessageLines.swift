/// Splits what a client sends into lines, one message each.
///
/// Never more than ``longest`` bytes of a line are kept, whatever comes.
struct MessageLines {
  /// One line.
  enum Line: Equatable {
    /// A line without its end.
    case message([UInt8])
    /// A line that was too long, of which only the beginning is left.
    case tooLong(beginning: [UInt8])
  }

  /// The most bytes that a message may have.
  static let longest = 64 << 20
  /// What is kept of a longer one, to find out whom to tell.
  static let kept = 4096

  private var buffer: [UInt8] = []
  private var isSkipping = false
  private let limit: Int

  /// Makes an empty splitter.
  ///
  /// - Parameter limit: The most bytes that a line may have.
  init(limit: Int = MessageLines.longest) { self.limit = limit }

  /// Takes bytes as they come.
  ///
  /// - Parameter bytes: The next bytes.
  /// - Returns: The lines that are whole now, without the empty ones.
  mutating func append(_ bytes: ArraySlice<UInt8>) -> [Line] {
    var lines: [Line] = []
    var rest = bytes
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      keep(rest[..<end])
      rest = rest[(end + 1)...]
      if let line = line() { lines.append(line) }
    }
    keep(rest)
    return lines
  }

  /// The last line, where it has no end.
  mutating func end() -> Line? { line() }

  private mutating func keep(_ bytes: ArraySlice<UInt8>) {
    if isSkipping { return }
    if buffer.count + bytes.count <= limit {
      buffer += bytes
      return
    }
    isSkipping = true
    buffer = Array((buffer.prefix(Self.kept) + bytes.prefix(Self.kept)).prefix(Self.kept))
  }

  private mutating func line() -> Line? {
    defer {
      isSkipping = false
      buffer.removeAll(keepingCapacity: buffer.capacity <= 1 << 16)
    }
    if isSkipping { return .tooLong(beginning: buffer) }
    let isBlank = buffer.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    return isBlank ? nil : .message(buffer)
  }
}
