import Testing

@testable import SwarmOps

@Suite struct JSONValueTests {
  @Test func literalsAccessorsAndTypeNames() {
    let value: JSONValue = [
      "s": "text", "i": 5, "n": 2.5, "b": true, "a": [1, .null], "o": ["k": "v"], "z": .null,
    ]
    #expect(value["s"]?.string == "text")
    #expect(value["i"]?.int == 5)
    #expect(value["n"]?.double == 2.5)
    #expect(value["b"]?.bool == true)
    #expect(value["a"]?.array?.count == 2)
    #expect(value["o"]?["k"]?.string == "v")
    #expect(value["z"]?.isNull == true)
    #expect(value["missing"] == nil)
    #expect(value["s"]?.int == nil && value["i"]?.string == nil && value["b"]?.int == nil)
    #expect(
      value.object?.values.map(\.typeName)
        == ["string", "integer", "number", "boolean", "array", "object", "null"])
  }

  @Test(arguments: [
    "{}", "[]", "[[],{}]", "{\"b\":1.0,\"a\":[1e400,-0,true,null,\"é\u{7F}\u{2028}/\"]}",
    "{\"\":{\"\":[]}}", "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f\"",
  ])
  func compactTextRoundTripsByteForByte(text: String) throws {
    #expect(try JSONValue.parse(text).serialized() == Array(text.utf8))
    #expect(try JSONValue.parse(text).compactString == text)
  }

  @Test func prettyTextLooksLikePythons() {
    let value: JSONValue = ["b": [1, ["c": "d"]], "a": [:], "e": []]
    let text = String(decoding: value.serialized(pretty: true), as: UTF8.self)
    #expect(
      text == """
        {
          "b": [
            1,
            {
              "c": "d"
            }
          ],
          "a": {},
          "e": []
        }
        """)
  }

  @Test func sortedKeysFollowCodePointsAtEveryLevel() {
    let value: JSONValue = ["b": 1, "é": 2, "a": ["z": 1, "y": 2], "B": 3, "😀": 4, "\u{FFFD}": 5]
    #expect(
      String(decoding: value.serialized(sortedKeys: true), as: UTF8.self)
        == "{\"B\":3,\"a\":{\"y\":2,\"z\":1},\"b\":1,\"é\":2,\"\u{FFFD}\":5,\"😀\":4}")
  }

  @Test(arguments: [
    ("\\ud83d\\ude00", "😀"), ("\\ud800", "\u{FFFD}"), ("\\udc00\\ud800", "\u{FFFD}\u{FFFD}"),
    ("\\ud800\\ud83d\\ude00", "\u{FFFD}😀"), ("\\ud800x", "\u{FFFD}x"), ("\\ud800\\n", "\u{FFFD}\n"),
    ("\\u0041\\u00e9\\u20AC", "Aé€"), ("a\\/b\\\\", "a/b\\"), ("é\\té", "é\té"),
    ("\\ud83d\\u0041", "\u{FFFD}A"), ("\\udbff\\udfff", "\u{10FFFF}"),
  ])
  func escapesAreDecoded(source: String, text: String) throws {
    #expect(try JSONValue.parse("\"\(source)\"") == .string(text))
    #expect(try JSONScanner.members(Array("{\"\(source)\":0}".utf8)).map(\.key) == [text])
  }

  /// On the main thread: unoptimized frames of 512 levels need more than the 512 KiB that
  /// other threads have on macOS.
  @MainActor @Test func parsingRefusesTheLevelPastTheLimit() throws {
    let limit = JSONValue.maximumDepth
    let fits = String(repeating: "[", count: limit) + String(repeating: "]", count: limit)
    #expect(try JSONValue.parse(fits).serialized() == Array(fits.utf8))
    let error = try #require(throws: JSONSyntaxError.self) { try JSONValue.parse("[\(fits)]") }
    #expect(error.message == "nested deeper than 512 levels")
    #expect(error.column == 513)
    let objects =
      String(repeating: "{\"a\":", count: 513) + "1" + String(repeating: "}", count: 513)
    #expect(throws: JSONSyntaxError.self) { try JSONValue.parse(objects) }
  }

  @Test(arguments: 0..<8)
  func randomValuesComeBackFromText(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<20 {
      let value = random.value(depth: 5)
      #expect(try JSONValue.parse(value.serialized()) == value)
      #expect(try JSONValue.parse(value.serialized(pretty: true)) == value)
      let sorted = try JSONValue.parse(value.serialized(pretty: true, sortedKeys: true))
      #expect(sorted.isEquivalent(to: value))
      let count = try JSONScanner.topLevelCount(value.serialized(pretty: true))
      #expect(count == value.object?.count ?? value.array?.count)
    }
  }
}

/// SplitMix64, so that a failing seed fails again.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }

  mutating func value(depth: Int) -> JSONValue {
    switch below(depth > 0 ? 9 : 6) {
    case 0: return .null
    case 1: return .bool(below(2) == 0)
    case 2: return .number(JSONNumber(Int(truncatingIfNeeded: next()) >> below(64)))
    case 3: return .number(JSONNumber(Double.random(in: -1e9...1e9, using: &self)))
    case 4, 5: return .string(string())
    case 6: return .array((0..<below(8)).map { _ in value(depth: depth - 1) })
    default:
      var object = JSONObject()
      for _ in 0..<below(24) { object[string()] = value(depth: depth - 1) }
      return .object(object)
    }
  }

  mutating func string() -> String {
    let alphabet: [Unicode.Scalar] = [
      "a", "b", "\"", "\\", "/", "\n", "\t", "\u{0}", "\u{1F}", "\u{7F}", "é", "\u{301}", "e", "日",
      "\u{2028}", "😀", "\u{10FFFF}", "\u{FFFD}", "\u{FEFF}", " ", "'", "0",
    ]
    var text = ""
    for _ in 0..<below(below(8) == 0 ? 60 : 12) {
      text.unicodeScalars.append(alphabet[below(alphabet.count)])
    }
    return text
  }
}
