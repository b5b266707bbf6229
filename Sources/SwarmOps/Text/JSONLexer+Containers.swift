extension JSONLexer {
  /// Reads one value of any depth without recursion.
  ///
  /// - Parameters:
  ///   - first: Its first byte; may be `end`.
  ///   - outer: How many containers are open around it.
  /// - Returns: One past its last byte.
  /// - Throws: The first failure.
  func skipValue(_ first: Position, depth outer: Int) throws(JSONFailure) -> Position {
    var p = first
    var nesting = JSONNesting(limit: JSONScanner.maximumDepth - outer)
    nextValue: while true {
      guard p < end else { throw failure(.expectedValue, p) }
      switch p.pointee {
      case 0x22: p = try string(p).next
      case 0x7B:
        guard nesting.push(isObject: true) else { throw tooDeep(p) }
        p = skipSpace(p + 1)
        guard p < end, p.pointee == 0x7D else {
          p = try key(p, after: nil)
          continue nextValue
        }
        nesting.pop()
        p += 1
      case 0x5B:
        guard nesting.push(isObject: false) else { throw tooDeep(p) }
        p = skipSpace(p + 1)
        guard p < end, p.pointee == 0x5D else { continue nextValue }
        nesting.pop()
        p += 1
      case 0x2D, 0x30...0x39: p = try number(p)
      default: p = try word(p)
      }
      while !nesting.isEmpty {
        let valueEnd = p
        p = skipSpace(p)
        let byte = p < end ? p.pointee : 0
        if byte == 0x2C {
          let comma = p
          p = skipSpace(p + 1)
          if nesting.isObject {
            p = try key(p, after: comma)
          } else if p < end && p.pointee == 0x5D {
            throw failure(.trailingComma, comma)
          }
          continue nextValue
        }
        if nesting.isObject {
          guard byte == 0x7D else { throw failureAfterValue(p, valueEnd, .expectedCommaOrBrace) }
        } else {
          guard byte == 0x5D else { throw failureAfterValue(p, valueEnd, .expectedCommaOrBracket) }
        }
        nesting.pop()
        p += 1
      }
      return p
    }
  }

  private func tooDeep(_ p: Position) -> JSONFailure {
    failure(.tooDeep(JSONScanner.maximumDepth), p)
  }

  /// Walks over the members of an object.
  ///
  /// - Parameters:
  ///   - first: The opening brace.
  ///   - body: Takes the key's opening quote and the value's first byte, which may be `end`;
  ///     returns where the value ends.
  /// - Returns: One past the closing brace.
  /// - Throws: The first failure.
  @inline(__always)
  func forEachMember(
    _ first: Position, _ body: (Position, Position) throws(JSONFailure) -> Position
  ) throws(JSONFailure) -> Position {
    var p = skipSpace(first + 1)
    if p < end && p.pointee == 0x7D { return p + 1 }
    var comma: Position?
    while true {
      let valueEnd = try body(p, key(p, after: comma))
      p = skipSpace(valueEnd)
      let byte = p < end ? p.pointee : 0
      if byte == 0x7D { return p + 1 }
      guard byte == 0x2C else { throw failureAfterValue(p, valueEnd, .expectedCommaOrBrace) }
      comma = p
      p = skipSpace(p + 1)
    }
  }

  /// Walks over the elements of an array.
  ///
  /// - Parameters:
  ///   - first: The opening bracket.
  ///   - body: Takes the element's first byte, which may be `end`; returns where it ends.
  /// - Returns: One past the closing bracket.
  /// - Throws: The first failure.
  @inline(__always)
  func forEachElement(
    _ first: Position, _ body: (Position) throws(JSONFailure) -> Position
  ) throws(JSONFailure) -> Position {
    var p = skipSpace(first + 1)
    if p < end && p.pointee == 0x5D { return p + 1 }
    while true {
      let valueEnd = try body(p)
      p = skipSpace(valueEnd)
      let byte = p < end ? p.pointee : 0
      if byte == 0x5D { return p + 1 }
      guard byte == 0x2C else { throw failureAfterValue(p, valueEnd, .expectedCommaOrBracket) }
      let comma = p
      p = skipSpace(p + 1)
      if p < end && p.pointee == 0x5D { throw failure(.trailingComma, comma) }
    }
  }
}

/// Which of the open containers are objects: one bit a level, the innermost 64 in a register.
struct JSONNesting {
  private let limit: Int
  private var depth = 0
  private var innermost: UInt64 = 0
  private var outer: [UInt64] = []

  /// Starts with nothing open.
  ///
  /// - Parameter limit: How many containers may be open at once.
  init(limit: Int) { self.limit = limit }

  /// Whether nothing is open.
  @inline(__always) var isEmpty: Bool { depth == 0 }

  /// Whether the innermost open container is an object.
  @inline(__always) var isObject: Bool { innermost & 1 == 1 }

  /// Opens a container; false when the limit is reached.
  @inline(__always)
  mutating func push(isObject: Bool) -> Bool {
    guard depth < limit else { return false }
    if depth & 63 == 0 && depth > 0 { outer.append(innermost) }
    innermost = innermost << 1 | (isObject ? 1 : 0)
    depth += 1
    return true
  }

  /// Closes the innermost container.
  @inline(__always)
  mutating func pop() {
    depth -= 1
    if depth & 63 == 0 && depth > 0 {
      innermost = outer.removeLast()
    } else {
      innermost >>= 1
    }
  }
}
