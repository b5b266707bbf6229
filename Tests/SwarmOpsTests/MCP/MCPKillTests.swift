import Foundation
import Testing

@testable import SwarmOps

/// Sessions that are cut off at any moment.
struct MCPKillTests {
  /// What is killed.
  enum Victim: String, CaseIterable {
    case client, server, python
  }

  @Test(.enabled(if: Machine.hasProcessFiles), arguments: Victim.allCases)
  func whatWasAnsweredStandsAndNothingIsLeft(_ victim: Victim) throws {
    let fixture = try BatchFixture()
    let program = fixture.program
    var answered = 0
    for round in 0..<6 {
      let session = try MCPConversation(program, ["--user", BatchFixture.user(1)])
      try session.initialize()
      #expect(try session.call("Save", ["key": "n"]).failed == false)
      answered += 1
      for _ in 0..<10 {
        try session.request("tools/call", ["name": "Save", "arguments": ["key": "n"]])
      }
      usleep(UInt32(round) * 15_000)
      switch victim {
      case .client:
        session.closeOutput()
        session.closeInput()
      case .server: session.signal(SIGKILL)
      case .python:
        for process in program.agentProcesses() where process != session.child.id {
          kill(process, SIGKILL)
        }
        session.closeInput()
      }
      let results = try session.rest().filter { $0["result"]?["isError"] == false }
      _ = session.end()
      answered += results.count
      _ = eventually("the end of the agents") {
        program.agentProcesses().filter { $0 != session.child.id }.isEmpty
      }
      let count = try #require(try fixture.memory(1)["n"]?.int)
      #expect(count >= answered && count <= 11 * (round + 1), "\(victim) in round \(round)")
      answered = count
    }
    // Nobody's lock is left.
    expect(
      try program("run", "test", "Save", "key=n", "--user", BatchFixture.user(1)), status: 0)
    #expect(try fixture.memory(1) == ["n": .number(JSONNumber(answered + 1))])
  }
}
