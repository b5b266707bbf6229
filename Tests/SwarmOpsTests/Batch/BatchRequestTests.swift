import Foundation
import Testing

@testable import SwarmOps

/// What a line of a batch may say.
@Suite struct BatchRequestTests {
  @Test(arguments: ["user", "userGuid", "user_id", "user-guid", "User_Guid", "for_user", "USER"])
  func aUserWhoIsNamedOtherwiseIsNeverTakenForShared(member: String) throws {
    let batch = try BatchFixture()
    let line =
      "{\"swarm\": \"test\", \"name\": \"Save\", \"args\": {\"key\": \"a\"}, "
      + "\"\(member)\": \"\(BatchFixture.user(1))\"}\n"
    let outcome = try batch.program("batch", stdin: line)
    let answer = try #require(batch.answers(outcome).first)
    #expect(answer["code"]?.string == "bad_user", "\(answer)")
    #expect(answer["hint"]?.string?.contains("user_guid") == true, "\(answer)")
    #expect(try FileSystem.status(batch.program.store.layout.memory(batch.swarm)) == nil)
  }

  @Test(arguments: [("agent", nil), ("arguments", nil), ("arg", "args"), ("Name", "name")])
  func anUnknownMemberIsRefusedWithTheRightOne(member: String, meant: String?) throws {
    let line = "{\"swarm\": \"test\", \"name\": \"Save\", \"\(member)\": \"x\"}"
    #expect {
      try BatchRequest(Array(line.utf8), line: 3)
    } throws: { error in
      guard let mistake = error as? BatchRequest.Mistake else { return false }
      let hint = String(describing: mistake.error.hint)
      return mistake.error.code == .usage
        && (meant.map { hint.contains("didYouMean(\"\($0)\")") } ?? true)
    }
  }

  @Test func aLineMaySayThatItsArgumentsAreNotChecked() throws {
    let batch = try BatchFixture()
    let program = batch.program
    try program.deploy(
      name: "strict",
      [
        "strict_agent.py": Sources.agent(
          "Strict",
          parameters: #"{"type": "object", "properties": {"n": {"type": "integer"}}}"#,
          body: "return repr(kwargs['n'])")
      ])
    let call = "{\"swarm\": \"strict\", \"name\": \"Strict\", \"args\": {\"n\": \"x\"}"
    let outcome = try program(
      "batch", "--ordered",
      stdin: "\(call)}\n\(call), \"validate\": false}\n\(call), \"validate\": 1}\n")
    let answers = batch.answers(outcome)
    #expect(
      answers.map { $0["code"]?.string ?? $0["output"]?.string }
        == ["bad_argument", "'x'", "usage"], "\(outcome)")
  }
}
