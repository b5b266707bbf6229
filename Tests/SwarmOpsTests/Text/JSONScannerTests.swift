import Testing

@testable import SwarmOps

@Suite struct JSONScannerTests {
  @Test func memberRangesAreExactlyTheValues() throws {
    let text = Array(
      " { \"a\" : 1.0 , \"\\u00e9\\n\":\"x\\\"y\", \"c\":[1, {\"d\":2}] ,\n \"a\":null } ".utf8)
    let members = try JSONScanner.members(text)
    #expect(members.map(\.key) == ["a", "é\n", "c", "a"])
    #expect(
      members.map { String(decoding: text[$0.value], as: UTF8.self) }
        == ["1.0", "\"x\\\"y\"", "[1, {\"d\":2}]", "null"])
    #expect(try JSONScanner.members(Array("{ }".utf8)).isEmpty)
  }

  @Test func elementRangesAreExactlyTheValues() throws {
    let text = Array("[ 1e400 ,[ ],\n{\"a\" :1} ]".utf8)
    let elements = try JSONScanner.elements(text)
    #expect(
      elements.map { String(decoding: text[$0], as: UTF8.self) } == ["1e400", "[ ]", "{\"a\" :1}"])
    #expect(try JSONScanner.elements(Array("[]".utf8)).isEmpty)
  }

  @Test(arguments: ["[1]", "1", "\"a\"", "null"])
  func membersOfSomethingElseAreRefused(text: String) throws {
    let error = try #require(throws: JSONSyntaxError.self) {
      try JSONScanner.members(Array(text.utf8))
    }
    #expect(error.message.hasPrefix("expected an object"))
  }

  @Test(arguments: ["{}", "1", "\"a\""])
  func elementsOfSomethingElseAreRefused(text: String) throws {
    let error = try #require(throws: JSONSyntaxError.self) {
      try JSONScanner.elements(Array(text.utf8))
    }
    #expect(error.message.hasPrefix("expected an array"))
  }

  @Test(arguments: [
    "{\"a\":1", "{\"a\":1,}", "{\"a\":1} x", "{\"a\":[1,]}", "{\"a\":\"\\x\"}", "{\"a\" 1}",
    "{\"a\":1 \"b\":2}", "{\"a\":[}", "{\"a\":", "{\"a\":}", "{,}",
  ])
  func everyWayToReadAnObjectFindsTheSameMistake(text: String) throws {
    let bytes = Array(text.utf8)
    let error = try #require(throws: JSONSyntaxError.self) { try JSONScanner.validate(bytes) }
    #expect(throws: error) { try JSONScanner.members(bytes) }
    #expect(throws: error) { try JSONScanner.topLevelCount(bytes) }
    #expect(throws: error) { try JSONValue.parse(bytes) }
  }

  @Test(
    arguments: [
      ("{}", 0), ("[]", 0), ("{\"a\":1}", 1), ("[1,[2,3],{\"a\":4}]", 3), ("1", nil),
      ("\"a,b\"", nil), ("null", nil), (" {\"a\":{\"b\":1,\"c\":2},\"d\":[]} ", 2),
      ("{\"a\":1,\"a\":2}", 2),
    ] as [(String, Int?)])
  func topLevelIsCounted(text: String, count: Int?) throws {
    #expect(try JSONScanner.topLevelCount(Array(text.utf8)) == count)
  }

  @Test(arguments: [1, 63, 64, 65, 127, 128, 129, 1000, 100_000])
  func deepNestingNeedsNoStack(depth: Int) throws {
    // Arrays and objects by turns, so that a lost bit in the nesting would show.
    var open: [UInt8] = []
    var close: [UInt8] = []
    for level in 0..<depth {
      let isObject = level % 3 == 1 || level % 64 == 0
      open += Array((isObject ? "{\"a\":" : "[").utf8)
      close.append(isObject ? 0x7D : 0x5D)
    }
    let text = open + [0x31] + close.reversed()
    try JSONScanner.validate(text)
    #expect(try JSONScanner.topLevelCount(text) == 1)
    var wrong = text
    wrong[wrong.count - 1] ^= 0x5D ^ 0x7D
    #expect(throws: JSONSyntaxError.self) { try JSONScanner.validate(wrong) }
  }

  @Test func nestingPastTheLimitIsRefused() throws {
    let text = [UInt8](repeating: 0x5B, count: JSONScanner.maximumDepth + 1)
    for read in [
      { try JSONScanner.validate(text) }, { _ = try JSONScanner.topLevelCount(text) },
    ] as [() throws -> Void] {
      let error = try #require(throws: JSONSyntaxError.self) { try read() }
      #expect(error.message == "nested deeper than 100000 levels")
      #expect(error.offset == JSONScanner.maximumDepth)
    }
  }
}
