import Testing

@testable import SwarmOps

@Suite struct MemoryEditTests {
  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private func removing(_ ids: Set<String>, from source: String) throws -> String {
    text(try MemoryEdit(Array(source.utf8)).removing { ids.contains($0.key) })
  }

  @Test(arguments: [
    (#"{"a": 1.0, "b": 2e5, "c": 3}"#, ["a"], #"{"b": 2e5, "c": 3}"#),
    (#"{"a": 1.0, "b": 2e5, "c": 3}"#, ["b"], #"{"a": 1.0, "c": 3}"#),
    (#"{"a": 1.0, "b": 2e5, "c": 3}"#, ["c"], #"{"a": 1.0, "b": 2e5}"#),
    (#"{"a":1,"b":2}"#, ["a", "b"], "{}"),
    ("{\n  \"a\": 1,\n  \"b\": 2\n}\n", ["b"], "{\n  \"a\": 1\n}\n"),
    ("{\n  \"a\": 1,\n  \"b\": 2\n}\n", ["a"], "{\n  \"b\": 2\n}\n"),
    ("{\n  \"a\": 1 ,\n  \"b\": 2\n}", ["a"], "{\n  \"b\": 2\n}"),
    (#"{"\u0061": "}", "b": ",\"", "b": 3}"#, ["b"], #"{"\u0061": "}"}"#),
    (#"{"\u0061": "}", "b": ",\""}"#, ["a"], #"{"b": ",\""}"#),
  ])
  func removesMembersAndKeepsEveryOtherByte(_ source: String, _ ids: [String], _ left: String)
    throws
  {
    #expect(try removing(Set(ids), from: source) == left)
  }

  @Test(arguments: [
    ("{}", #"{"n": 1, "m": 2}"#), ("{ }", #"{"n": 1, "m": 2 }"#),
    (#"{"a":1}"#, #"{"a":1, "n": 1, "m": 2}"#),
    (#"{"a":1,"b":2}"#, #"{"a":1,"b":2,"n": 1,"m": 2}"#),
    ("{\n  \"a\": 1\n}", "{\n  \"a\": 1,\n  \"n\": 1,\n  \"m\": 2\n}"),
  ])
  func addsMembersInTheLayoutThatIsThere(_ source: String, _ expected: String) throws {
    let added = try MemoryEdit(Array(source.utf8))
      .adding([Array(#""n": 1"#.utf8), Array(#""m": 2"#.utf8)])
    #expect(
      text(added).filter { $0 != " " } == expected.filter { $0 != " " }, "\(text(added))")
    #expect(try JSONScanner.members(added).map(\.key).suffix(2) == ["n", "m"])
  }

  @Test func everySubsetOfMembersLeavesTheOthersAsTheyWere() throws {
    let source = Array(
      "{ \"a\" : [1, 2] ,\n\t\"b\":{\"x\": \"y\"}, \"c\" :null,\"d\":  -0.0 }\n".utf8)
    let edit = try MemoryEdit(source)
    for mask in 0..<16 {
      let kept = edit.members.enumerated().filter { mask & (1 << $0.offset) != 0 }.map(\.element)
      let result = edit.removing { member in !kept.contains { $0.key == member.key } }
      let found = try JSONScanner.members(result)
      #expect(found.map(\.key) == kept.map(\.key))
      #expect(found.map { Array(result[$0.value]) } == kept.map { Array(source[$0.value]) })
    }
  }
}
