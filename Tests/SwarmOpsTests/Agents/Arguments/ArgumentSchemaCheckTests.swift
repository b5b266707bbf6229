import SwarmOps
import Testing

/// A schema of the starter swarm's form, with one argument of every type.
private let saveMemory = argumentSchema(
  """
  {"type": "object", "properties": {
    "memory_type": {"type": "string", "enum": ["fact", "preference", "insight", "task"]},
    "content": {"type": "string", "description": "What to remember."},
    "importance": {"type": "integer", "minimum": 1, "maximum": 5},
    "weight": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    "urgent": {"type": "boolean"},
    "tags": {"type": "array", "items": {"type": "string"}},
    "lead": {"type": "object", "required": ["score"], "properties": {
      "score": {"type": "integer", "maximum": 100},
      "grade": {"enum": ["A", "B"]}}}
  }, "required": ["content"]}
  """)

@Suite struct ArgumentSchemaCheckTests {
  @Test(arguments: [
    #"{"content": "a"}"#,
    #"{"content": ""}"#,
    #"{"content": "a", "importance": 1}"#,
    #"{"content": "a", "importance": 5.0}"#,
    #"{"content": "a", "importance": 50e-1}"#,
    #"{"content": "a", "weight": 0.5, "urgent": false, "tags": []}"#,
    #"{"content": "a", "tags": ["a", ""], "memory_type": "task"}"#,
    #"{"content": "a", "lead": {"score": 100, "grade": "B", "other": null}}"#,
  ])
  func whatTheSchemaAllowsPassesWithoutAWarning(_ arguments: String) throws {
    #expect(try mistake(saveMemory, arguments)?.message == nil)
    #expect(try warnings(saveMemory, arguments) == [])
  }

  @Test(arguments: [
    (#"{}"#, #"argument "content" is missing"#),
    (#"{"content": 5}"#, #"argument "content" must be a string (got 5)"#),
    (#"{"content": null}"#, #"argument "content" must be a string (got null)"#),
    (
      #"{"content": "a", "importance": 9}"#,
      #"argument "importance" must be at most 5 (got 9)"#
    ),
    (
      #"{"content": "a", "importance": -1e300}"#,
      #"argument "importance" must be at least 1 (got -1e300)"#
    ),
    (
      #"{"content": "a", "importance": 1e400}"#,
      #"argument "importance" must be at most 5 (got 1e400)"#
    ),
    (
      #"{"content": "a", "importance": 2.5}"#,
      #"argument "importance" must be an integer (got 2.5)"#
    ),
    (
      #"{"content": "a", "importance": "three"}"#,
      #"argument "importance" must be an integer (got "three")"#
    ),
    (
      #"{"content": "a", "importance": true}"#,
      #"argument "importance" must be an integer (got true)"#
    ),
    (#"{"content": "a", "weight": 0}"#, #"argument "weight" must be more than 0 (got 0)"#),
    (#"{"content": "a", "weight": 1.0}"#, #"argument "weight" must be less than 1 (got 1.0)"#),
    (#"{"content": "a", "urgent": 1}"#, #"argument "urgent" must be true or false (got 1)"#),
    (#"{"content": "a", "tags": "b"}"#, #"argument "tags" must be an array (got "b")"#),
    (
      #"{"content": "a", "tags": ["b", "c", 7]}"#,
      #"argument "tags[2]" must be a string (got 7)"#
    ),
    (#"{"content": "a", "lead": []}"#, #"argument "lead" must be an object (got an array)"#),
    (#"{"content": "a", "lead": {}}"#, #"argument "lead.score" is missing"#),
    (
      #"{"content": "a", "lead": {"score": 101}}"#,
      #"argument "lead.score" must be at most 100 (got 101)"#
    ),
    (
      #"{"content": "a", "lead": {"score": 1, "grade": "C"}}"#,
      #"argument "lead.grade" must be one of A, B (got "C")"#
    ),
    (
      #"{"content": "a", "memory_type": "fcat"}"#,
      #"argument "memory_type" must be one of fact, preference, insight, task (got "fcat")"#
        + #": did you mean "fact"?"#
    ),
  ])
  func aMistakeNamesTheArgumentAndWhatWouldBeRight(_ arguments: String, _ message: String) throws {
    #expect(try mistake(saveMemory, arguments)?.message == message)
  }

  @Test func allMistakesAreToldAtOnce() throws {
    let error = try #require(try mistake(saveMemory, #"{"importance": 9, "tags": [1]}"#))
    #expect(
      error.message == #"argument "content" is missing; "#
        + #"argument "importance" must be at most 5 (got 9); "#
        + #"argument "tags[0]" must be a string (got 1)"#)
    #expect(
      error.hint
        == .all([
          "give content=<string> (What to remember.) importance=<integer 1–5> tags=<array of string>",
          .use(.validation, to: "pass arguments on unchecked"),
        ]))
  }

  @Test func thousandsOfMistakesMakeAShortMessage() throws {
    let numbers = repeatElement("1", count: 5000).joined(separator: ",")
    let error = try mistake(saveMemory, "{\"content\": \"a\", \"tags\": [\(numbers)]}")
    let message = try #require(error?.message)
    #expect(message.utf8.count < 1000)
    #expect(message.hasSuffix("perhaps more"))
  }

  @Test func aLongOrOddValueIsQuotedShortAndWithoutControlCharacters() throws {
    let long = String(repeating: "x", count: 100_000)
    let quoted = try mistake(saveMemory, #"{"content": "a", "importance": "\#(long)"}"#)
    #expect(try #require(quoted?.message).utf8.count < 200)
    let odd = try mistake(saveMemory, #"{"content": "a", "importance": "a\u001b[2J\n"}"#)
    #expect(try #require(odd?.message).utf8.allSatisfy { $0 >= 0x20 })
    let warning = try warnings(saveMemory, #"{"content": "a", "\u001b[2J\n": 1}"#)
    #expect(try #require(warning.first).utf8.allSatisfy { $0 >= 0x20 })
  }

  @Test func anUnknownNameIsAWarningAndOneThatIsNearlyKnownIsRefused() throws {
    #expect(
      try warnings(saveMemory, #"{"content": "a", "zzz": 1}"#) == [
        #"unknown argument "zzz"; it is passed on"#
      ])
    #expect(
      try mistake(saveMemory, #"{"content": "a", "importence": 3, "zzz": 1}"#)?.message
        == #"unknown argument "importence": did you mean "importance"?"#)
  }

  @Test func thousandsOfUnknownNamesMakeFewWarnings() throws {
    let members = (0..<3000).map { "\"k\($0)\": 1" }.joined(separator: ",")
    let found = try warnings(saveMemory, "{\"content\": \"a\", \(members)}")
    #expect(found.count == 21)
    #expect(found.last == "2980 more unknown arguments are passed on")
  }

  @Test func aMissingNameThatWasMistypedIsSuggested() throws {
    let error = try mistake(saveMemory, #"{"contnet": "a"}"#)
    #expect(
      error?.message == #"argument "content" is missing, but "contnet" was given"#
        + #": did you mean "content"?"#)
    #expect(error?.available.first == "memory_type")
  }

  @Test func anUnknownNameIsAnErrorWhereTheSchemaForbidsIt() throws {
    let strict = argumentSchema(
      x: #"{"type": "string"}"#, outside: #", "additionalProperties": false"#)
    #expect(try mistake(strict, #"{"x": "a"}"#) == nil)
    #expect(try mistake(strict, #"{"y": 1}"#)?.message == #"unknown argument "y""#)
    let nested = argumentSchema(
      x: #"{"properties": {"score": {}}, "additionalProperties": false}"#)
    #expect(
      try mistake(nested, #"{"x": {"scroe": 1}}"#)?.message
        == #"unknown argument "x.scroe": did you mean "score"?"#)
  }

  @Test func additionalPropertiesWithASchemaAreCheckedWithoutAWarning() throws {
    let open = argumentSchema(
      x: "{}", outside: #", "additionalProperties": {"type": "integer"}"#)
    #expect(try warnings(open, #"{"y": 1}"#) == [])
    #expect(
      try mistake(open, #"{"y": "a"}"#)?.message == #"argument "y" must be an integer (got "a")"#)
  }

  @Test func forbiddenNamesThatMayMatchAPatternPass() throws {
    let pattern = argumentSchema(
      x: "{}", outside: #", "additionalProperties": false, "patternProperties": {"^a": {}}"#)
    #expect(try mistake(pattern, #"{"abc": 1}"#) == nil)
  }

  @Test(arguments: [
    (#"{"type": ["string", "null"]}"#, "null", true),
    (#"{"type": ["string", "null"]}"#, "1", false),
    (#"{"type": "string", "nullable": true}"#, "null", true),
    (#"{"type": "string", "nullable": true, "enum": ["a"]}"#, "null", true),
    (#"{"type": "string", "default": null}"#, "null", true),
    (#"{"type": "string", "enum": ["a"], "default": "all"}"#, #""all""#, true),
    (#"{"const": "a"}"#, #""a""#, true),
    (#"{"const": "a"}"#, #""b""#, false),
    (#"{"enum": [1, "two", true, null, 2.50]}"#, "1.0", true),
    (#"{"enum": [1, "two", true, null, 2.50]}"#, "2.5", true),
    (#"{"enum": [1, "two", true, null, 2.50]}"#, "null", true),
    (#"{"enum": [1, "two", true, null, 2.50]}"#, #""9""#, false),
    (#"{"enum": [{"a": 1, "b": 2}]}"#, #"{"b": 2, "a": 1}"#, true),
    (#"{"type": "integer", "minimum": 5, "exclusiveMinimum": true}"#, "5", false),
    (#"{"type": "integer", "minimum": 5, "exclusiveMinimum": true}"#, "6", true),
    (#"{"minimum": 2, "exclusiveMinimum": 1}"#, "1.5", false),
    (#"{"minimum": 1, "exclusiveMinimum": 2}"#, "1.5", false),
    (#"{"maximum": 9007199254740993}"#, "9007199254740993", true),
    (#"{"maximum": 9007199254740993}"#, "9007199254740994", false),
    (#"{"type": "number"}"#, "123456789012345678901234567890", true),
    (#"{"type": "integer"}"#, "123456789012345678901234567890", true),
    (#"{"anyOf": [{"type": "string"}, {"type": "null"}]}"#, "null", true),
    (#"{"anyOf": [{"type": "string"}, {"type": "null"}]}"#, "1", false),
    (#"{"oneOf": [{"type": "number"}, {"type": "integer"}]}"#, "1", true),
    (#"{"allOf": [{"minimum": 1}, {"maximum": 3}]}"#, "2", true),
    (#"{"allOf": [{"minimum": 1}, {"maximum": 3}]}"#, "4", false),
    (
      #"{"type": "array", "items": {"type": "array", "items": {"minimum": 0}}}"#, "[[0, -1]]", false
    ),
  ])
  func keywordsMeanWhatJSONSchemaSays(_ x: String, _ value: String, _ passes: Bool) throws {
    #expect((try mistake(argumentSchema(x: x), "{\"x\": \(value)}") == nil) == passes)
  }

  @Test(arguments: [
    (#"{"anyOf": [{"type": "string"}, {"type": "array"}]}"#, "5", "must be a string or an array"),
    (
      #"{"anyOf": [{"type": "integer", "maximum": 3}, {"type": "null"}]}"#, "5",
      "must be at most 3"
    ),
    (#"{"anyOf": [{"enum": ["auto"]}, {"type": "integer"}]}"#, "true", "must be"),
  ])
  func alternativesTellTheMistakeOfTheOneThatWasMeant(
    _ x: String, _ value: String, _ message: String
  ) throws {
    let found = try #require(try mistake(argumentSchema(x: x), "{\"x\": \(value)}"))
    #expect(found.message.contains(message), "\(found.message)")
  }

  @Test func eitherOfTwoRequiredArgumentsIsEnough() throws {
    let either = argumentSchema(
      #"{"properties": {"a": {}, "b": {}}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}"#)
    #expect(try mistake(either, #"{"b": 1}"#) == nil)
    #expect(try mistake(either, "{}")?.message == #"argument "a" or "b" is missing"#)
  }

  @Test func referencesWithinTheParametersAreFollowed() throws {
    for pointer in ["#/$defs/L~1w~0", "#/parameters/$defs/L~1w~0"] {
      let referring = argumentSchema(
        x: "{\"$ref\": \"\(pointer)\"}", outside: #", "$defs": {"L/w~": {"maximum": 3}}"#)
      #expect(try mistake(referring, #"{"x": 3}"#) == nil, "\(pointer)")
      #expect(try mistake(referring, #"{"x": 4}"#) != nil, "\(pointer)")
    }
  }

  @Test func referencesIntoAListOfAlternativesAreFollowed() throws {
    let referring = argumentSchema(
      ##"{"properties": {"a": {"anyOf": [{}, {"maximum": 3}]}, "##
        + ##""x": {"$ref": "#/properties/a/anyOf/1"}, "y": {"$ref": "#/properties/a/anyOf/7"}}}"##)
    #expect(try mistake(referring, #"{"x": 4}"#) != nil)
    #expect(try mistake(referring, #"{"y": 4}"#) == nil)
  }

  @Test func aSchemaThatContainsItselfIsCheckedAllTheWayDown() throws {
    let tree = argumentSchema(
      x: ##"{"$ref": "#/definitions/node"}"##,
      outside: """
        , "definitions": {"node": {"type": "object", "properties": {
          "name": {"type": "string"},
          "children": {"type": "array", "items": {"$ref": "#/definitions/node"}}}}}
        """)
    #expect(try mistake(tree, #"{"x": {"children": [{"children": [{"name": "a"}]}]}}"#) == nil)
    #expect(
      try mistake(tree, #"{"x": {"children": [{"children": [{"name": 1}]}]}}"#)?.message
        == #"argument "x.children[0].children[0].name" must be a string (got 1)"#)
  }

  @Test(arguments: [
    ##"{"$ref": "#"}"##, ##"{"$ref": "#/properties/x"}"##,
    ##"{"allOf": [{"$ref": "#/properties/x"}]}"##,
    ##"{"anyOf": [{"$ref": "#/properties/x"}, {"$ref": "#/properties/x"}]}"##,
  ])
  func aSchemaThatIsOnlyItselfChecksNothingAndEnds(_ x: String) throws {
    #expect(try mistake(argumentSchema(x: x), #"{"x": {}}"#) == nil)
    #expect(argumentSchema(x: x).parameters.count == 1)
  }
}
