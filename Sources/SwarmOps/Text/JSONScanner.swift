/// Reads JSON without building values: checks it, and finds where its parts are.
package enum JSONScanner {
  /// How deep arrays and objects may nest, in levels.
  package static var maximumDepth: Int { 100_000 }

  /// Checks that a text is one JSON value.
  ///
  /// Needs no memory that grows with the text.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - options: What to accept beyond RFC 8259.
  /// - Throws: The first mistake.
  package static func validate(
    _ bytes: UnsafeRawBufferPointer, options: JSONReadingOptions = []
  ) throws(JSONSyntaxError) {
    try read(bytes, options) { (lexer) throws(JSONFailure) in
      try lexer.finish(lexer.skipValue(lexer.firstValue(), depth: 0))
    }
  }

  /// Finds the members of a top-level object, and checks all of the text.
  ///
  /// A key that occurs twice is listed twice; the last one counts.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - options: What to accept beyond RFC 8259.
  /// - Returns: For each member in order, its decoded key and the byte range of exactly its value.
  /// - Throws: The first mistake, or that the value is not an object.
  package static func members(
    _ bytes: UnsafeRawBufferPointer, options: JSONReadingOptions = []
  ) throws(JSONSyntaxError) -> [(key: String, value: Range<Int>)] {
    try read(bytes, options) { (lexer) throws(JSONFailure) in
      let first = try lexer.firstValue()
      guard first.pointee == 0x7B else { throw lexer.failure(.notAnObject, first) }
      var members: [(key: String, value: Range<Int>)] = []
      let next = try lexer.forEachMember(first) { (key, value) throws(JSONFailure) in
        let (keyEnd, hasEscapes) = try lexer.string(key)
        let valueEnd = try lexer.skipValue(value, depth: 1)
        members.append(
          (
            lexer.decode(key, keyEnd, hasEscapes: hasEscapes),
            value - lexer.start..<valueEnd - lexer.start
          ))
        return valueEnd
      }
      try lexer.finish(next)
      return members
    }
  }

  /// Finds the elements of a top-level array, and checks all of the text.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - options: What to accept beyond RFC 8259.
  /// - Returns: The byte range of exactly each element, in order.
  /// - Throws: The first mistake, or that the value is not an array.
  package static func elements(
    _ bytes: UnsafeRawBufferPointer, options: JSONReadingOptions = []
  ) throws(JSONSyntaxError) -> [Range<Int>] {
    try read(bytes, options) { (lexer) throws(JSONFailure) in
      let first = try lexer.firstValue()
      guard first.pointee == 0x5B else { throw lexer.failure(.notAnArray, first) }
      var elements: [Range<Int>] = []
      let next = try lexer.forEachElement(first) { (value) throws(JSONFailure) in
        let valueEnd = try lexer.skipValue(value, depth: 1)
        elements.append(value - lexer.start..<valueEnd - lexer.start)
        return valueEnd
      }
      try lexer.finish(next)
      return elements
    }
  }

  /// Counts the members of a top-level object or the elements of a top-level array, and checks
  /// all of the text.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - options: What to accept beyond RFC 8259.
  /// - Returns: The count, keys that occur twice counted twice; nil for any other value.
  /// - Throws: The first mistake.
  package static func topLevelCount(
    _ bytes: UnsafeRawBufferPointer, options: JSONReadingOptions = []
  ) throws(JSONSyntaxError) -> Int? {
    try read(bytes, options) { (lexer) throws(JSONFailure) in
      let first = try lexer.firstValue()
      var count = 0
      let next: JSONLexer.Position
      switch first.pointee {
      case 0x7B:
        next = try lexer.forEachMember(first) { (_, value) throws(JSONFailure) in
          count += 1
          return try lexer.skipValue(value, depth: 1)
        }
      case 0x5B:
        next = try lexer.forEachElement(first) { (value) throws(JSONFailure) in
          count += 1
          return try lexer.skipValue(value, depth: 1)
        }
      default:
        try lexer.finish(lexer.skipValue(first, depth: 0))
        return nil
      }
      try lexer.finish(next)
      return count
    }
  }

  /// Runs `body` on the text and gives its failure words and a position.
  static func read<Result>(
    _ bytes: UnsafeRawBufferPointer, _ options: JSONReadingOptions,
    _ body: (JSONLexer) throws(JSONFailure) -> Result
  ) throws(JSONSyntaxError) -> Result {
    do throws(JSONFailure) {
      return try body(JSONLexer(bytes, options))
    } catch {
      throw JSONSyntaxError(error, in: bytes)
    }
  }
}

extension JSONScanner {
  /// Checks that a text is one JSON value.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - options: What to accept beyond RFC 8259.
  /// - Throws: The first mistake.
  package static func validate(
    _ bytes: [UInt8], options: JSONReadingOptions = []
  ) throws(JSONSyntaxError) {
    try bytes.withJSONBytes { (raw) throws(JSONSyntaxError) in
      try validate(raw, options: options)
    }
  }

  /// Finds the members of a top-level object, and checks all of the text.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - options: What to accept beyond RFC 8259.
  /// - Returns: For each member in order, its decoded key and the byte range of exactly its value.
  /// - Throws: The first mistake, or that the value is not an object.
  package static func members(
    _ bytes: [UInt8], options: JSONReadingOptions = []
  ) throws(JSONSyntaxError) -> [(key: String, value: Range<Int>)] {
    try bytes.withJSONBytes { (raw) throws(JSONSyntaxError) in
      try members(raw, options: options)
    }
  }

  /// Finds the elements of a top-level array, and checks all of the text.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - options: What to accept beyond RFC 8259.
  /// - Returns: The byte range of exactly each element, in order.
  /// - Throws: The first mistake, or that the value is not an array.
  package static func elements(
    _ bytes: [UInt8], options: JSONReadingOptions = []
  ) throws(JSONSyntaxError) -> [Range<Int>] {
    try bytes.withJSONBytes { (raw) throws(JSONSyntaxError) in
      try elements(raw, options: options)
    }
  }

  /// Counts the members of a top-level object or the elements of a top-level array.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - options: What to accept beyond RFC 8259.
  /// - Returns: The count; nil for any other value.
  /// - Throws: The first mistake.
  package static func topLevelCount(
    _ bytes: [UInt8], options: JSONReadingOptions = []
  ) throws(JSONSyntaxError) -> Int? {
    try bytes.withJSONBytes { (raw) throws(JSONSyntaxError) in
      try topLevelCount(raw, options: options)
    }
  }
}

extension [UInt8] {
  /// `withUnsafeBytes` that keeps the type of the error.
  func withJSONBytes<R>(
    _ body: (UnsafeRawBufferPointer) throws(JSONSyntaxError) -> R
  ) throws(JSONSyntaxError) -> R {
    try withUnsafeBytes { raw in
      Result { () throws(JSONSyntaxError) -> R in try body(raw) }
    }.get()
  }
}
