import Testing

@testable import SwarmOps

@Suite struct JSONNumberTests {
  @Test(arguments: [
    "0", "-0", "1.0", "1.10", "1e400", "1E+05", "-1e-400", "123456789012345678901234567890",
    "0.1000000000000000055511151231257827", "100000000000000000000000",
  ])
  func textSurvives(text: String) throws {
    #expect(JSONNumber(text: text)?.text == text)
    #expect(try JSONValue.parse("[\(text)]").compactString == "[\(text)]")
  }

  @Test(arguments: ["", " 1", "1 ", "01", "+1", "1.", "0x1", "one", "1\n", "[1]", "\"1\"", "NaN"])
  func otherTextIsNoNumber(text: String) {
    #expect(JSONNumber(text: text) == nil)
  }

  @Test func nonFiniteTextNeedsTheOption() {
    #expect(JSONNumber(text: "NaN", options: .allowNonFinite)?.double?.isNaN == true)
    #expect(JSONNumber(text: "-Infinity", options: .allowNonFinite)?.double == -.infinity)
    #expect(JSONNumber(.infinity).text == "Infinity")
    #expect(JSONNumber(-Double.infinity).text == "-Infinity")
    #expect(JSONNumber(Double.nan).int == nil)
  }

  @Test(
    arguments: [
      ("5", 5), ("5.0", 5), ("1e2", 100), ("50e-1", 5), ("0.5e1", 5), ("-0", 0), ("0.0", 0),
      ("0e999999999999999999999", 0), ("-12", -12), ("1200e-2", 12), ("-0.00e5", 0),
      ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
      ("-9.223372036854775808e18", Int.min), ("1e18", 1_000_000_000_000_000_000),
    ] as [(String, Int)])
  func integralValuesAreIntegersHoweverWritten(text: String, value: Int) throws {
    let number = try #require(JSONNumber(text: text))
    #expect(number.isInteger)
    #expect(number.int == value)
  }

  @Test(arguments: ["5.5", "1e-2", "0.1", "15e-1", "1e-999999999999999999999", "1.00000000001"])
  func fractionsAreNotIntegers(text: String) throws {
    let number = try #require(JSONNumber(text: text))
    #expect(!number.isInteger)
    #expect(number.int == nil)
  }

  @Test(arguments: [
    "9223372036854775808", "-9223372036854775809", "1e19", "1e400", "9e18000000000000000000000",
    "123456789012345678901234567890",
  ])
  func integersThatDoNotFitAreStillIntegers(text: String) throws {
    let number = try #require(JSONNumber(text: text))
    #expect(number.isInteger)
    #expect(number.int == nil)
  }

  @Test func doublesAreNearestAndNilOutOfRange() {
    #expect(JSONNumber(text: "0.1")?.double == 0.1)
    #expect(JSONNumber(text: "1e400")?.double == nil)
    #expect(JSONNumber(text: "-1e400")?.double == nil)
    #expect(JSONNumber(text: "1e-400")?.double == 0)
    #expect(JSONNumber(text: "5")?.double == 5)
  }

  @Test(arguments: [
    0.0, -0.0, 1, 0.1, -2.5, 1e16, 1e22, Double.leastNonzeroMagnitude,
    Double.greatestFiniteMagnitude, 123456789.125,
  ])
  func doublesBecomeNumbersThatReadBack(value: Double) throws {
    let text = JSONNumber(value).text
    #expect(JSONNumber(text: text)?.double?.bitPattern == value.bitPattern)
  }

  @Test func integersBecomeTheirDigits() {
    #expect(JSONNumber(Int.min).text == "-9223372036854775808")
    #expect(JSONNumber(UInt64.max).text == "18446744073709551615")
    #expect(JSONNumber(Int64(-1)).text == "-1")
  }

  @Test func sameValueIgnoresSpellingAndEqualityDoesNot() throws {
    let one = try #require(JSONNumber(text: "1"))
    for text in ["1.0", "10e-1", "0.1e1", "1E0"] {
      let other = try #require(JSONNumber(text: text))
      #expect(one.hasSameValue(as: other))
      #expect(one != other)
    }
    for text in ["-1", "1.0000000000000000000000001", "10", "0"] {
      #expect(!one.hasSameValue(as: try #require(JSONNumber(text: text))))
    }
    #expect(JSONNumber(0).hasSameValue(as: JSONNumber(-0.0)))
  }
}
