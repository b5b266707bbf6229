import Testing

@testable import SwarmOps

@Suite struct JSONSyntaxErrorTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let line: Int
    let column: Int
    let message: String
    var testDescription: String { name }

    init(_ name: String, _ text: String, _ line: Int, _ column: Int, _ message: String) {
      self.name = name
      self.text = text
      self.line = line
      self.column = column
      self.message = message
    }
  }

  static let mistakes: [Mistake] = [
    Mistake("empty", "", 1, 1, "empty, expected a JSON value"),
    Mistake("only space", " \n ", 1, 1, "empty, expected a JSON value"),
    Mistake(
      "missing comma on line 3", "{\n  \"a\": 1,\n  \"b\": 2\n  \"c\": 3\n}", 3, 9,
      "missing ',' after this value"),
    Mistake(
      "missing comma in one line", "[1 2]", 1, 4, "expected ',' or ']', found '2'"),
    Mistake(
      "missing comma in a list", "[\n  \"a\"\n  \"b\"\n]", 2, 6, "missing ',' after this value"),
    Mistake("wrong bracket", "{\"a\": [1}", 1, 9, "expected ',' or ']', found '}'"),
    Mistake("wrong brace", "{\"a\": 1]", 1, 8, "expected ',' or '}', found ']'"),
    Mistake(
      "trailing comma", "{\n  \"a\": 1,\n}", 2, 9, "trailing comma: nothing follows it"),
    Mistake("trailing comma in a list", "[1, 2 , ]", 1, 7, "trailing comma: nothing follows it"),
    Mistake(
      "single quotes", "{'a': 1}", 1, 2,
      "expected a key in double quotes, found a single quote"),
    Mistake("single quoted value", "['a']", 1, 2, "expected a value, found a single quote"),
    Mistake(
      "bare key", "{a: 1}", 1, 2, "expected a key in double quotes, found 'a'"),
    Mistake(
      "cut in a list", "{\"a\": [1, 2", 1, 12, "the text ends too early, expected ',' or ']'"),
    Mistake("cut after a colon", "{\"a\":", 1, 6, "the text ends too early, expected a value"),
    Mistake(
      "cut after a comma", "{\"a\":1,\n", 2, 1,
      "the text ends too early, expected a key in double quotes"),
    Mistake("cut in a string", "{\"a\":\n  \"bcd", 2, 3, "string without a closing quote"),
    Mistake("cut in an escape", "[\"bcd\\u00", 1, 2, "string without a closing quote"),
    Mistake(
      "unescaped line feed", "{\"a\": \"b\nc\"}", 1, 9,
      "invalid control character in a string: a line break, write \\n"),
    Mistake(
      "unescaped tab", "[\"é\t\"]", 1, 4, "invalid control character in a string: a tab, write \\t"
    ),
    Mistake(
      "control character", "\"\u{1B}\"", 1, 2,
      "invalid control character in a string: write \\u001B"),
    Mistake("bad escape", "[\"C:\\path\"]", 1, 5, "invalid escape in a string: \\p"),
    Mistake(
      "bad unicode escape", "[\"\\u12x4\"]", 1, 3,
      "invalid escape: \\u needs four hexadecimal digits"),
    Mistake("nul", "[nul]", 1, 2, "expected a value, found 'nul'"),
    Mistake("Python's None", "{\"a\": None}", 1, 7, "expected a value, found 'None'"),
    Mistake("NaN", "[NaN]", 1, 2, "NaN and Infinity are not JSON"),
    Mistake("minus infinity", "[-Infinity]", 1, 2, "NaN and Infinity are not JSON"),
    Mistake("leading zero", "[012]", 1, 2, "invalid number: a leading zero"),
    Mistake("lone minus", "[-]", 1, 2, "invalid number: no digit after '-'"),
    Mistake("half a minus infinity", "[-Inf]", 1, 2, "invalid number: no digit after '-'"),
    Mistake("no fraction", "[1.]", 1, 2, "invalid number: no digit after '.'"),
    Mistake("no exponent", "[1e+]", 1, 2, "invalid number: no digit in the exponent"),
    Mistake("missing colon", "{\"a\" 1}", 1, 6, "expected ':' after the key, found '1'"),
    Mistake(
      "two values", "{}\n{}", 2, 1, "expected nothing after the end of the JSON value, found '{'"),
    Mistake("smart quotes", "[“a”]", 1, 2, "expected a value, found U+201C"),
    Mistake("no-break space", "[\u{A0}1]", 1, 2, "expected a value, found U+00A0"),
    Mistake(
      "after wide characters", "[\"日本😀e\u{301}\", x]", 1, 11, "expected a value, found 'x'"),
    Mistake("carriage returns", "[\r\n1,\r\nx]", 3, 1, "expected a value, found 'x'"),
  ]

  @Test(arguments: mistakes)
  func mistakesAreNamedWithLineAndColumn(mistake: Mistake) throws {
    let expected = JSONSyntaxError(
      message: mistake.message, line: mistake.line, column: mistake.column,
      offset: offset(in: mistake.text, line: mistake.line, column: mistake.column))
    let bytes = Array(mistake.text.utf8)
    #expect(throws: expected) { try JSONScanner.validate(bytes) }
    #expect(throws: expected) { try JSONScanner.topLevelCount(bytes) }
    #expect(throws: expected) { try JSONValue.parse(bytes) }
    #expect(throws: expected) { try JSONValue.parse(mistake.text) }
  }

  /// Counts in scalars, the way an editor would, not in bytes as the code under test does.
  private func offset(in text: String, line: Int, column: Int) -> Int {
    if text.allSatisfy({ $0 == " " || $0 == "\n" }) { return 0 }
    let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    let before = lines[..<(line - 1)].reduce(0) { $0 + String($1).utf8.count + 1 }
    return before + String(lines[line - 1].prefix(column - 1)).utf8.count
  }

  @Test func theDescriptionStartsWithThePosition() {
    let error = JSONSyntaxError(message: "wrong", line: 3, column: 9, offset: 20)
    #expect("\(error)" == "line 3, column 9: wrong")
  }

  @Test func anInvalidByteOutsideStringsIsNamed() throws {
    let error = try #require(throws: JSONSyntaxError.self) {
      try JSONScanner.validate([0x5B, 0x0A, 0x31, 0xFF, 0x5D])
    }
    #expect(
      error == JSONSyntaxError(message: "invalid UTF-8: byte 0xFF", line: 2, column: 2, offset: 3))
  }

  @Test func aDocumentCutAnywhereSaysWhere() throws {
    let document: JSONValue = [
      "a": [1, 2.5, true], "é": ["b": .null, "c": "x\ny"], "d": [[], [:]],
    ]
    let whole = document.serialized(pretty: true)
    for length in 1..<whole.count {
      let part = Array(whole.prefix(length))
      let error = try #require(throws: JSONSyntaxError.self) { try JSONScanner.validate(part) }
      #expect(error.offset <= length)
      #expect(error.line == 1 + part.prefix(error.offset).count { $0 == 0x0A })
    }
  }
}
