import Foundation
import Testing

@testable import SwarmOps

/// Sessions on a snapshot, and what history keeps of sessions.
@Suite struct MCPSnapshotTests {
  private let program: Program
  private let swarm: GUID

  init() throws {
    program = try Program()
    swarm = try program.deploy(["keep_agent.py": Sources.keep])
    expect(try program("run", "test", "Keep", "key=a", "text=1"), status: 0)
    expect(try program("snapshot", "create", "test", "old"), status: 0)
    expect(try program("run", "test", "Keep", "key=b", "text=2"), status: 0)
  }

  @Test func aSessionReadsASnapshotAndChangesNothingOfIt() throws {
    let before = try program.folder.snapshot(excluding: "root/.swarmctl")
    let conversation = try MCPConversation(program, swarm: "test@old")
    try conversation.initialize()
    #expect(try conversation.call("Keep", [:]) == (false, "{\"a\": \"1\"}"))
    let id = try conversation.request("resources/read", ["uri": "rapp://memory"])
    let memory = try conversation.answer(id)["result"]?["contents"]?.array?.first?["text"]?.string
    #expect(memory == "{\"a\": \"1\"}")
    let refused = try conversation.call("Keep", ["key": "c"])
    #expect(refused.failed && refused.text.contains("snapshot"), "\(refused)")
    conversation.closeInput()
    #expect(conversation.end() == 0)
    #expect(try program.folder.snapshot(excluding: "root/.swarmctl") == before)
  }

  @Test func aSessionsCallsAreInTheHistory() throws {
    let user = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
    let conversation = try MCPConversation(program, ["--user", user])
    try conversation.initialize()
    #expect(try !conversation.call("Keep", ["key": "c"]).failed)
    #expect(try !conversation.call("Keep", [:]).failed)
    conversation.closeInput()
    #expect(conversation.end() == 0)
    let calls = try #require(
      try program("history", "--user", user, "--json").json?["calls"]?.array)
    #expect(calls.count == 2, "\(calls)")
    for call in calls {
      #expect(call["front_end"] == "mcp" && call["exit"] == 0 && call["agent"] == "Keep")
      #expect(call["swarm_guid"]?.string == "\(swarm)")
    }
    #expect(calls.compactMap { $0["version"]?.int } == [1], "\(calls)")
    let text = String(
      decoding: try FileSystem.read(program.store.layout.history), as: UTF8.self)
    #expect(!text.contains("\"c\""))
  }
}
