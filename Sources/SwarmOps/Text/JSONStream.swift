/// Reads JSON piece by piece: memory use grows neither with the text nor with a string in it.
///
/// Whoever reads says at each place what becomes of the value there; every value has to be read
/// exactly once, with one of ``forEachMember(_:)``, ``forEachElement(_:)``, ``string(_:)``,
/// ``text(atMost:)`` and ``skipValue()``.
final class JSONStream {
  /// What a value is, as its first byte tells.
  enum Kind {
    case object, array, string, other
  }

  private let next: () throws(SwarmError) -> [UInt8]
  private let name: String
  /// What was handed over and not passed yet begins at ``position``.
  private var window: [UInt8] = []
  private var position = 0
  private var isAtEnd = false
  /// Where the window begins in the text.
  private var start = (offset: 0, line: 1, column: 1)
  private var depth = 0
  /// How many bytes of a string are handed on at once.
  private static let pieceSize = 1 << 16

  /// Begins a text.
  ///
  /// - Parameters:
  ///   - name: What the text is, for errors.
  ///   - next: Gives the next bytes; none at the end.
  /// - Throws: ``SwarmError/Code/badData`` for what cannot be JSON from its first bytes on.
  init(_ name: String, next: @escaping () throws(SwarmError) -> [UInt8]) throws(SwarmError) {
    self.name = name
    self.next = next
    _ = try fill(3)
    if window.starts(with: [0xEF, 0xBB, 0xBF]) { throw mistake(.byteOrderMark) }
    if window.count >= 2 {
      switch (window[0], window[1]) {
      case (0xFF, 0xFE), (0xFE, 0xFF), (0, _), (_, 0): throw mistake(.notUTF8Encoding)
      default: break
      }
    }
    try skipSpace()
    if try byte() == nil { throw mistake(.empty) }
  }

  // MARK: Values

  /// What stands here.
  func kind() throws(SwarmError) -> Kind {
    try skipSpace()
    switch try byte() {
    case 0x7B: return .object
    case 0x5B: return .array
    case 0x22: return .string
    default: return .other
    }
  }

  /// Reads an object, member by member.
  ///
  /// - Parameter body: Takes a key, cut off where it is very long, and reads the value.
  func forEachMember(_ body: (String) throws(SwarmError) -> Void) throws(SwarmError) {
    guard try enter(.object, closing: 0x7D) else { return }
    repeat {
      let key = try readKey { () throws(SwarmError) in try text(atMost: Self.pieceSize).text }
      try body(key)
    } while try goOn(closing: 0x7D, .expectedCommaOrBrace)
  }

  /// Reads an array, element by element.
  ///
  /// - Parameter body: Takes the element's number, from 0, and reads the element.
  func forEachElement(_ body: (Int) throws(SwarmError) -> Void) throws(SwarmError) {
    guard try enter(.array, closing: 0x5D) else { return }
    var index = 0
    repeat {
      try body(index)
      index += 1
    } while try goOn(closing: 0x5D, .expectedCommaOrBracket)
  }

  /// Reads a string whose length does not matter.
  ///
  /// - Parameter sink: Takes its UTF-8 in pieces.
  func string(_ sink: ([UInt8]) throws(SwarmError) -> Void) throws(SwarmError) {
    guard try kind() == .string else { throw mistake(.expectedValue) }
    position += 1
    var decoded: [UInt8] = []
    while true {
      guard try fill(1) else { throw mistake(.unclosedString) }
      let end = plainEnd()
      decoded += window[position..<end]
      position = end
      if decoded.count >= Self.pieceSize {
        try sink(decoded)
        decoded.removeAll(keepingCapacity: true)
      }
      guard try fill(1) else { throw mistake(.unclosedString) }
      switch window[position] {
      case 0x22:
        position += 1
        if !decoded.isEmpty { try sink(decoded) }
        return
      case 0x5C: decoded += try escape()
      case 0..<0x20: throw mistake(.controlCharacter)
      case 0x80...: decoded += try character()
      // What has come meanwhile.
      default: break
      }
    }
  }

  /// Reads a string that is looked at as a whole.
  ///
  /// - Parameter limit: The most bytes that are wanted; what follows is passed over.
  /// - Returns: The text, and whether it is all of it.
  func text(atMost limit: Int) throws(SwarmError) -> (text: String, isWhole: Bool) {
    var (bytes, isWhole) = ([UInt8](), true)
    try string { piece throws(SwarmError) in
      if bytes.count + piece.count > limit { isWhole = false }
      bytes += piece.prefix(limit - bytes.count)
    }
    return (String(decoding: bytes, as: UTF8.self), isWhole)
  }

  /// Passes over any value, without recursion.
  func skipValue() throws(SwarmError) {
    var nesting = JSONNesting(limit: JSONScanner.maximumDepth - depth)
    repeat {
      switch try kind() {
      case .string: try string { _ in }
      case .other: try scalar()
      case .object:
        guard nesting.push(isObject: true) else { throw tooDeep() }
        guard try isFilled(closing: 0x7D) else {
          nesting.pop()
          break
        }
        try readKey { () throws(SwarmError) in try string { _ in } }
        continue
      case .array:
        guard nesting.push(isObject: false) else { throw tooDeep() }
        guard try isFilled(closing: 0x5D) else {
          nesting.pop()
          break
        }
        continue
      }
      // After a value: whatever it ends ends with it.
      while !nesting.isEmpty {
        let isObject = nesting.isObject
        if try hasMore(
          closing: isObject ? 0x7D : 0x5D,
          isObject ? .expectedCommaOrBrace : .expectedCommaOrBracket)
        {
          if isObject { try readKey { () throws(SwarmError) in try string { _ in } } }
          break
        }
        nesting.pop()
      }
    } while !nesting.isEmpty
  }

  /// Checks that nothing follows.
  func finish() throws(SwarmError) {
    try skipSpace()
    if try byte() != nil { throw mistake(.textAfterValue) }
  }

  // MARK: Containers

  private func tooDeep() -> SwarmError { mistake(.tooDeep(JSONScanner.maximumDepth)) }

  /// Passes the opening bracket; false, with the closing one passed, where nothing is in it.
  private func isFilled(closing: UInt8) throws(SwarmError) -> Bool {
    position += 1
    try skipSpace()
    guard try byte() == closing else { return true }
    position += 1
    return false
  }

  private func enter(_ kind: Kind, closing: UInt8) throws(SwarmError) -> Bool {
    guard try self.kind() == kind else {
      throw mistake(kind == .object ? .notAnObject : .notAnArray)
    }
    guard depth < JSONScanner.maximumDepth else { throw tooDeep() }
    guard try isFilled(closing: closing) else { return false }
    depth += 1
    return true
  }

  private func goOn(closing: UInt8, _ problem: JSONFailure.Problem) throws(SwarmError) -> Bool {
    if try hasMore(closing: closing, problem) { return true }
    depth -= 1
    return false
  }

  /// Passes a comma, or the closing bracket: then false.
  private func hasMore(closing: UInt8, _ problem: JSONFailure.Problem) throws(SwarmError) -> Bool {
    try skipSpace()
    let found = try byte()
    guard found == closing || found == 0x2C else { throw mistake(problem) }
    position += 1
    guard found == 0x2C else { return false }
    try skipSpace()
    if try byte() == closing { throw mistake(.trailingComma) }
    return true
  }

  /// Reads a key and the colon after it.
  private func readKey<Key>(_ read: () throws(SwarmError) -> Key) throws(SwarmError) -> Key {
    try skipSpace()
    guard try byte() == 0x22 else { throw mistake(.expectedKey) }
    let key = try read()
    try skipSpace()
    guard try byte() == 0x3A else { throw mistake(.expectedColon) }
    position += 1
    return key
  }

  // MARK: Strings

  /// Where bytes that stand for themselves end: at a quote, a backslash, a control character, a
  /// mistake, or too near to the end of the window to tell.
  private func plainEnd() -> Int {
    window.withUnsafeBytes { bytes in
      var index = position
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
    _ = try fill(4)
    let length = window.withUnsafeBytes { UTF8Check.sequenceLength(in: $0, at: position) }
    guard length > 0 else { throw mistake(.invalidUTF8) }
    defer { position += length }
    return Array(window[position..<position + length])
  }

  private func escape() throws(SwarmError) -> [UInt8] {
    guard try fill(2) else { throw mistake(.unclosedString) }
    let kind = window[position + 1]
    switch kind {
    case 0x22, 0x5C, 0x2F: break
    case 0x62, 0x66, 0x6E, 0x72, 0x74:
      position += 2
      return [kind == 0x62 ? 8 : kind == 0x66 ? 12 : kind == 0x6E ? 10 : kind == 0x72 ? 13 : 9]
    case 0x75: return try unicodeEscape()
    default: throw mistake(.badEscape)
    }
    position += 2
    return [kind]
  }

  /// Reads `\uXXXX`, and a second one where two make a pair; a lone surrogate becomes U+FFFD.
  private func unicodeEscape() throws(SwarmError) -> [UInt8] {
    guard try fill(6) else { throw mistake(.unclosedString) }
    guard let high = codeUnit(position) else { throw mistake(.badUnicodeEscape) }
    position += 6
    var scalar = Unicode.Scalar(high)
    if scalar == nil, high < 0xDC00, try fill(6), window[position] == 0x5C,
      window[position + 1] == 0x75, let low = codeUnit(position), (0xDC00..<0xE000).contains(low)
    {
      position += 6
      scalar = Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    }
    return Array(String(Character(scalar ?? "\u{FFFD}")).utf8)
  }

  private func codeUnit(_ escape: Int) -> UInt32? {
    var unit: UInt32 = 0
    for index in escape + 2..<escape + 6 {
      guard let digit = JSONLexer.hexDigit(window[index]) else { return nil }
      unit = unit << 4 | digit
    }
    return unit
  }

  // MARK: Numbers and words

  private func scalar() throws(SwarmError) {
    guard let first = try byte(), first == 0x2D || first.isDigit else { return try word() }
    if first == 0x2D {
      position += 1
      if try byte() == 0x49 {
        position -= 1
        return try word()
      }
    }
    guard let digit = try byte(), digit.isDigit else { throw mistake(.digitAfterMinus) }
    position += 1
    if digit != 0x30 {
      _ = try skipDigits()
    } else if try byte()?.isDigit == true {
      throw mistake(.leadingZero)
    }
    if try byte() == 0x2E {
      position += 1
      guard try skipDigits() else { throw mistake(.digitAfterPoint) }
    }
    if let byte = try byte(), byte | 0x20 == 0x65 {
      position += 1
      if let sign = try self.byte(), sign == 0x2B || sign == 0x2D { position += 1 }
      guard try skipDigits() else { throw mistake(.digitInExponent) }
    }
  }

  private func skipDigits() throws(SwarmError) -> Bool {
    var hasAny = false
    while try byte()?.isDigit == true {
      position += 1
      hasAny = true
    }
    return hasAny
  }

  /// The words of JSON, and the numbers beyond it that Python's `json` writes and reads.
  private func word() throws(SwarmError) {
    _ = try fill(9)
    for word in ["true", "false", "null", "NaN", "Infinity", "-Infinity"]
    where window[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return
    }
    throw mistake(.expectedValue)
  }

  // MARK: Bytes

  private func byte() throws(SwarmError) -> UInt8? {
    if position < window.count { return window[position] }
    return try fill(1) ? window[position] : nil
  }

  private func skipSpace() throws(SwarmError) {
    while let byte = try byte(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  /// Sees to it that so many bytes can be looked at; false where the text ends before.
  private func fill(_ count: Int) throws(SwarmError) -> Bool {
    while window.count - position < count {
      if isAtEnd { return false }
      let piece = try next()
      if piece.isEmpty {
        isAtEnd = true
        return false
      }
      pass()
      window = position == window.count ? piece : Array(window[position...]) + piece
      position = 0
    }
    return true
  }

  /// Counts lines and columns of what leaves the window.
  private func pass() {
    window.withUnsafeBytes { bytes in
      for byte in bytes[..<position] {
        if byte == 0x0A {
          start.line += 1
          start.column = 1
        } else if byte & 0xC0 != 0x80 {
          start.column += 1
        }
      }
    }
    start.offset += position
  }

  private func mistake(_ problem: JSONFailure.Problem) -> SwarmError {
    let found = window.withUnsafeBytes {
      JSONSyntaxError(JSONFailure(problem: problem, offset: position), in: $0)
    }
    let error = JSONSyntaxError(
      message: found.message, line: start.line + found.line - 1,
      column: found.line == 1 ? start.column + found.column - 1 : found.column,
      offset: start.offset + found.offset)
    return SwarmError(.badData, "\(name) is not JSON: \(error)")
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { self &- 0x30 < 10 }
}
