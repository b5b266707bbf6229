/// The tokens of JSON over raw memory: each function takes where a token starts and returns where
/// it ends.
///
/// Positions are passed and returned, not stored, so that they stay in registers; nothing is
/// allocated and nothing is read at or past `end`.
struct JSONLexer {
  typealias Position = UnsafePointer<UInt8>

  let start: Position
  let end: Position
  let allowNonFinite: Bool

  /// Prepares reading a text and refuses what cannot be one.
  ///
  /// - Parameters:
  ///   - bytes: The text; must outlive the lexer.
  ///   - options: What to accept beyond RFC 8259.
  /// - Throws: A failure for no bytes at all, a byte order mark, or another encoding.
  init(_ bytes: UnsafeRawBufferPointer, _ options: JSONReadingOptions) throws(JSONFailure) {
    guard let base = bytes.baseAddress, bytes.count > 0 else {
      throw JSONFailure(problem: .empty, offset: 0)
    }
    start = base.assumingMemoryBound(to: UInt8.self)
    end = start + bytes.count
    allowNonFinite = options.contains(.allowNonFinite)
    if bytes.count >= 2 {
      switch (start[0], start[1]) {
      case (0xFF, 0xFE), (0xFE, 0xFF), (0, _), (_, 0):
        throw JSONFailure(problem: .notUTF8Encoding, offset: 0)
      default: break
      }
    }
    if hasByteOrderMark && !options.contains(.skipByteOrderMark) {
      throw JSONFailure(problem: .byteOrderMark, offset: 0)
    }
  }

  private var hasByteOrderMark: Bool {
    end - start >= 3 && start[0] == 0xEF && start[1] == 0xBB && start[2] == 0xBF
  }

  /// Finds the first byte of the top-level value.
  ///
  /// - Returns: The position, before `end`.
  /// - Throws: A failure when there is nothing but white space.
  func firstValue() throws(JSONFailure) -> Position {
    let p = skipSpace(hasByteOrderMark ? start + 3 : start)
    guard p < end else { throw JSONFailure(problem: .empty, offset: 0) }
    return p
  }

  /// Checks that only white space follows the top-level value.
  ///
  /// - Parameter p: Where the value ends.
  /// - Throws: A failure at the first other byte.
  func finish(_ p: Position) throws(JSONFailure) {
    let rest = skipSpace(p)
    guard rest == end else { throw failure(.textAfterValue, rest) }
  }

  @inline(__always)
  func failure(_ problem: JSONFailure.Problem, _ p: Position) -> JSONFailure {
    JSONFailure(problem: problem, offset: p - start)
  }

  @inline(__always)
  func skipSpace(_ first: Position) -> Position {
    var p = first
    while p < end {
      let byte = p.pointee
      if byte > 0x20 { break }
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { break }
      p += 1
      // Indentation: eight spaces at a time.
      while end - p >= 8, Self.word(p) == 0x2020_2020_2020_2020 { p += 8 }
    }
    return p
  }

  @inline(__always)
  static func word(_ p: Position) -> UInt64 {
    UInt64(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt64.self))
  }

  /// Reads a string.
  ///
  /// - Parameter first: Its opening quote.
  /// - Returns: One past its closing quote, and whether it holds escapes.
  /// - Throws: A failure for what a string may not hold, or a missing end.
  @inline(__always)
  func string(_ first: Position) throws(JSONFailure) -> (next: Position, hasEscapes: Bool) {
    var p = first + 1
    var hasEscapes = false
    while true {
      p = skipPlain(p)
      guard p < end else { throw failure(.unclosedString, first) }
      let byte = p.pointee
      if byte == 0x22 { return (p + 1, hasEscapes) }
      if byte >= 0x80 {
        p = try nonASCII(p)
      } else if byte == 0x5C {
        hasEscapes = true
        p = try escape(p, in: first)
      } else {
        throw failure(.controlCharacter, p)
      }
    }
  }

  /// Skips string bytes that need no look: ASCII but quotes, backslashes and control characters.
  @inline(__always)
  private func skipPlain(_ first: Position) -> Position {
    var p = first
    while end - p >= 8 {
      let x = Self.word(p)
      // The high bit of a byte ends up set where the byte is a quote, a backslash, below 0x20 or
      // not ASCII. A borrow can set it wrongly only above a true hit, and the lowest hit counts.
      let quote = (x ^ 0x2222_2222_2222_2222) &- 0x0101_0101_0101_0101
      let backslash = (x ^ 0x5C5C_5C5C_5C5C_5C5C) &- 0x0101_0101_0101_0101
      let control = x &- 0x2020_2020_2020_2020
      let hits = (quote | backslash | control | x) & 0x8080_8080_8080_8080
      if hits != 0 { return p + (hits.trailingZeroBitCount >> 3) }
      p += 8
    }
    while p < end {
      let byte = p.pointee
      if byte == 0x22 || byte == 0x5C || byte < 0x20 || byte >= 0x80 { break }
      p += 1
    }
    return p
  }

  /// Skips a run of characters beyond ASCII.
  @inline(__always)
  private func nonASCII(_ first: Position) throws(JSONFailure) -> Position {
    var p = first
    repeat {
      let length = UTF8Check.sequenceLength(p, end)
      guard length > 0 else { throw failure(.invalidUTF8, p) }
      p += length
    } while p < end && p.pointee >= 0x80
    return p
  }

  @inline(__always)
  private func escape(_ p: Position, in first: Position) throws(JSONFailure) -> Position {
    guard end - p >= 2 else { throw failure(.unclosedString, first) }
    switch p[1] {
    case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: return p + 2
    case 0x75:
      for index in 2..<6 {
        guard p + index < end else { throw failure(.unclosedString, first) }
        guard Self.hexDigit(p[index]) != nil else { throw failure(.badUnicodeEscape, p) }
      }
      return p + 6
    default: throw failure(.badEscape, p)
    }
  }

  /// The value of a hexadecimal digit.
  @inline(__always)
  static func hexDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte) - 0x30
    case 0x41...0x46: UInt32(byte) - 0x37
    case 0x61...0x66: UInt32(byte) - 0x57
    default: nil
    }
  }
}
