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

  private let window: JSONWindow
  private let tokens: JSONTokens
  private var depth = 0

  /// Begins a text.
  ///
  /// - Parameters:
  ///   - name: What the text is, for errors.
  ///   - next: Gives the next bytes; none at the end.
  /// - Throws: ``SwarmError/Code/badData`` for what cannot be JSON from its first bytes on.
  init(_ name: String, next: @escaping () throws(SwarmError) -> [UInt8]) throws(SwarmError) {
    window = JSONWindow(name, next: next)
    tokens = JSONTokens(window: window)
    _ = try window.fill(3)
    let first = window.bytes
    if first.starts(with: [0xEF, 0xBB, 0xBF]) { throw window.mistake(.byteOrderMark) }
    if first.count >= 2 {
      switch (first[0], first[1]) {
      case (0xFF, 0xFE), (0xFE, 0xFF), (0, _), (_, 0): throw window.mistake(.notUTF8Encoding)
      default: break
      }
    }
    try window.passSpace()
    if try window.byte() == nil { throw window.mistake(.empty) }
  }

  // MARK: Values

  /// What stands here.
  func kind() throws(SwarmError) -> Kind {
    try window.passSpace()
    switch try window.byte() {
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
      let key = try readKey { () throws(SwarmError) in try text(atMost: JSONTokens.pieceSize).text }
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
    guard try kind() == .string else { throw window.mistake(.expectedValue) }
    try tokens.string(sink)
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
      case .other: try tokens.scalar()
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
    try window.passSpace()
    if try window.byte() != nil { throw window.mistake(.textAfterValue) }
  }

  // MARK: Containers

  private func tooDeep() -> SwarmError { window.mistake(.tooDeep(JSONScanner.maximumDepth)) }

  /// Passes the opening bracket; false, with the closing one passed, where nothing is in it.
  private func isFilled(closing: UInt8) throws(SwarmError) -> Bool {
    window.pass(1)
    try window.passSpace()
    guard try window.byte() == closing else { return true }
    window.pass(1)
    return false
  }

  private func enter(_ kind: Kind, closing: UInt8) throws(SwarmError) -> Bool {
    guard try self.kind() == kind else {
      throw window.mistake(kind == .object ? .notAnObject : .notAnArray)
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
    try window.passSpace()
    let found = try window.byte()
    guard found == closing || found == 0x2C else { throw window.mistake(problem) }
    window.pass(1)
    guard found == 0x2C else { return false }
    try window.passSpace()
    if try window.byte() == closing { throw window.mistake(.trailingComma) }
    return true
  }

  /// Reads a key and the colon after it.
  private func readKey<Key>(_ read: () throws(SwarmError) -> Key) throws(SwarmError) -> Key {
    try window.passSpace()
    guard try window.byte() == 0x22 else { throw window.mistake(.expectedKey) }
    let key = try read()
    try window.passSpace()
    guard try window.byte() == 0x3A else { throw window.mistake(.expectedColon) }
    window.pass(1)
    return key
  }
}
