/// Where and why a text is not JSON.
public struct JSONSyntaxError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong, such as "expected ',' or '}', found ']'".
  public let message: String
  /// The line of the mistake, 1-based; lines end with a line feed.
  public let line: Int
  /// The column of the mistake, 1-based, in Unicode scalars of the line.
  public let column: Int
  /// The byte of the mistake, 0-based from the start of the text.
  public let offset: Int

  /// Makes an error.
  ///
  /// - Parameters:
  ///   - message: What is wrong.
  ///   - line: The line of the mistake, 1-based.
  ///   - column: The column of the mistake, 1-based, in Unicode scalars.
  ///   - offset: The byte of the mistake, 0-based.
  public init(message: String, line: Int, column: Int, offset: Int) {
    self.message = message
    self.line = line
    self.column = column
    self.offset = offset
  }

  /// The position and the message in one line.
  public var description: String { "line \(line), column \(column): \(message)" }
}

/// A mistake as the scanner finds it: no text and no position yet, so that throwing costs nothing.
struct JSONFailure: Error {
  enum Problem: Equatable {
    case empty
    case byteOrderMark
    case notUTF8Encoding
    case expectedValue
    case expectedKey
    case expectedColon
    case expectedCommaOrBrace
    case expectedCommaOrBracket
    case missingComma
    case trailingComma
    case textAfterValue
    case unclosedString
    case controlCharacter
    case badEscape
    case badUnicodeEscape
    case invalidUTF8
    case leadingZero
    case digitAfterMinus
    case digitAfterPoint
    case digitInExponent
    case nonFinite
    case tooDeep(Int)
    case notAnObject
    case notAnArray
  }

  let problem: Problem
  let offset: Int
}

extension JSONSyntaxError {
  /// Gives a failure its words, line and column.
  ///
  /// - Parameters:
  ///   - failure: What the scanner found.
  ///   - bytes: The whole text.
  init(_ failure: JSONFailure, in bytes: UnsafeRawBufferPointer) {
    let offset = min(failure.offset, bytes.count)
    var line = 1
    var lineStart = 0
    for index in 0..<offset where bytes[index] == 0x0A {
      line += 1
      lineStart = index + 1
    }
    // A byte order mark is not a visible column.
    if line == 1, offset >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF {
      lineStart = 3
    }
    var column = 1
    for index in lineStart..<offset where bytes[index] & 0xC0 != 0x80 { column += 1 }
    self.init(
      message: Self.message(failure.problem, offset, bytes),
      line: line, column: column, offset: offset)
  }

  private static func message(
    _ problem: JSONFailure.Problem, _ offset: Int, _ bytes: UnsafeRawBufferPointer
  ) -> String {
    switch problem {
    case .empty: "empty, expected a JSON value"
    case .byteOrderMark: "starts with a byte order mark; save it as UTF-8 without one"
    case .notUTF8Encoding: "looks like UTF-16 or UTF-32; save it as UTF-8"
    case .expectedValue: wrongStart(offset, bytes)
    case .expectedKey: expected("a key in double quotes", offset, bytes)
    case .expectedColon: expected("':' after the key", offset, bytes)
    case .expectedCommaOrBrace: expected("',' or '}'", offset, bytes)
    case .expectedCommaOrBracket: expected("',' or ']'", offset, bytes)
    case .missingComma: "missing ',' after this value"
    case .trailingComma: "trailing comma: nothing follows it"
    case .textAfterValue: expected("nothing after the end of the JSON value", offset, bytes)
    case .unclosedString: "string without a closing quote"
    case .controlCharacter: control(bytes[offset])
    case .badEscape: badEscape(offset, bytes)
    case .badUnicodeEscape: "invalid escape: \\u needs four hexadecimal digits"
    case .invalidUTF8: "invalid UTF-8: byte 0x\(hex(bytes[offset]))"
    case .leadingZero: "invalid number: a leading zero"
    case .digitAfterMinus: "invalid number: no digit after '-'"
    case .digitAfterPoint: "invalid number: no digit after '.'"
    case .digitInExponent: "invalid number: no digit in the exponent"
    case .nonFinite: "NaN and Infinity are not JSON"
    case .tooDeep(let limit): "nested deeper than \(limit) levels"
    case .notAnObject: expected("an object", offset, bytes)
    case .notAnArray: expected("an array", offset, bytes)
    }
  }

  private static func expected(
    _ what: String, _ offset: Int, _ bytes: UnsafeRawBufferPointer
  ) -> String {
    guard offset < bytes.count else { return "the text ends too early, expected \(what)" }
    let byte = bytes[offset]
    if byte == 0x0A || byte == 0x0D { return "expected \(what), found a line break" }
    if byte == 0x27 { return "expected \(what), found a single quote" }
    if byte == 0x2F || byte == 0x23 {
      return "expected \(what), found a comment or stray character"
    }
    if byte < 0x20 || byte == 0x7F { return "expected \(what), found byte 0x\(hex(byte))" }
    if byte < 0x80 { return "expected \(what), found '\(Unicode.Scalar(byte))'" }
    let length = UTF8Check.sequenceLength(in: bytes, at: offset)
    guard length > 0 else { return "invalid UTF-8: byte 0x\(hex(byte))" }
    let text = String(decoding: bytes[offset..<offset + length], as: UTF8.self)
    let code = String(text.unicodeScalars.first?.value ?? 0, radix: 16, uppercase: true)
    let padding = String(repeating: "0", count: max(0, 4 - code.utf8.count))
    return "expected \(what), found U+\(padding)\(code)"
  }

  /// What stands where a value should; a misspelt word is named whole.
  private static func wrongStart(_ offset: Int, _ bytes: UnsafeRawBufferPointer) -> String {
    func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A }
    let word = bytes[offset...].prefix(20).prefix(while: isLetter)
    guard !word.isEmpty else { return expected("a value", offset, bytes) }
    return "expected a value, found '\(String(decoding: word, as: UTF8.self))'"
  }

  private static func control(_ byte: UInt8) -> String {
    switch byte {
    case 0x0A: "invalid control character in a string: a line break, write \\n"
    case 0x0D: "invalid control character in a string: a carriage return, write \\r"
    case 0x09: "invalid control character in a string: a tab, write \\t"
    default: "invalid control character in a string: write \\u00\(hex(byte))"
    }
  }

  private static func badEscape(_ offset: Int, _ bytes: UnsafeRawBufferPointer) -> String {
    guard offset + 1 < bytes.count, (0x21..<0x7F).contains(bytes[offset + 1]) else {
      return "invalid escape in a string"
    }
    return "invalid escape in a string: \\\(Unicode.Scalar(bytes[offset + 1]))"
  }

  private static func hex(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }
}
