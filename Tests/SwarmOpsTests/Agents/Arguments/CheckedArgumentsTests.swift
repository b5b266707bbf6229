import Testing

@testable import SwarmOps
@testable import swarmctl

/// What every front end gets of the arguments of a call (see docs/commands.md, `run`).
@Suite struct CheckedArgumentsTests {
  private static let schema = argumentSchema(
    """
    {"type": "object", "properties": {
      "content": {"type": "string"}, "n": {"type": "integer", "maximum": 5},
      "x": {"type": "number"}, "flag": {"type": "boolean"},
      "mode": {"type": "string", "enum": ["Draft", "final"]},
      "both": {"type": "string", "enum": ["a", "A"]},
      "tags": {"type": "array", "items": {"type": "integer"}},
      "lead": {"type": "object", "required": ["score"],
        "properties": {"score": {"type": "integer"}, "note": {"type": "string"}}}
    }, "required": ["content"]}
    """)

  private func hint(_ error: SwarmError?) -> String {
    error?.hint.map(HintWording.text) ?? ""
  }

  private func checked(_ text: String, isStrict: Bool = false) throws -> (JSONObject, [String]) {
    let given = try #require(try JSONValue.parse(text).object)
    let passed = try Self.schema.check(given, isStrict: isStrict)
    return (passed.arguments, passed.warnings)
  }

  @Test(arguments: [
    (#"{"n": "3"}"#, #"{"n": 3}"#), (#"{"x": "1.50"}"#, #"{"x": 1.50}"#),
    (#"{"flag": "true"}"#, #"{"flag": true}"#), (#"{"flag": "FALSE"}"#, #"{"flag": false}"#),
    (#"{"mode": "draft"}"#, #"{"mode": "Draft"}"#), (#"{"mode": "FINAL"}"#, #"{"mode": "final"}"#),
    (#"{"tags": "[1, 2]"}"#, #"{"tags": [1, 2]}"#), (#"{"tags": [1, "2"]}"#, #"{"tags": [1, 2]}"#),
    (#"{"lead": {"score": "7"}}"#, #"{"lead": {"score": 7}}"#),
  ])
  func whatLosesNothingIsConvertedWithAWarning(_ given: String, _ wanted: String) throws {
    var all = try #require(try JSONValue.parse(given).object)
    all["content"] = "a"
    var right = try #require(try JSONValue.parse(wanted).object)
    right["content"] = "a"
    let passed = try Self.schema.check(all)
    #expect(
      JSONValue.object(passed.arguments).compactString == JSONValue.object(right).compactString)
    #expect(passed.warnings.count == 1)
    #expect(passed.warnings.first?.contains("is passed on as") == true)
  }

  @Test(arguments: [
    #"{"n": "3.5"}"#, #"{"n": "9"}"#, #"{"n": "three"}"#, #"{"n": ""}"#, #"{"flag": "yes"}"#,
    #"{"mode": "drafts"}"#, #"{"tags": "1,2"}"#, #"{"tags": ["x"]}"#, #"{"n": true}"#,
    #"{"content": 5}"#, #"{"lead": {}}"#, #"{"lead": {"score": null}}"#,
  ])
  func whatWouldLoseSomethingIsRefused(_ given: String) throws {
    var arguments = try #require(try JSONValue.parse(given).object)
    if arguments["content"] == nil { arguments["content"] = "a" }
    #expect(try mistake(Self.schema, JSONValue.object(arguments).compactString) != nil)
  }

  @Test func aTextThatTwoChoicesFitIsTakenAsItIs() throws {
    let (passed, warnings) = try checked(#"{"content": "a", "both": "A"}"#)
    #expect(passed["both"] == "A" && warnings.isEmpty)
  }

  @Test func nullIsNothingGivenWhereNothingIsRequired() throws {
    let given = #"{"content": "a", "n": null, "mode": null, "tags": null, "lead": null}"#
    let (passed, warnings) = try checked(given)
    #expect(passed["n"] == .null && passed["lead"] == .null && warnings.isEmpty)
    #expect(
      try checked(#"{"content": "a", "lead": {"score": 1, "note": null}}"#).1.isEmpty)
    #expect(try mistake(Self.schema, #"{"content": null}"#) != nil)
  }

  @Test(arguments: ["tag", "Tags", "contents", "flags", "moed"])
  func aNameThatIsNearlyKnownIsRefused(_ name: String) throws {
    let error = try mistake(Self.schema, #"{"content": "a", "\#(name)": 1}"#)
    #expect(error?.message.contains("did you mean") == true, "\(error as Any)")
  }

  @Test func anyOtherNameIsAWarningUnlessArgumentsAreStrict() throws {
    let given = #"{"content": "a", "locale": "de"}"#
    let (passed, warnings) = try checked(given)
    #expect(passed["locale"] == "de")
    #expect(warnings == [#"unknown argument "locale"; it is passed on"#])
    #expect {
      try checked(given, isStrict: true)
    } throws: {
      ($0 as? SwarmError)?.code == .badArgument && "\($0)".contains("locale")
    }
  }

  @Test(arguments: [
    "user", "user_id", "userguid", "user-guid", "User_Guid", "user_guid", "userId", "USER", "usr",
    "user_giud", "userGuid", "username", "user guid",
  ])
  func aUserIsNeverPassedOnUnderANameThatTheAgentDoesNotKnow(_ name: String) throws {
    for value in [#""a11ce000-0000-4000-8000-00000000000f""#, #""anna""#, "5", "null"] {
      let error = try #require(
        try mistake(Self.schema, #"{"content": "a", "\#(name)": \#(value)}"#))
      #expect(hint(error).contains("--user"), "\(error)")
      #expect(error.code.exitStatus == 64)
    }
  }

  @Test func aUserUnderAVagueNameIsSeenByItsValue() throws {
    for name in ["uid", "guid", "user_reference"] {
      let guid = #"{"content": "a", "\#(name)": "A11CE000-0000-4000-8000-00000000000F"}"#
      let error = try #require(try mistake(Self.schema, guid))
      #expect(hint(error).contains("--user"))
      #expect(try warnings(Self.schema, #"{"content": "a", "\#(name)": "x"}"#).count == 1)
    }
  }

  @Test func aUserThatTheSchemaKnowsIsAnArgumentLikeOthers() throws {
    let schema = argumentSchema(
      #"{"type": "object", "properties": {"user_id": {"type": "string"}, "user": {}}}"#)
    #expect(try warnings(schema, #"{"user_id": "anna", "user": 5}"#).isEmpty)
    #expect(hint(try mistake(schema, #"{"user_guid": "anna"}"#)).contains("--user"))
  }

  @Test func everyRefusalNamesTheWayAroundTheCheck() throws {
    for given in [#"{}"#, #"{"content": "a", "n": 9}"#, #"{"content": "a", "tag": 1}"#] {
      #expect(hint(try mistake(Self.schema, given)).contains("--no-validate"))
    }
    #expect {
      try ArgumentWords.read(["n=x"], base: [:], schema: Self.schema)
    } throws: {
      hint($0 as? SwarmError).contains("--no-validate")
    }
  }
}
