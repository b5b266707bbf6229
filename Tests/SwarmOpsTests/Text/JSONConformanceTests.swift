import Testing

@testable import SwarmOps

/// What is JSON and what is not, asked of every way to read it.
@Suite struct JSONConformanceTests {
  static let accepted: [String] = [
    "[]", "{}", "[ ]", "{ }", " [] ", "\t\r\n[\n]\r\n", "[[]]", "[[],[[]]]", "{\"a\":{}}",
    "null", "true", "false", "0", "-0", "1", "-1", "10", "1.0", "-0.0", "0.5", "1e5", "1E5",
    "1e+5", "1e-5", "1.5e+10", "0e1", "0e+1", "-1e400", "1e400", "1e-400",
    "123456789012345678901234567890", "[1]", "[1,2]", "[1 , 2]", "[-0]", "[1.7976931348623157e309]",
    "\"\"", "\"a\"", "\"\u{7F}\"", "\"é\"", "\"日本\"", "\"\u{1F600}\"", "\"\u{FFFF}\"",
    "\"\u{10FFFF}\"", "\"\u{2028}\u{2029}\"", "\"\u{FEFF}\"", "\"\\u0000\"", "\"\\\\\"",
    "\"\\\"\"", "\"\\/\\b\\f\\n\\r\\t\"", "\"\\u00e9\\u00E9\"", "\"\\ud83d\\ude00\"",
    "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\ud800\"", "\"\\ud800x\"", "\"\\ud800\\n\"",
    "\"'\"", "\"/*c*/\"", "\"a\\\\\"", "[\"\\\\\",\"b\"]",
    "{\"a\":1}", "{\"a\":1,\"b\":2}", "{\"\":0}", "{\"a\":1,\"a\":2}", "{\"\\u0061\":1}",
    "{\"a\" : [ 1 , { \"b\" : null } ] }", "[true,false,null]", "{\"a\":[]}", "[{}]",
    "[\"12345678\",\"1234567\",\"123456789\"]",
  ]

  static let refused: [String] = [
    "", " ", "\n", "[", "]", "{", "}", "[1", "[1,", "[,]", "[,1]", "[1,]", "[1,,2]", "[1 2]",
    "[1}", "{]", "{\"a\":1]", "[\"a\"", "[]]", "{}}", "[][]", "1 2", "{} x", "[]/*c*/", "// c\n1",
    "#1", "{,}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\" 1}", "{\"a\"::1}", "{a:1}", "{1:1}",
    "{'a':1}", "['a']", "{\"a\":1 \"b\":2}", "{\"a\":1,,\"b\":2}", "{null:1}", "{\"a\":1;}",
    "nul", "nulll", "Null", "tru", "truee", "True", "FALSE", "fals", "undefined", "nan", "NaN",
    "Infinity", "-Infinity", "+1", "-", "--1", "-a", "01", "-01", "00", "1.", ".5", "-.5", "1.e5",
    "1e", "1e+", "1e-", "1E", "1.5e", "1e5.5", "1e5e5", "0x10", "1_000", "1,5", "0.", "1a", "１",
    "\"", "\"a", "\"\\\"", "\"\\", "\"\\u", "\"\\u12", "\"\\u123\"", "\"\\u123g\"", "\"\\u+123\"",
    "\"\\x41\"", "\"\\a\"", "\"\\'\"", "\"\\0\"", "\"\\é\"", "\"\\U0041\"", "\"\n\"", "\"\t\"",
    "\"\u{0}\"", "\"\u{1F}\"", "\"a\rb\"", "a\"b\"", "\"a\"b", "[\u{A0}1]", "\u{FEFF}1", "1\u{0}",
    "[\u{C}1]", "[\u{B}]", "“a”", "[1]\u{0}", "{\"a\":\"b\"", "{\"a\":\"b\",", "{\"a\":", "{\"a\"",
  ]

  static let invalidUTF8: [[UInt8]] = [
    [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x20], [0xC3, 0xC3],
    [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xE2, 0x82], [0xE2, 0x20, 0x20],
    [0xE2, 0x82, 0x20], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80],
    [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98], [0xF0, 0x9F, 0x98, 0x20],
    [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE],
    [0xFF],
  ]

  private func isAccepted(_ bytes: [UInt8], _ options: JSONReadingOptions = []) -> [Bool] {
    let readers: [() throws -> Void] = [
      { try JSONScanner.validate(bytes, options: options) },
      { _ = try JSONScanner.topLevelCount(bytes, options: options) },
      { _ = try JSONValue.parse(bytes, options: options) },
    ]
    return readers.map { (try? $0()) != nil }
  }

  @Test(arguments: accepted)
  func jsonIsAccepted(text: String) {
    #expect(isAccepted(Array(text.utf8)) == [true, true, true])
    #expect(isAccepted(Array(" \(text)\n".utf8)) == [true, true, true])
    #expect(isAccepted(Array("{\"k\": [\(text), \(text)]}".utf8)) == [true, true, true])
  }

  @Test(arguments: refused)
  func otherTextIsRefused(text: String) {
    #expect(isAccepted(Array(text.utf8)) == [false, false, false])
    #expect(isAccepted(Array("{\"k\": \(text)}".utf8)) == [false, false, false])
  }

  @Test(arguments: invalidUTF8)
  func invalidUTF8IsRefusedWhereverItStands(bytes: [UInt8]) throws {
    for padding in 0...9 {
      let before = [UInt8](repeating: 0x61, count: padding)
      for after in [0, 9] {
        let text: [UInt8] =
          [0x22] + before + bytes + [UInt8](repeating: 0x61, count: after) + [0x22]
        let error = try #require(throws: JSONSyntaxError.self) { try JSONScanner.validate(text) }
        #expect(error.message.hasPrefix("invalid UTF-8: byte 0x"))
        #expect(error.offset == 1 + padding)
        #expect(isAccepted(text) == [false, false, false])
      }
    }
    #expect(isAccepted([0x5B] + bytes + [0x5D]) == [false, false, false])
  }

  @Test func everyScalarIsAcceptedInAStringAndComesBack() throws {
    for plane in stride(from: UInt32(0x20), to: 0x11_0000, by: 0x400) {
      let scalars = (plane..<min(plane + 0x400, 0x11_0000)).compactMap(Unicode.Scalar.init)
        .filter { $0 != "\"" && $0 != "\\" }
      guard !scalars.isEmpty else { continue }
      var text = ""
      text.unicodeScalars.append(contentsOf: scalars)
      let bytes = Array("\"\(text)\"".utf8)
      let value = try JSONValue.parse(bytes)
      #expect(value == .string(text))
      #expect(value.serialized() == bytes)
    }
  }

  @Test(arguments: ["NaN", "Infinity", "-Infinity"])
  func pythonsNonFiniteNumbersAreAcceptedOnRequest(text: String) throws {
    #expect(isAccepted(Array("[\(text)]".utf8)) == [false, false, false])
    #expect(isAccepted(Array("[\(text)]".utf8), .allowNonFinite) == [true, true, true])
    let value = try JSONValue.parse("{\"a\": \(text)}", options: .allowNonFinite)
    #expect(value.compactString == "{\"a\":\(text)}")
    #expect(value["a"]?.number?.isFinite == false)
    #expect(value["a"]?.typeName == "number")
    for wrong in ["\(text)x", "+\(text)", "-\(text)-", "Inf", "-NaN", "nan", "-Inf"] {
      #expect(isAccepted(Array(wrong.utf8), .allowNonFinite) == [false, false, false])
    }
  }

  @Test func aByteOrderMarkIsNamedOrSkipped() throws {
    let bytes: [UInt8] = [0xEF, 0xBB, 0xBF] + Array("{\"a\":x}".utf8)
    let error = try #require(throws: JSONSyntaxError.self) { try JSONScanner.validate(bytes) }
    #expect(error.message.contains("starts with a byte order mark"))
    #expect((error.line, error.column, error.offset) == (1, 1, 0))
    let second = try #require(throws: JSONSyntaxError.self) {
      try JSONScanner.validate(bytes, options: .skipByteOrderMark)
    }
    #expect((second.line, second.column, second.offset) == (1, 6, 8))
    let good: [UInt8] = [0xEF, 0xBB, 0xBF] + Array("{\"a\":1}".utf8)
    #expect(try JSONValue.parse(good, options: .skipByteOrderMark) == ["a": 1])
    let members = try JSONScanner.members(good, options: .skipByteOrderMark)
    #expect(members.map(\.value) == [8..<9])
  }

  @Test(
    arguments: [
      [0xFF, 0xFE, 0x31, 0x00], [0xFE, 0xFF, 0x00, 0x31], [0x31, 0x00], [0x00, 0x31],
    ] as [[UInt8]])
  func otherEncodingsAreNamed(bytes: [UInt8]) throws {
    let error = try #require(throws: JSONSyntaxError.self) { try JSONScanner.validate(bytes) }
    #expect(error.message.contains("UTF-16"))
  }

  @Test func nothingIsReadPastTheEnd() {
    // Each prefix lies in an allocation of exactly its size, and none is JSON.
    let text = Array("{\"ab\\u00e9é日😀\": [1.5e+3, -0, true, null, \"x\\n\"], \"c\": {}}".utf8)
    for length in 0..<text.count {
      #expect(isAccepted(Array(text.prefix(length))) == [false, false, false])
      // What follows the range would complete it.
      text.withUnsafeBytes { raw in
        let part = UnsafeRawBufferPointer(rebasing: raw[..<length])
        #expect(throws: JSONSyntaxError.self) { try JSONScanner.validate(part) }
      }
    }
    #expect(isAccepted(text) == [true, true, true])
  }
}
