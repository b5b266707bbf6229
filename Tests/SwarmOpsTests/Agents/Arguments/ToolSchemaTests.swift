import Testing

@testable import SwarmOps

/// What becomes of sloppy parameters in the schema of a model's tool.
struct ToolSchemaTests {
  private func schema(_ text: String) throws -> JSONValue {
    .object(ToolSchema.object(for: try JSONValue.parse(text)))
  }

  @Test(arguments: ["null", "7", #""text""#, "[]", "{}", #"{"type": "string"}"#])
  func whateverItIsTheSchemaIsAnObject(_ text: String) throws {
    #expect(try schema(text) == ["type": "object", "properties": [:]])
  }

  @Test func theUserIsNotShown() throws {
    let schema = try schema(
      """
      {"type": "object", "properties": {"user_guid": {"type": "string"}, "a": {"type": "string"}},
       "required": ["user_guid"]}
      """)
    #expect(schema == ["type": "object", "properties": ["a": ["type": "string"]]])
  }

  @Test func typesBecomeWordsThatThereAre() throws {
    let schema = try schema(
      """
      {"properties": {"a": {"type": "str"}, "b": {"type": "list"}, "c": {"type": "whatever"},
       "d": {"type": ["int", "None"]}, "e": "bool", "f": "A sentence here", "g": 7,
       "h": {"type": "number", "nullable": true}}}
      """)
    #expect(
      schema["properties"] == [
        "a": ["type": "string"], "b": ["type": "array", "items": [:]], "c": [:],
        "d": ["type": ["integer", "null"]], "e": ["type": "boolean"],
        "f": ["description": "A sentence here"], "g": [:], "h": ["type": ["number", "null"]],
      ])
  }

  @Test func keywordsWithValuesThatTheyCannotHaveAreLeftOut() throws {
    let schema = try schema(
      """
      {"type": "object", "properties": {"a": {"type": "string", "enum": [], "description": 7,
       "required": true, "minLength": -1, "default": null}, "b": {"type": "integer", "minimum": 0,
       "exclusiveMinimum": true, "maximum": "9"}, "c": {"type": "array", "items": [1, 2]}},
       "required": ["b", "gone", "b"], "additionalProperties": "no", "$id": "x"}
      """)
    #expect(schema["required"] == ["b", "a"])
    #expect(schema["properties"]?["a"] == ["type": "string", "default": .null])
    #expect(
      schema["properties"]?["b"]
        == ["type": "integer", "minimum": 0, "exclusiveMinimum": 0])
    #expect(schema["properties"]?["c"] == ["type": "array", "items": [:]])
    #expect(schema["additionalProperties"] == nil && schema["$id"] == nil)
  }

  @Test func nothingIsAtTheTopThatModelsRefuse() throws {
    let schema = try schema(
      """
      {"allOf": [{"properties": {"a": {"type": "string"}}, "required": ["a"]}, 7],
       "anyOf": [{"required": ["a"]}], "$ref": "#/$defs/more",
       "$defs": {"more": {"properties": {"b": {"$ref": "#/$defs/word"}}}, "word": "string"}}
      """)
    #expect(Set(schema.object?.keys ?? []) == ["type", "properties", "required", "$defs"])
    #expect(
      schema["properties"] == [
        "a": ["type": "string"], "b": ["$ref": "#/$defs/word"],
      ])
    #expect(schema["required"] == ["a"])
  }

  @Test func referencesThatLeadNowhereAreLeftOut() throws {
    let schema = try schema(
      ##"{"properties": {"a": {"$ref": "#/no"}, "b": {"$ref": "http://x/"}, "c": {"$ref": "#"}}}"##)
    #expect(schema["properties"] == ["a": [:], "b": [:], "c": ["$ref": "#"]])
  }

  @Test func otherFormsOfParametersAreUnderstood() throws {
    #expect(
      try schema(#"{"a": {"type": "string"}}"#)["properties"] == ["a": ["type": "string"]])
    #expect(
      try schema(#"[{"name": "a", "type": "string", "required": true}]"#)["required"] == ["a"])
  }

  @Test func goodSchemasStayAsTheyAre() throws {
    let text =
      #"{"type":"object","properties":{"a":{"type":"array","items":{"type":"string"},"#
      + #""description":"Words","minItems":1},"b":{"anyOf":[{"type":"string"},{"type":"null"}]}},"#
      + #""additionalProperties":false,"required":["a"]}"#
    #expect(try schema(text).compactString == text)
  }

  @Test func depthIsBounded() throws {
    var text = #"{"type": "object"}"#
    for _ in 0..<120 { text = #"{"properties": {"a": \#(text)}}"# }
    _ = try schema(text)
  }
}
