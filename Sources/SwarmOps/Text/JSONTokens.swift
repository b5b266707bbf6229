/// Reads what stands for itself in a JSON text: strings, numbers and words.
struct JSONTokens {
  /// How many bytes of a string are handed on at once.
  static let pieceSize = 1 << 16

  let window: JSONWindow

  // MARK: Strings

  /// Reads a string whose length does not matter.
  ///
  /// - Parameter sink: Takes its UTF-8 in pieces.
  func string(_ sink: ([UInt8]) throws(SwarmError) -> Void) throws(SwarmError) {
    window.pass(1)
    var decoded: [UInt8] = []
    while true {
      guard try window.fill(1) else { throw window.mistake(.unclosedString) }
      let end = plainEnd()
      decoded += window.bytes[window.position..<end]
      window.pass(end - window.position)
      if decoded.count >= Self.pieceSize {
        try sink(decoded)
        decoded.removeAll(keepingCapacity: true)
      }
      guard try window.fill(1) else { throw window.mistake(.unclosedString) }
      switch window.bytes[window.position] {
      case 0x22:
        window.pass(1)
        if !decoded.isEmpty { try sink(decoded) }
        return
      case 0x5C: decoded += try escape()
      case 0..<0x20: throw window.mistake(.controlCharacter)
      case 0x80...: decoded += try character()
      // What has come meanwhile.
      default: break
      }
    }
  }

  /// Where bytes that stand for themselves end: at a quote, a backslash, a control character, a
  /// mistake, or too near to the end of the window to tell.
  private func plainEnd() -> Int {
    window.bytes.withUnsafeBytes { bytes in
      var index = window.position
      while index < bytes.count {
        let byte = bytes[index]
        if byte < 0x80 {
          if byte < 0x20 || byte == 0x22 || byte == 0x5C { break }
          index += 1
        } else {
          guard bytes.count - index >= 4 else { break }
          let length = UTF8Check.sequenceLength(in: bytes, at: index)
          if length == 0 { break }
          index += length
        }
      }
      return index
    }
  }

  /// Reads one character beyond ASCII.
  private func character() throws(SwarmError) -> [UInt8] {
    _ = try window.fill(4)
    let length = window.bytes.withUnsafeBytes {
      UTF8Check.sequenceLength(in: $0, at: window.position)
    }
    guard length > 0 else { throw window.mistake(.invalidUTF8) }
    defer { window.pass(length) }
    return Array(window.bytes[window.position..<window.position + length])
  }

  private func escape() throws(SwarmError) -> [UInt8] {
    guard try window.fill(2) else { throw window.mistake(.unclosedString) }
    let kind = window.bytes[window.position + 1]
    switch kind {
    case 0x22, 0x5C, 0x2F: break
    case 0x62, 0x66, 0x6E, 0x72, 0x74:
      window.pass(2)
      return [kind == 0x62 ? 8 : kind == 0x66 ? 12 : kind == 0x6E ? 10 : kind == 0x72 ? 13 : 9]
    case 0x75: return try unicodeEscape()
    default: throw window.mistake(.badEscape)
    }
    window.pass(2)
    return [kind]
  }

  /// Reads `\uXXXX`, and a second one where two make a pair; a lone surrogate becomes U+FFFD.
  private func unicodeEscape() throws(SwarmError) -> [UInt8] {
    guard try window.fill(6) else { throw window.mistake(.unclosedString) }
    guard let high = codeUnit(window.position) else { throw window.mistake(.badUnicodeEscape) }
    window.pass(6)
    var scalar = Unicode.Scalar(high)
    if scalar == nil, high < 0xDC00, try window.fill(6), window.bytes[window.position] == 0x5C,
      window.bytes[window.position + 1] == 0x75, let low = codeUnit(window.position),
      (0xDC00..<0xE000).contains(low)
    {
      window.pass(6)
      scalar = Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    }
    return Array(String(Character(scalar ?? "\u{FFFD}")).utf8)
  }

  private func codeUnit(_ escape: Int) -> UInt32? {
    var unit: UInt32 = 0
    for index in escape + 2..<escape + 6 {
      guard let digit = JSONLexer.hexDigit(window.bytes[index]) else { return nil }
      unit = unit << 4 | digit
    }
    return unit
  }

  // MARK: Numbers and words

  /// Passes a number or a word.
  func scalar() throws(SwarmError) {
    guard let first = try window.byte(), first == 0x2D || first.isDigit else { return try word() }
    if first == 0x2D {
      if try window.fill(2), window.bytes[window.position + 1] == 0x49 { return try word() }
      window.pass(1)
    }
    guard let digit = try window.byte(), digit.isDigit else {
      throw window.mistake(.digitAfterMinus)
    }
    window.pass(1)
    if digit != 0x30 {
      _ = try skipDigits()
    } else if try window.byte()?.isDigit == true {
      throw window.mistake(.leadingZero)
    }
    if try window.byte() == 0x2E {
      window.pass(1)
      guard try skipDigits() else { throw window.mistake(.digitAfterPoint) }
    }
    if let byte = try window.byte(), byte | 0x20 == 0x65 {
      window.pass(1)
      if let sign = try window.byte(), sign == 0x2B || sign == 0x2D { window.pass(1) }
      guard try skipDigits() else { throw window.mistake(.digitInExponent) }
    }
  }

  private func skipDigits() throws(SwarmError) -> Bool {
    var hasAny = false
    while try window.byte()?.isDigit == true {
      window.pass(1)
      hasAny = true
    }
    return hasAny
  }

  /// The words of JSON, and the numbers beyond it that Python's `json` writes and reads.
  private func word() throws(SwarmError) {
    _ = try window.fill(9)
    for word in ["true", "false", "null", "NaN", "Infinity", "-Infinity"]
    where window.bytes[window.position...].starts(with: word.utf8) {
      window.pass(word.utf8.count)
      return
    }
    throw window.mistake(.expectedValue)
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { self &- 0x30 < 10 }
}
