import SwarmOps
import Testing

@Suite struct ArgumentSchemaSloppyTests {
  @Test(arguments: [
    nil, "null", "true", "7", #""a text""#, "[]", "{}", #"[1, "a", null]"#,
    #"{"type": "object"}"#, #"{"type": "string"}"#, #"{"properties": ["a", "b"]}"#,
    #"{"properties": "a", "additionalProperties": false}"#, #"{"properties": null}"#,
    #"{"a": "the text to keep", "b": "another"}"#, #"{"enum": [1], "const": 2}"#,
  ])
  func parametersThatSayNothingLetEverythingThroughWithoutAWarning(_ text: String?) throws {
    let silent = ArgumentSchema(parameters: try text.map { try JSONValue.parse($0) })
    #expect(try warnings(silent, #"{"a": 1, "b": [null]}"#) == [])
    #expect(silent.parameters == [])
    #expect(silent.usage == "")
  }

  @Test(arguments: [
    #"{"type": "any"}"#, #"{"type": "datetime"}"#, #"{"type": 7}"#, #"{"type": []}"#,
    #"{"type": ["string", "whatever"]}"#, #"{"type": null}"#, #"{"type": "integer or null"}"#,
    #"{"enum": "a, b"}"#, #"{"enum": []}"#, #"{"enum": {"a": 1}}"#, #"{"minimum": "high"}"#,
    #"{"maximum": null}"#, #"{"items": "string"}"#, #"{"items": [{"type": "string"}]}"#,
    #"{"anyOf": []}"#, #"{"anyOf": {"type": "string"}}"#, #"{"anyOf": [true, {"type": "null"}]}"#,
    #"{"allOf": "x"}"#, ##"{"$ref": "#/nowhere"}"##, #"{"$ref": "https://example.com/x.json"}"#,
    #"{"$ref": 3}"#, #"{"required": "x"}"#, #"{"properties": []}"#, "true", "null", "[]",
    #""a sentence about it""#, #"{"pattern": "^never$", "format": "uuid", "minLength": 99}"#,
  ])
  func malformedPartsAreNotChecked(_ x: String) throws {
    for value in ["5", #""a""#, "[1]", #"{"k": 1}"#, "false"] {
      #expect(try mistake(argumentSchema(x: x), "{\"x\": \(value)}")?.message == nil)
    }
  }

  @Test(arguments: [
    #""required": "x""#, #""required": true"#, #""required": [1, null]"#,
    #""required": ["query"]"#, #""required": {"x": true}"#,
  ])
  func aRequiredThatNamesNoDeclaredArgumentIsIgnored(_ required: String) throws {
    #expect(try mistake(argumentSchema(x: "{}", outside: ", \(required)"), "{}") == nil)
  }

  @Test func anArgumentWithADefaultIsNeverMissing() throws {
    let usual = argumentSchema(x: #"{"default": null}"#, outside: #", "required": ["x", "x"]"#)
    #expect(try mistake(usual, "{}") == nil)
    #expect(usual.parameters.first?.isRequired == false)
    let referred = argumentSchema(
      x: ##"{"$ref": "#/$defs/d"}"##,
      outside: #", "required": ["x"], "$defs": {"d": {"default": 3}}"#)
    #expect(try mistake(referred, "{}") == nil)
  }

  @Test func requiredSaidAtThePropertyCounts() throws {
    let old = argumentSchema(x: #"{"type": "string", "required": true}"#)
    #expect(try mistake(old, "{}")?.message == #"argument "x" is missing"#)
  }

  @Test(arguments: [
    ("str", "1"), ("int", "1.5"), ("float", #""a""#), ("bool", "1"), ("list", "{}"),
    ("dict", "[]"), ("List[str]", #""a""#), ("Integer", #""a""#), ("str|None", "1"),
  ])
  func pythonsNamesOfTypesAreUnderstood(_ type: String, _ wrong: String) throws {
    #expect(try mistake(argumentSchema(x: "{\"type\": \"\(type)\"}"), "{\"x\": \(wrong)}") != nil)
  }

  @Test func anEnumThatContradictsItsTypeLetsBothThrough() throws {
    let text = argumentSchema(x: #"{"type": "string", "enum": [1, 2]}"#)
    for value in ["1", #""1""#] { #expect(try mistake(text, "{\"x\": \(value)}") == nil) }
    #expect(try mistake(text, #"{"x": "3"}"#) != nil)
    let list = argumentSchema(x: #"{"type": "array", "enum": ["a", "b"]}"#)
    for value in [#"["b", "a"]"#, #""a""#] {
      #expect(try mistake(list, "{\"x\": \(value)}") == nil)
    }
    #expect(try mistake(list, #"{"x": ["c"]}"#) != nil)
  }

  @Test(arguments: [
    #"{"content": {"type": "string", "required": true}, "type": {"type": "string"}}"#,
    #"[{"name": "content", "type": "string", "required": true}, {"name": "type"}, {"no": 1}]"#,
    #"{"properties": {"content": "string", "type": "str"}, "required": ["content"]}"#,
  ])
  func otherFormsOfDeclaringArgumentsAreUnderstood(_ text: String) throws {
    let loose = argumentSchema(text)
    #expect(loose.parameters.map(\.name) == ["content", "type"])
    #expect(try mistake(loose, "{}")?.message == #"argument "content" is missing"#)
    #expect(try mistake(loose, #"{"content": 1}"#) != nil)
    #expect(try warnings(loose, #"{"content": "a", "other": 1}"#).count == 1)
  }

  @Test func aSchemaOfAlternativesWithinAlternativesEnds() throws {
    var definitions = #""d0": {"type": "null"}"#
    for level in 1...60 {
      let group = repeatElement("{\"$ref\": \"#/$defs/d\(level - 1)\"}", count: 4)
      definitions += ", \"d\(level)\": {\"anyOf\": [\(group.joined(separator: ", "))]}"
    }
    let wide = argumentSchema(
      x: ##"{"$ref": "#/$defs/d60"}"##, outside: ", \"$defs\": {\(definitions)}")
    // Which way it ends is not promised, only that it does.
    _ = try mistake(wide, #"{"x": 1}"#)
    #expect(wide.parameters.count == 1)
  }

  @Test func aVeryLongChainOfReferencesEndsUnchecked() throws {
    let links = (0..<3000).map { "\"d\($0)\": {\"$ref\": \"#/$defs/d\($0 + 1)\"}" }
    let chain = argumentSchema(
      x: ##"{"$ref": "#/$defs/d0"}"##,
      outside: ", \"$defs\": {\(links.joined(separator: ", ")), \"d3000\": {\"type\": \"null\"}}")
    #expect(try mistake(chain, #"{"x": 1}"#) == nil)
  }
}
