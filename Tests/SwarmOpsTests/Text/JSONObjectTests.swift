import Testing

@testable import SwarmOps

@Suite struct JSONObjectTests {
  @Test func orderIsKeptAndSettingKeepsThePlace() {
    var object: JSONObject = ["b": 1, "a": 2, "c": 3]
    object["a"] = 4
    object["d"] = 5
    #expect(object.keys == ["b", "a", "c", "d"])
    #expect(object.values == [1, 4, 3, 5])
    #expect(object.map(\.key) == object.keys)
  }

  @Test func nilRemovesAndNullDoesNot() {
    var object: JSONObject = ["a": 1, "b": 2]
    object["a"] = nil
    #expect(object.keys == ["b"])
    object["b"] = .some(.null)
    #expect(object["b"] == .some(.null))
    object["missing"] = nil
    #expect(object.count == 1)
  }

  @Test func theLastOfARepeatedKeyWinsInThePlaceOfTheFirst() throws {
    let value = try JSONValue.parse("{\"a\":1,\"b\":2,\"\\u0061\":3}")
    #expect(value.compactString == "{\"a\":3,\"b\":2}")
    #expect(JSONObject(["a": 1, "b": 2, "a": 3] as KeyValuePairs) == ["a": 3, "b": 2])
  }

  @Test func keysThatOnlyLookAlikeStayApart() throws {
    let text = "{\"\u{E9}\":1,\"e\u{301}\":2}"
    let value = try JSONValue.parse(text)
    #expect(value.object?.count == 2)
    #expect(value["\u{E9}"] == 1)
    #expect(value["e\u{301}"] == 2)
    #expect(value.serialized() == Array(text.utf8))
    #expect(JSONValue.string("\u{E9}") != .string("e\u{301}"))
  }

  @Test func aLargeObjectBehavesLikeASmallOne() {
    var object = JSONObject()
    for index in 0..<1000 { object["k\(index)"] = .number(JSONNumber(index)) }
    for index in stride(from: 0, to: 1000, by: 2) { object["k\(index)"] = "even" }
    #expect(object.count == 1000)
    #expect(object.keys == (0..<1000).map { "k\($0)" })
    object["k10"] = nil
    #expect(object["k10"] == nil)
    #expect(object["k11"] == 11)
    #expect(object["k12"] == "even")
    object.removeAll { _, value in value == "even" }
    #expect(object.count == 500)
    #expect(object["k999"] == 999)
    object.removeAll { key, _ in key != "k7" }
    #expect(object == ["k7": 7])
    object["k8"] = 8
    #expect(object.keys == ["k7", "k8"])
  }

  @Test func equalityMindsOrderAndEquivalenceDoesNot() throws {
    let left: JSONValue = ["a": 1, "b": [["c": 2, "d": .null]]]
    let right = try JSONValue.parse("{\"b\":[{\"d\":null,\"c\":2.0}],\"a\":1.0}")
    #expect(left != right)
    #expect(left.isEquivalent(to: right))
    #expect(!left.isEquivalent(to: ["a": 1]))
    #expect(!JSONValue.array([1, 2]).isEquivalent(to: [2, 1]))
    #expect(!JSONValue.string("1").isEquivalent(to: 1))
    #expect(!JSONValue.bool(true).isEquivalent(to: 1))
  }
}
