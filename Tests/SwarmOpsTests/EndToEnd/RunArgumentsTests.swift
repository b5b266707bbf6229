import Foundation
import Testing

@testable import SwarmOps

@Suite struct RunArgumentsTests {
  private let user = "a11ce000-0000-4000-8000-00000000000f"

  private func echoing(_ source: String = Sources.echo) throws -> Program {
    let program = try Program()
    try program.deploy(["echo_agent.py": source])
    return program
  }

  private func echo(_ program: Program, _ words: String..., stdin: String = "") throws -> String {
    let outcome = try program.start(["run", "test", "Echo"] + words, stdin: stdin).wait()
    expect(outcome, status: 0)
    return outcome.stdout
  }

  @Test func wordsAreReadAsTheTypesOfTheSchema() throws {
    let program = try echoing()
    #expect(
      try echo(program, "n=3", "x=1.5", "flag=TRUE", "tags=[\"a\"]", "obj={\"a\":1}", "mode=b")
        == "{\"flag\": true, \"mode\": \"b\", \"n\": 3, \"obj\": {\"a\": 1}, \"tags\": [\"a\"], "
        + "\"x\": 1.5}\n")
    #expect(try echo(program, "text=5", "n:=5") == "{\"n\": 5, \"text\": \"5\"}\n")
  }

  @Test(arguments: [
    "-x", "--", "--user", "@file", "a=b=c", "", " ", "{}", "null", "é😀", "-", "a:=b", "\n", "$(x)",
  ])
  func textArrivesAsItIsTyped(_ text: String) throws {
    let program = try echoing()
    let outcome = try program("run", "test", "Echo", "text=\(text)", "-o", "json")
    let output = outcome.json?["output"]?.string.flatMap { try? JSONValue.parse($0) }
    #expect(output?["text"]?.string == text, "\(outcome)")
  }

  @Test func argsComeInlineFromAFileAndFromStandardInput() throws {
    let program = try echoing()
    let path = try program.folder.write("args.json", "\u{FEFF}{\"text\": \"file\"}")
    #expect(try echo(program, "--args", "{\"text\": \"inline\"}") == "{\"text\": \"inline\"}\n")
    #expect(try echo(program, "--args", "@" + path) == "{\"text\": \"file\"}\n")
    #expect(try echo(program, "--args", "-", stdin: "{\"n\": 2}") == "{\"n\": 2}\n")
    #expect(try echo(program, "--args={\"n\": 2}", "n=3") == "{\"n\": 3}\n")
    for wrong in ["[1]", "5", "{", "", "{} {}"] {
      expect(try program("run", "test", "Echo", "--json", "--args", wrong), code: .usage)
    }
    expect(
      try program("run", "test", "Echo", "--json", "--args", "@/missing"), code: .noSuchFile)
  }

  @Test func wrongArgumentsNameWhatWouldBeRightAndNothingRuns() throws {
    let program = try echoing(
      Sources.echo.replacing("import json;", with: "open(kwargs['text'], 'w'); import json;"))
    let marker = program.folder("home/marker")
    let wrong = [
      "n=9": "at most 5", "n=x": "integer", "n=1.5": "integer", "mode=c": "one of a, b",
      "flag=yes": "boolean", "tags=[1]": "string", "obj=[]": "object", "n:=x": "JSON",
    ]
    let before = try program.state()
    for (word, right) in wrong {
      let outcome = try program("run", "test", "Echo", "text=\(marker)", word, "--json")
      expect(outcome, code: .badArgument)
      #expect(outcome.stdout.contains(right), "\(word): \(outcome)")
    }
    for word in ["text", "=x", ""] {
      expect(try program("run", "test", "Echo", "text=\(marker)", word, "--json"), code: .usage)
    }
    #expect(try FileSystem.status(marker) == nil)
    #expect(try program.state() == before)
  }

  @Test func aUserUnderAnotherNameIsRefusedAndSharedIsNotTouched() throws {
    let program = try Program()
    try program.deploy(["keep_agent.py": Sources.keep])
    let before = try program.state()
    for name in ["user", "user_id", "userguid", "user-guid", "User_Guid", "user_guid"] {
      let given = JSONValue.object(["key": "a", name: .string(user)]).compactString
      for words in [["key=a", "\(name)=\(user)"], ["--args", given]] {
        let outcome = try program.start(["run", "test", "Keep", "--json"] + words).wait()
        expect(outcome, code: .badArgument)
        #expect(outcome.json?["hint"]?.string?.contains("--user") == true, "\(outcome)")
      }
    }
    #expect(try program.state() == before)
  }

  @Test func unknownNamesWarnBeforeTheCallAlsoWhenItFails() throws {
    let program = try echoing(
      Sources.echo.replacing(
        "import json;", with: "print('began'); assert 'n' not in kwargs; import json;"))
    let passed = try program("run", "test", "Echo", "locale=de")
    #expect(passed.status == 0 && passed.stdout == "{\"locale\": \"de\"}\n", "\(passed)")
    let lines = passed.stderr.split(separator: "\n")
    #expect(lines.first?.contains("locale") == true && lines.last == "began", "\(passed)")
    #expect(lines.count == 2, "\(passed)")
    let failed = try program("run", "test", "Echo", "locale=de", "n=1")
    #expect(failed.status == 1 && failed.stderr.contains("locale"), "\(failed)")
    for words in [["n=1"], ["text=a"]] {
      let outcome = try program.start(["run", "test", "Echo", "locale=de", "--json"] + words).wait()
      #expect(outcome.json?["warnings"]?.array?.count == 1, "\(outcome)")
    }
    for words in [["locale=de"], ["--args", "{\"locale\": \"de\"}"]] {
      expect(
        try program.start(["run", "test", "Echo", "--strict-args", "--json"] + words).wait(),
        code: .badArgument)
    }
    expect(
      try program("run", "test", "Echo", "--strict-args", "--no-validate", "--json"), code: .usage)
  }

  @Test(arguments: [
    (["tekst=a"], "did you mean \"text\"?"), (["colour=a"], "did you mean \"text\"?"),
    (["a=1", "b=2"], "\"a\", \"b\" was passed on; the agent's schema has text"),
  ])
  func anAgentThatFailsWithUnknownArgumentsIsToldWhatWasMeant(
    _ words: [String], _ hint: String
  ) throws {
    let needy = Sources.agent(
      "Needy", parameters: #"{"type": "object", "properties": {"text": {"type": "string"}}}"#,
      body: "return kwargs['text']")
    let program = try Program()
    try program.deploy(["needy_agent.py": needy])
    let outcome = try program.start(["run", "test", "Needy"] + words).wait()
    expect(outcome, status: 1)
    #expect(outcome.stderr.contains("hint: \(hint)\n"), "\(outcome)")
    let known = try program("run", "test", "Needy", "text=a")
    #expect(known.status == 0 && !known.stderr.contains("did you mean"), "\(known)")
  }

  @Test func whatIsNearlyKnownIsRefusedAndWhatLosesNothingIsConverted() throws {
    let program = try echoing()
    let refused = try program("run", "test", "Echo", "txet=a", "--json")
    expect(refused, code: .badArgument)
    #expect(refused.stdout.contains("did you mean") && refused.stdout.contains("--no-validate"))
    #expect(
      try echo(program, "--args", #"{"n": "3", "flag": "True", "mode": "B", "x": null}"#)
        == "{\"flag\": true, \"mode\": \"b\", \"n\": 3, \"x\": null}\n")
    let converted = try program("run", "test", "Echo", "--args", "{\"n\": \"3\"}", "--json")
    #expect(converted.json?["warnings"]?.array?.count == 1, "\(converted)")
    #expect(try echo(program, "mode=B") == "{\"mode\": \"b\"}\n")
    #expect(
      try echo(program, "--no-validate", "--args", "{\"n\": \"3\"}") == "{\"n\": \"3\"}\n")
  }

  @Test func unknownNamesAreRefusedWhereTheSchemaForbidsThem() throws {
    let program = try Program()
    let closed = #"{"type": "object", "additionalProperties": False, "properties": {"text": {}}}"#
    try program.deploy([
      "echo_agent.py": Sources.agent("Echo", parameters: closed, body: "return str(kwargs)")
    ])
    let refused = try program("run", "test", "Echo", "txet=a", "--json")
    expect(refused, code: .badArgument)
    #expect(refused.stdout.contains("text"), "\(refused)")
    expect(try program("run", "test", "Echo", "txet=a", "--no-validate"), status: 0)
  }

  @Test func noValidatePassesOnWhatTheSchemaForbids() throws {
    let program = try echoing()
    #expect(try echo(program, "n:=9", "--no-validate") == "{\"n\": 9}\n")
    #expect(
      try echo(program, "n=many", "flag=yes", "tags=a,b", "x=2", "--no-validate")
        == "{\"flag\": \"yes\", \"n\": \"many\", \"tags\": \"a,b\", \"x\": 2}\n")
    expect(try program("run", "test", "Echo", "n:=", "--no-validate", "--json"), code: .badArgument)
  }

  @Test(arguments: ["abc", "a11ce000-0000-4000-8000-00000000000", "shared", "../x", "", "sentinel"])
  func aUserThatIsNoGUIDIsRefusedAndSharedIsNotTouched(_ user: String) throws {
    let program = try Program()
    try program.deploy(["keep_agent.py": Sources.keep])
    let before = try program.state()
    let outcome = try program("run", "test", "Keep", "key=a", "--user", user, "--json")
    #expect(outcome.status == 64, "\(outcome)")
    if !user.isEmpty { expect(outcome, code: .badUser) }
    #expect(try program.state() == before)
  }

  @Test func usersInCapitalsAreTheSameAndTheSentinelIsShared() throws {
    let program = try Program()
    let swarm = try program.deploy(["keep_agent.py": Sources.keep])
    let sentinel = "c0p110t0-aaaa-bbbb-cccc-123456789abc"
    expect(try program("run", "test", "Keep", "key=u", "--user", user.uppercased()), status: 0)
    expect(try program("run", "test", "Keep", "key=s", "--user", sentinel), status: 0)
    #expect(try program("run", "test", "Keep", "--user", user).stdout == "{\"u\": \"\"}\n")
    #expect(try program("run", "test", "Keep", "--shared").stdout == "{\"s\": \"\"}\n")
    #expect(
      try FileSystem.list(program.store.layout.memory(swarm)).sorted() == [user, "shared"])
    expect(
      try program("run", "test", "Keep", "--shared", "--user", user, "--json"), code: .usage)
  }

  @Test func aUserParameterIsFilledInAndAnotherUserIsRefused() throws {
    let program = try echoing(
      Sources.agent(
        "Echo", parameters: #"{"type": "object", "properties": {"user_guid": {"type": "string"}}}"#,
        body: "return kwargs['user_guid']"))
    #expect(try echo(program, "--user", user) == user + "\n")
    #expect(try echo(program, "--user", user, "user_guid=\(user.uppercased())") == user + "\n")
    #expect(try echo(program) == "c0p110t0-aaaa-bbbb-cccc-123456789abc\n")
    for words in [["user_guid=\(GUID.random())"], ["--user", user, "user_guid=\(GUID.random())"]] {
      for check in [[], ["--no-validate"]] {
        let outcome = try program.start(["run", "test", "Echo", "--json"] + words + check).wait()
        expect(outcome, code: .badArgument)
      }
    }
  }

  @Test func environmentThatAnAgentDeclaresIsWarnedOfAndNamedWhenItFails() throws {
    let program = try echoing(
      Sources.agent(
        "Echo", top: "__manifest__ = {'requires_env': ['DEMO_KEY_X']}",
        body: "import os; assert 'fail' not in kwargs; return os.environ.get('DEMO_KEY_X', 'none')")
    )
    let passed = try program("run", "test", "Echo", "--json")
    expect(passed, status: 0)
    #expect(passed.json?["output"] == "none")
    #expect(passed.json?["warnings"]?.array?.first?.string?.contains("DEMO_KEY_X") == true)
    let failed = try program("run", "test", "Echo", "fail=1")
    #expect(failed.status == 1, "\(failed)")
    #expect(
      failed.stderr.contains("warning: agent Echo declares the environment variable DEMO_KEY_X"))
    #expect(failed.stderr.contains("hint: set DEMO_KEY_X"), "\(failed)")
    let set = try program("run", "test", "Echo", environment: ["DEMO_KEY_X": "k"])
    #expect(set.stdout == "k\n" && set.stderr.isEmpty, "\(set)")
    #expect(
      try program("agents", "test", "--json").json?["agents"]?.array?.first?["requires_env"]
        == ["DEMO_KEY_X"])
  }
}
