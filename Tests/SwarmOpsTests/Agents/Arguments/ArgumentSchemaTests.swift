import SwarmOps
import Testing

private func schema(_ properties: String, required: String = "[]") -> ArgumentSchema {
  ArgumentSchema(
    json:
      "{\"type\": \"object\", \"properties\": {\(properties)}, \"required\": \(required)}")
}

@Suite struct ArgumentSchemaParameterTests {
  @Test(arguments: [
    (#"{"type": "string"}"#, "x=<string>"),
    (#"{"type": "str"}"#, "x=<string>"),
    (#"{}"#, "x=<any>"),
    (#"{"type": "weird"}"#, "x=<any>"),
    (#"{"type": ["integer", "null"]}"#, "x=<integer or null>"),
    (#"{"type": "integer", "minimum": 1, "maximum": 5}"#, "x=<integer 1–5>"),
    (#"{"type": "integer", "minimum": 1}"#, "x=<integer ≥ 1>"),
    (#"{"type": "number", "exclusiveMinimum": 0, "maximum": 1}"#, "x=<number > 0, ≤ 1>"),
    (#"{"type": "string", "enum": ["a", "", "c"]}"#, #"x=<a|""|c>"#),
    (#"{"enum": [1, "two", null]}"#, "x=<1|two|null>"),
    (#"{"const": "a"}"#, "x=<a>"),
    (#"{"type": "array", "items": {"type": "string"}}"#, "x=<array of string>"),
    (#"{"type": "array"}"#, "x=<array>"),
    (#"{"anyOf": [{"type": "string"}, {"type": "null"}]}"#, "x=<string or null>"),
    (#"{"anyOf": [{"enum": ["auto"]}, {"type": "integer"}]}"#, "x=<auto or integer>"),
    (
      #"{"anyOf": [{"type": "array", "items": {"type": "integer"}}, {"type": "string"}]}"#,
      "x=<array of integer or string>"
    ),
    (##"{"allOf": [{"$ref": "#/properties/y"}], "default": 3}"##, "x=<boolean>"),
  ])
  func typesReadLikeWordsForPeople(_ x: String, _ usage: String) {
    let parameters = schema("\"x\": \(x), \"y\": {\"type\": \"boolean\"}").parameters
    #expect(parameters.first?.usage == usage)
  }

  @Test func everyFieldOfADeclaredArgumentIsTold() throws {
    let declared = schema(
      """
      "kind": {"type": "string", "enum": ["a", "b"], "default": "a",
        "description": "Which one.\\nMore."},
      "user_guid": {"type": "string"},
      "content": {"type": "string", "description": 7}
      """, required: #"["content", "user_guid"]"#)
    let parameters = declared.parameters
    #expect(parameters.map(\.name) == ["kind", "user_guid", "content"])
    #expect(parameters.map(\.isRequired) == [false, false, true])
    #expect(parameters.map(\.isFilledIn) == [false, true, false])
    #expect(parameters[0].type == "one of a|b")
    #expect(parameters[0].allowedValues == ["a", "b"])
    #expect(parameters[0].defaultValue == "a")
    #expect(parameters[0].summary == "Which one.")
    #expect(parameters[2].description == nil)
    #expect(declared.usage == "[kind=<a|b>] content=<string>")
  }

  @Test func argumentsOfCombinedSchemasAreDeclaredOnce() throws {
    let combined = ArgumentSchema(
      parameters: try JSONValue.parse(
        """
        {"$ref": "#/$defs/base", "properties": {"a": {"type": "string"}},
         "anyOf": [{"properties": {"c": {}}, "required": ["c"]}, {}],
         "$defs": {"base": {"properties": {"a": {}, "b": {}}, "required": ["b"]}}}
        """))
    #expect(combined.parameters.map(\.name) == ["a", "b", "c"])
    #expect(combined.parameters.map(\.isRequired) == [false, true, false])
    #expect(try combined.check(["b": 1, "c": 2]).warnings == [])
  }

  @Test func aLongEnumIsCutShortInWordsOnly() {
    let values = (0..<40).map { "\"v\($0)\"" }.joined(separator: ",")
    let parameter = schema("\"x\": {\"enum\": [\(values)]}").parameters[0]
    #expect(parameter.usage.hasSuffix("v11|… (40 in all)>"))
    #expect(parameter.allowedValues.count == 40)
  }
}

@Suite struct ArgumentSchemaUserTests {
  private let withUser = schema(#""user_guid": {"type": "string"}"#, required: #"["user_guid"]"#)
  private let mia = "a3f1c2d4-0000-4000-8000-00000000000a"
  private var miasCall: Namespace { get throws { try Namespace(user: mia) } }

  @Test func theCallsUserIsFilledInWhereTheSchemaHasOne() throws {
    #expect(try withUser.fillingUser([:], namespace: miasCall) == ["user_guid": .string(mia)])
    #expect(
      try withUser.fillingUser([:], namespace: .shared)
        == ["user_guid": .string(GUID.anonymousSentinel)])
    let without = schema(#""content": {"type": "string"}"#)
    #expect(try without.fillingUser(["content": "a"], namespace: miasCall) == ["content": "a"])
  }

  @Test(arguments: [
    "a3f1c2d4-0000-4000-8000-00000000000a", "A3F1C2D4-0000-4000-8000-00000000000A", "", nil,
    GUID.anonymousSentinel,
  ])
  func theSameUserInAnyCaseOrNobodyIsTheCallsOwn(_ given: String?) throws {
    let value = given.map(JSONValue.string) ?? .null
    let filled = try withUser.fillingUser(["user_guid": value, "a": 1], namespace: miasCall)
    #expect(filled == ["user_guid": .string(mia), "a": 1])
  }

  @Test(arguments: ["", nil, GUID.anonymousSentinel, "C0P110T0-AAAA-BBBB-CCCC-123456789ABC"])
  func nobodyInAnAnonymousCallIsTheSentinel(_ given: String?) throws {
    let value = given.map(JSONValue.string) ?? .null
    let filled = try withUser.fillingUser(["user_guid": value], namespace: .shared)
    #expect(filled == ["user_guid": .string(GUID.anonymousSentinel)])
  }

  @Test(arguments: [
    JSONValue.string("a3f1c2d4-0000-4000-8000-00000000000b"), "mia", " ", 7, [], "shared",
  ])
  func anotherUserIsRefused(_ given: JSONValue) throws {
    for namespace in [try miasCall, .shared] {
      let error = #expect(throws: SwarmError.self) {
        try withUser.fillingUser(["user_guid": given], namespace: namespace)
      }
      #expect(error?.code == .badArgument)
      #expect(error?.message.contains("user_guid") == true)
    }
  }

  @Test func ownGUIDInAnAnonymousCallIsRefused() {
    #expect(throws: SwarmError.self) {
      try withUser.fillingUser(["user_guid": .string(mia)], namespace: .shared)
    }
  }

  @Test func checkingBeforeFillingInDoesNotMissTheUser() throws {
    #expect(try withUser.check([:]).warnings == [])
  }
}
