import Foundation
import Testing

@testable import SwarmOps
@testable import swarmctl

/// The built program as a chat program meets it: pipes, ends, kills, and others beside it.
struct MCPServerTests {
  private let fixture: BatchFixture
  private var program: Program { fixture.program }

  init() throws { fixture = try BatchFixture() }

  private func session(_ words: [String] = ["--user", BatchFixture.user(1)]) throws
    -> MCPConversation
  {
    let session = try MCPConversation(program, words)
    try session.initialize()
    return session
  }

  @Test func aCallChangesTheMemoryOfTheUserAlone() throws {
    let session = try session()
    #expect(try session.call("Save", ["key": "a"]) == (false, "saved a"))
    #expect(try fixture.memory(1) == ["a": 1])
    // Whatever becomes of it, it is nobody else's memory.
    _ = try session.call("Save", ["key": "a", "user_guid": .string(BatchFixture.user(2))])
    #expect(try program.store.layout.exists(fixture.memoryFile(2)) == false)
    session.closeInput()
    #expect(session.end() == 0, "\(session.stderr)")
    #expect(session.stderr.isEmpty)
  }

  @Test func aSwarmThatThereIsNotIsSaidBeforeTheProtocolBegins() throws {
    let outcome = try program("mcp", "nobody", "--json")
    expect(outcome, code: .noSuchSwarm)
    expect(try program("mcp", "test", "--agents", "Sav", "--json"), code: .noSuchAgent)
    expect(try program("mcp", "test", "--user", "me", "--json"), code: .badUser)
  }

  @Test func onlyTheAgentsThatAreNamedAreTools() throws {
    let session = try session(["--shared", "--agents", "Save"])
    let list = try session.answer(try session.request("tools/list"))
    #expect(list["result"]?["tools"]?.array?.map { $0["name"] } == ["Save"])
    let refused = try session.answer(try session.begin("pass"))
    #expect(refused["error"]?["code"] == -32602)
    #expect(try session.call("Save", ["key": "a"]).failed == false)
  }

  @Test func agentsThatCannotBeToolsAreNamedOnStandardError() throws {
    try program.deploy(["odd_agent.py": Sources.agent("Two Words", body: "return 'x'")])
    let session = try session()
    let list = try session.answer(try session.request("tools/list"))
    #expect(list["result"]?["tools"]?.array?.compactMap { $0["name"] } == ["Do", "Save"])
    #expect(session.stderr.contains("\"Two Words\" is no tool"))
  }

  // MARK: The end

  @Test func whatWasAskedBeforeTheEndOfTheInputIsAnswered() throws {
    let outcome = try program(
      "mcp", "test", "--shared",
      stdin: """
        {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}
        {"jsonrpc":"2.0","method":"notifications/initialized"}
        {"jsonrpc":"2.0","id":2,"method":"tools/list"}
        {"jsonrpc":"2.0","id":3,"method":"ping"}
        """)
    expect(outcome, status: 0)
    let answers = BatchFixture.answers(outcome.stdout)
    #expect(Set(answers.compactMap { $0["id"]?.int }) == [1, 2, 3], "\(outcome)")
  }

  @Test(.enabled(if: Machine.hasProcessFiles), arguments: ["input", "output", "both"])
  func agentsEndWithTheClient(_ closed: String) throws {
    let session = try session()
    #expect(try session.call("Save", ["key": "a"]).failed == false)
    try beginSpoiling(session)
    let start = ContinuousClock.now
    if closed != "output" { session.closeInput() }
    if closed != "input" { session.closeOutput() }
    _ = session.end()
    _ = eventually("the end of the agents") { program.agentProcesses().isEmpty }
    #expect(start.duration(to: .now) < .seconds(2))
    #expect(try fixture.memory(1) == ["a": 1])
    #expect(try session.rest().allSatisfy { $0["id"] == nil })
  }

  @Test(.enabled(if: Machine.hasProcessFiles), arguments: [SIGTERM, SIGHUP, SIGINT, SIGKILL])
  func signalsLeaveNoProcessAndNothingHalfDone(_ number: Int32) throws {
    let session = try session()
    #expect(try session.call("Save", ["key": "a"]).failed == false)
    try beginSpoiling(session)
    let start = ContinuousClock.now
    session.signal(number)
    let status = session.end()
    #expect(status == (number == SIGKILL ? -SIGKILL : 128 + number))
    _ = eventually("the end of the agents") { program.agentProcesses().isEmpty }
    #expect(start.duration(to: .now) < .seconds(2))
    #expect(try fixture.memory(1) == ["a": 1])
    // The lock is free: somebody else can go on.
    expect(
      try program("run", "test", "Save", "key=a", "--user", BatchFixture.user(1)), status: 0)
  }

  /// Lets an agent spoil its copy, start a process outside its group, and wait.
  private func beginSpoiling(_ session: MCPConversation) throws {
    try session.begin(
      """
      import os, subprocess, sys, time
      open(os.environ['BRAINSTEM_MEMORY_PATH'], 'w').write('{"spoiled": 1}')
      subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60) # \(program.root)'],
                       start_new_session=True)
      print('begun', flush=True)
      time.sleep(60)
      """)
    while let message = try session.next() {
      if message["params"]?["data"] == "begun" { return }
    }
    Issue.record("the agent never began: \(session.stderr)")
  }

  @Test func aKilledPythonFailsItsCallAlone() throws {
    let session = try session()
    let failed = try session.call("Do", ["code": "import os, signal; os.kill(0, signal.SIGKILL)"])
    #expect(failed.failed)
    #expect(try session.call("Save", ["key": "a"]) == (false, "saved a"))
  }

  // MARK: Clients that misbehave

  @Test func aClientThatNeverReadsCostsBoundedMemory() throws {
    let session = try session()
    #expect(try session.call("Save", ["key": "a"]).failed == false)
    for _ in 0..<20 { try session.begin("print('y' * 1000000); out = 'x' * (1 << 20)") }
    // Nothing more fits into its pipe, so it stops reading too.
    let done = try session.request("tools/call", ["name": "Save", "arguments": ["key": "done"]])
    usleep(1_500_000)
    #expect(try fixture.memory(1)["done"] == nil)
    let status = String(
      decoding: try FileSystem.read("/proc/\(session.child.id)/status"), as: UTF8.self)
    let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }
      .flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) }
    #expect((peak ?? .max) < 150_000, "\(status)")
    _ = try session.answer(done)
    #expect(try fixture.memory(1)["done"] == 1)
  }

  @Test func aRequestThatIsTooLongIsRefusedAndTheRestGoesOn() throws {
    let session = try session()
    var line = Array(
      #"{"jsonrpc":"2.0","id":"big","method":"tools/call","params":{"name":"Do","x":""#.utf8)
    line += [UInt8](repeating: UInt8(ascii: "x"), count: 65 << 20)
    try session.send(line + Array("\"}}\n".utf8))
    let answer = try session.answer("big")
    #expect(answer["error"]?["code"] == -32600)
    #expect(try session.call("Save", ["key": "a"]) == (false, "saved a"))
  }

  // MARK: Others beside it

  @Test func anIdleSessionHoldsUpNobody() throws {
    let session = try session()
    #expect(try session.call("Save", ["key": "a"]).failed == false)
    let user = BatchFixture.user(1)
    expect(
      try program("run", "test", "Save", "key=a", "--user", user, "--lock-timeout", "5s"),
      status: 0)
    #expect(try session.call("Save", ["key": "a"]) == (false, "saved a"))
    #expect(try fixture.memory(1) == ["a": 3])
  }

  @Test func sessionsThatTakeTurnsSeeWhatTheOtherHasSaved() throws {
    let sessions = [try session(), try session(), try session()]
    for _ in 0..<8 {
      // As clients do: several at once, and the next once these are answered.
      let asked = try sessions.map { session in
        try (0..<5).map { _ in
          try session.request("tools/call", ["name": "Save", "arguments": ["key": "n"]])
        }
      }
      for (session, ids) in zip(sessions, asked) {
        for id in ids {
          let answer = try session.answer(id)
          #expect(answer["result"]?["isError"] == false, "\(answer)")
        }
      }
    }
    #expect(try fixture.memory(1) == ["n": 120])
  }

  @Test func twoSessionsOnOneMemoryLoseNothing() throws {
    let (first, second) = (try session(), try session())
    var ids: [(MCPConversation, JSONValue)] = []
    for _ in 0..<20 {
      for session in [first, second] {
        let id = try session.request(
          "tools/call", ["name": "Save", "arguments": ["key": "n"]])
        ids.append((session, id))
      }
    }
    for (session, id) in ids {
      #expect(try session.answer(id)["result"]?["isError"] == false)
    }
    #expect(try fixture.memory(1) == ["n": 40])
  }

  // MARK: What to paste

  @Test func theConfigurationNamesProgramRootAndUser() throws {
    let user = BatchFixture.user(1)
    let outcome = try program("mcp", "test", "--user", user, "--print-config", "claude")
    expect(outcome, status: 0)
    let server = outcome.json?["mcpServers"]?["test"]
    #expect(server?["command"]?.string?.hasPrefix("/") == true)
    let words = try #require(server?["args"]?.array).compactMap { $0.string }
    #expect(
      Array(words.prefix(6)) == [
        "mcp", "\(fixture.swarm)", "--root", program.root, "--user", user,
      ])
    for client in ["vscode", "cursor", "generic", "codex"] {
      let outcome = try program("mcp", "test", "--print-config", client)
      expect(outcome, status: 0)
      #expect(outcome.stdout.contains("--shared") && outcome.stdout.contains(program.root))
    }
    let json = try program("mcp", "test", "--print-config", "codex", "--json").json
    #expect(json?["status"] == "ok" && json?["client"] == "codex")
  }
}

extension SwarmLayout {
  fileprivate func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
