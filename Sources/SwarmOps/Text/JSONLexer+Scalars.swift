extension JSONLexer {
  /// Reads a number.
  ///
  /// - Parameter first: Its first byte, a digit or `-`.
  /// - Returns: One past its last byte.
  /// - Throws: A failure for what RFC 8259 does not allow.
  @inline(__always)
  func number(_ first: Position) throws(JSONFailure) -> Position {
    var p = first
    if p.pointee == 0x2D {
      p += 1
      if p < end && p.pointee == 0x49 { return try word(first) }
    }
    guard p < end, Self.isDigit(p.pointee) else { throw failure(.digitAfterMinus, first) }
    if p.pointee == 0x30 {
      p += 1
      if p < end && Self.isDigit(p.pointee) { throw failure(.leadingZero, first) }
    } else {
      p = skipDigits(p)
    }
    if p < end && p.pointee == 0x2E {
      let digits = p + 1
      p = skipDigits(digits)
      guard p > digits else { throw failure(.digitAfterPoint, first) }
    }
    if p < end && p.pointee | 0x20 == 0x65 {
      var digits = p + 1
      if digits < end && (digits.pointee == 0x2B || digits.pointee == 0x2D) { digits += 1 }
      p = skipDigits(digits)
      guard p > digits else { throw failure(.digitInExponent, first) }
    }
    return p
  }

  /// Reads `true`, `false`, `null` and, where allowed, `NaN`, `Infinity` and `-Infinity`.
  ///
  /// - Parameter first: The first byte.
  /// - Returns: One past the last byte.
  /// - Throws: A failure for anything else.
  func word(_ first: Position) throws(JSONFailure) -> Position {
    if matches(first, "true") || matches(first, "null") { return first + 4 }
    if matches(first, "false") { return first + 5 }
    for (text, length) in [("NaN", 3), ("Infinity", 8), ("-Infinity", 9)] as [(StaticString, Int)]
    where matches(first, text) {
      guard allowNonFinite else { throw failure(.nonFinite, first) }
      return first + length
    }
    throw failure(first.pointee == 0x2D ? .digitAfterMinus : .expectedValue, first)
  }

  /// Reads a key, its colon and the white space around them.
  ///
  /// - Parameters:
  ///   - first: Where the key should start.
  ///   - comma: The comma before it, if there is one.
  /// - Returns: The position of the value, which may be `end`.
  /// - Throws: A failure for a missing key or colon.
  @inline(__always)
  func key(_ first: Position, after comma: Position?) throws(JSONFailure) -> Position {
    guard first < end else { throw failure(.expectedKey, first) }
    guard first.pointee == 0x22 else {
      if first.pointee == 0x7D, let comma { throw failure(.trailingComma, comma) }
      throw failure(.expectedKey, first)
    }
    return try colon(string(first).next)
  }

  /// Reads the colon after a key and the white space around it.
  ///
  /// - Parameter keyEnd: One past the key's closing quote.
  /// - Returns: The position of the value, which may be `end`.
  /// - Throws: A failure for a missing colon.
  @inline(__always)
  func colon(_ keyEnd: Position) throws(JSONFailure) -> Position {
    let p = skipSpace(keyEnd)
    guard p < end, p.pointee == 0x3A else { throw failure(.expectedColon, p) }
    return skipSpace(p + 1)
  }

  /// The failure for something other than a comma or a closing bracket after a value.
  ///
  /// People look for a missing comma where it is missing, not on the next line.
  ///
  /// - Parameters:
  ///   - p: What was found.
  ///   - valueEnd: Where the value before it ends.
  ///   - problem: What to say unless a comma is plainly missing.
  /// - Returns: The failure to throw.
  func failureAfterValue(
    _ p: Position, _ valueEnd: Position, _ problem: JSONFailure.Problem
  ) -> JSONFailure {
    guard p < end else { return failure(problem, p) }
    let startsValue =
      switch p.pointee {
      case 0x22, 0x2D, 0x5B, 0x7B, 0x30...0x39, 0x66, 0x6E, 0x74: true
      default: false
      }
    let onLaterLine = UnsafeBufferPointer(start: valueEnd, count: p - valueEnd).contains(0x0A)
    return startsValue && onLaterLine ? failure(.missingComma, valueEnd) : failure(problem, p)
  }

  /// Decodes a string that was read before, so its form is known to be right.
  ///
  /// An escaped lone surrogate becomes U+FFFD.
  ///
  /// - Parameters:
  ///   - first: Its opening quote.
  ///   - next: One past its closing quote.
  ///   - hasEscapes: Whether it holds escapes.
  /// - Returns: The text.
  func decode(_ first: Position, _ next: Position, hasEscapes: Bool) -> String {
    let raw = UnsafeBufferPointer(start: first + 1, count: next - first - 2)
    guard hasEscapes else { return String(decoding: raw, as: UTF8.self) }
    return String(unsafeUninitializedCapacity: raw.count) { output in
      var count = 0
      func put(_ byte: UInt8) {
        output[count] = byte
        count += 1
      }
      var index = 0
      while index < raw.count {
        guard raw[index] == 0x5C else {
          put(raw[index])
          index += 1
          continue
        }
        let kind = raw[index + 1]
        index += 2
        switch kind {
        case 0x62: put(0x08)
        case 0x66: put(0x0C)
        case 0x6E: put(0x0A)
        case 0x72: put(0x0D)
        case 0x74: put(0x09)
        case 0x75:
          // Six bytes of source are never shorter than the UTF-8 of what they stand for.
          for byte in UTF8.encode(Self.scalar(raw, &index)) ?? UTF8.encodedReplacementCharacter {
            put(byte)
          }
        default: put(kind)
        }
      }
      return count
    }
  }

  /// Decodes the digits of `\uXXXX` and of a second one where two make a pair.
  private static func scalar(
    _ raw: UnsafeBufferPointer<UInt8>, _ index: inout Int
  ) -> Unicode.Scalar {
    let high = codeUnit(raw, index)
    index += 4
    if let scalar = Unicode.Scalar(high) { return scalar }
    guard high < 0xDC00, index + 6 <= raw.count, raw[index] == 0x5C, raw[index + 1] == 0x75 else {
      return "\u{FFFD}"
    }
    let low = codeUnit(raw, index + 2)
    guard (0xDC00..<0xE000).contains(low) else { return "\u{FFFD}" }
    index += 6
    return Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)) ?? "\u{FFFD}"
  }

  private static func codeUnit(_ raw: UnsafeBufferPointer<UInt8>, _ index: Int) -> UInt32 {
    (index..<index + 4).reduce(0) { $0 << 4 | (hexDigit(raw[$1]) ?? 0) }
  }

  private func matches(_ p: Position, _ text: StaticString) -> Bool {
    guard end - p >= text.utf8CodeUnitCount else { return false }
    return UnsafeBufferPointer(start: p, count: text.utf8CodeUnitCount)
      .elementsEqual(
        UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  @inline(__always)
  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  @inline(__always)
  private func skipDigits(_ first: Position) -> Position {
    var p = first
    while p < end && Self.isDigit(p.pointee) { p += 1 }
    return p
  }
}
