extension JSONValue {
  /// How deep arrays and objects may nest in a value that is parsed, in levels.
  ///
  /// Reading, comparing and writing that many fits a thread's stack of 512 KiB when optimized.
  package static var maximumDepth: Int { 512 }

  /// Reads one JSON value.
  ///
  /// The last of a repeated key wins, in the place of the first, as in Python. An escaped lone
  /// surrogate, which Python writes, becomes U+FFFD.
  ///
  /// - Parameters:
  ///   - bytes: The text, UTF-8.
  ///   - options: What to accept beyond RFC 8259.
  /// - Returns: The value.
  /// - Throws: The first mistake; nesting deeper than ``maximumDepth`` is one.
  public static func parse(
    _ bytes: UnsafeRawBufferPointer, options: JSONReadingOptions = []
  ) throws(JSONSyntaxError) -> JSONValue {
    try JSONScanner.read(bytes, options) { (lexer) throws(JSONFailure) in
      var value = JSONValue.null
      try lexer.finish(lexer.parse(lexer.firstValue(), depth: 0, into: &value))
      return value
    }
  }

  /// Reads one JSON value.
  ///
  /// - Parameters:
  ///   - bytes: The text, UTF-8.
  ///   - options: What to accept beyond RFC 8259.
  /// - Returns: The value.
  /// - Throws: The first mistake; nesting deeper than ``maximumDepth`` is one.
  public static func parse(
    _ bytes: [UInt8], options: JSONReadingOptions = []
  ) throws(JSONSyntaxError) -> JSONValue {
    try bytes.withJSONBytes { (raw) throws(JSONSyntaxError) in try parse(raw, options: options) }
  }

  /// Reads one JSON value.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - options: What to accept beyond RFC 8259.
  /// - Returns: The value.
  /// - Throws: The first mistake; nesting deeper than ``maximumDepth`` is one.
  public static func parse(
    _ text: String, options: JSONReadingOptions = []
  ) throws(JSONSyntaxError) -> JSONValue {
    try parse(Array(text.utf8), options: options)
  }
}

extension JSONLexer {
  /// Reads a value into a tree.
  ///
  /// Containers recurse, at most `JSONValue.maximumDepth` deep.
  fileprivate func parse(
    _ first: Position, depth: Int, into value: inout JSONValue
  ) throws(JSONFailure) -> Position {
    guard first < end else { throw failure(.expectedValue, first) }
    switch first.pointee {
    case 0x7B: return try parseObject(first, depth: depth + 1, into: &value)
    case 0x5B: return try parseArray(first, depth: depth + 1, into: &value)
    default: return try parseScalar(first, into: &value)
    }
  }

  private func parseObject(
    _ first: Position, depth: Int, into value: inout JSONValue
  ) throws(JSONFailure) -> Position {
    try checkDepth(depth, first)
    var object = JSONObject()
    let next = try forEachMember(first) { (key, valueStart) throws(JSONFailure) in
      let (keyEnd, hasEscapes) = try string(key)
      var member = JSONValue.null
      let valueEnd = try parse(valueStart, depth: depth, into: &member)
      object.set(JSONKey(decode(key, keyEnd, hasEscapes: hasEscapes)), member)
      return valueEnd
    }
    value = .object(object)
    return next
  }

  private func parseArray(
    _ first: Position, depth: Int, into value: inout JSONValue
  ) throws(JSONFailure) -> Position {
    try checkDepth(depth, first)
    var elements: [JSONValue] = []
    let next = try forEachElement(first) { (elementStart) throws(JSONFailure) in
      var element = JSONValue.null
      let elementEnd = try parse(elementStart, depth: depth, into: &element)
      elements.append(element)
      return elementEnd
    }
    value = .array(elements)
    return next
  }

  private func checkDepth(_ depth: Int, _ p: Position) throws(JSONFailure) {
    guard depth <= JSONValue.maximumDepth else {
      throw failure(.tooDeep(JSONValue.maximumDepth), p)
    }
  }

  /// Kept out of the recursion so that its variables do not enlarge each level's frame.
  @inline(never)
  private func parseScalar(
    _ first: Position, into value: inout JSONValue
  ) throws(JSONFailure) -> Position {
    switch first.pointee {
    case 0x22:
      let (next, hasEscapes) = try string(first)
      value = .string(decode(first, next, hasEscapes: hasEscapes))
      return next
    case 0x2D, 0x30...0x39:
      let next = try number(first)
      value = .number(number(first, next))
      return next
    default:
      let next = try word(first)
      switch first.pointee {
      case 0x74: value = .bool(true)
      case 0x66: value = .bool(false)
      case 0x6E: value = .null
      default: value = .number(number(first, next))
      }
      return next
    }
  }

  private func number(_ first: Position, _ next: Position) -> JSONNumber {
    let raw = UnsafeBufferPointer(start: first, count: next - first)
    return JSONNumber(checked: String(decoding: raw, as: UTF8.self))
  }
}
