import Testing

@testable import SwarmOps
@testable import swarmctl

/// What becomes of `tools/call`: answers, prints, progress, cancelling, and clients that do not read.
struct MCPCallsTests {
  private func scene() throws -> MCPScene {
    let scene = MCPScene()
    try scene.initialize()
    return scene
  }

  @Test func anAgentsTextIsTheContent() throws {
    let scene = try scene()
    scene.request(1, "tools/call", ["name": "Echo", "arguments": ["text": "hé"]])
    #expect(scene.calls.map(\.agent) == ["Echo"])
    #expect(scene.calls.first?.arguments == ["text": "hé"])
    scene.calls[0].answer("hé\u{2028}")
    let result = try scene.answer(1)["result"]
    #expect(result == ["content": [["type": "text", "text": "hé\u{2028}"]], "isError": false])
  }

  @Test func aFailingAgentIsAnErrorWithTheWordsOfRun() throws {
    let scene = try scene()
    scene.request(1, "tools/call", ["name": "Echo"])
    scene.calls[0].then(
      .failure(SwarmError(.timeout, "agent Echo took longer than 1 s", hint: "allow more")))
    let result = try scene.answer(1)["result"]
    #expect(result?["isError"] == true)
    let text = result?["content"]?.array?.first?["text"]?.string
    #expect(text == "error: agent Echo took longer than 1 s\nhint: allow more")
  }

  @Test func anOutputThatSaysErrorIsOne() throws {
    let scene = try scene()
    scene.request(1, "tools/call", ["name": "Echo"])
    scene.calls[0].answer(#"{"status": "error", "message": "no"}"#)
    #expect(try scene.answer(1)["result"]?["isError"] == true)
  }

  @Test func whatIsNoToolIsInvalid() throws {
    let scene = try scene()
    for (id, parameters) in [
      (1, ["name": "Nobody"]), (2, [:]), (3, ["name": 7]), (4, ["name": "Echo", "arguments": [1]]),
      (5, ["name": "echo_agent.py"]), (6, ["name": "echo_agent"]),
    ] as [(Int, JSONObject)] {
      let answer = try scene.ask(.number(JSONNumber(id)), "tools/call", parameters)
      #expect(answer["error"]?["code"] == -32602, "\(id)")
    }
    #expect(scene.calls.isEmpty)
    // It was there when the list was read, and a deploy has taken it away since.
    scene.request(7, "tools/call", ["name": "Echo"])
    scene.calls[0].then(.failure(SwarmError(.noSuchAgent, "no agent")))
    #expect(try scene.answer(7)["error"]?["code"] == -32602)
  }

  @Test func aToolThatIsNewIsFound() throws {
    let scene = try scene()
    _ = try scene.ask(1, "tools/list")
    scene.agents.append(MCPScene.agent("New"))
    scene.request(2, "tools/call", ["name": "New"])
    #expect(scene.calls.map(\.agent) == ["New"])
  }

  @Test func requestsAreAnsweredWhileAgentsRun() throws {
    let scene = try scene()
    scene.request(1, "tools/call", ["name": "Echo"])
    #expect(try scene.ask(2, "ping")["result"] == [:])
    #expect(try scene.ask(3, "tools/list")["result"] != nil)
    #expect(try scene.ask(4, "resources/read", ["uri": "rapp://memory"])["result"] != nil)
    scene.calls[0].answer("late")
    #expect(try scene.answer(1)["result"] != nil)
  }

  @Test func callsKeepTheirOrderWhileTheToolsAreLookedUp() throws {
    let scene = try scene()
    scene.held = []
    for id in 1...3 {
      scene.request(
        .number(JSONNumber(id)), "tools/call",
        ["name": "Echo", "arguments": ["text": .string("\(id)")]])
    }
    #expect(scene.calls.isEmpty)
    scene.release()
    #expect(scene.calls.map { $0.arguments["text"] } == ["1", "2", "3"])
  }

  @Test func aFewCallsAreHandedOverAtATime() throws {
    let scene = try scene()
    for id in 1...10 { scene.request(.number(JSONNumber(id)), "tools/call", ["name": "Echo"]) }
    #expect(scene.calls.count == MCPCalls.window)
    scene.calls[0].answer("first")
    #expect(scene.calls.count == MCPCalls.window + 1)
  }

  @Test func cancellingEndsACallAndItsAnswer() throws {
    let scene = try scene()
    scene.request("a", "tools/call", ["name": "Echo"])
    for id in 1...6 { scene.request(.number(JSONNumber(id)), "tools/call", ["name": "Save"]) }
    let number = scene.calls[0].number
    scene.notify("notifications/cancelled", ["requestId": "a", "reason": "too long"])
    #expect(scene.cancelled == [number])
    scene.calls[0].then(.failure(SwarmError(.interrupted, "cancelled")))
    #expect(scene.sent.isEmpty)
    // One that nobody has begun is just forgotten.
    scene.notify("notifications/cancelled", ["requestId": 6])
    for _ in 0..<10 { for call in scene.calls.dropFirst() { call.answer("x") } }
    #expect(scene.calls.count == 6)
    #expect(scene.sent.compactMap { $0["id"]?.int }.sorted() == [1, 2, 3, 4, 5])
    scene.notify("notifications/cancelled", ["requestId": "unknown"])
    scene.notify("notifications/cancelled", [:])
  }

  @Test func repeatedIdsAreAnsweredOnceEach() throws {
    let scene = try scene()
    scene.request(1, "tools/call", ["name": "Echo"])
    scene.request(1, "tools/call", ["name": "Save"])
    scene.request("1", "tools/call", ["name": "Save"])
    scene.request(1.5, "tools/call", ["name": "Save"])
    for call in scene.calls { call.answer(call.agent) }
    #expect(scene.sent.map { $0["id"] } == [1, 1, "1", 1.5])
  }

  // MARK: Prints

  @Test func printsBecomeLogMessagesLineByLine() throws {
    let scene = try scene()
    scene.request(1, "tools/call", ["name": "Echo"])
    scene.calls[0].printed("one\ntw")
    scene.calls[0].printed("o\nthree")
    scene.calls[0].answer("done", warnings: ["unknown argument"])
    let messages = scene.notifications("notifications/message").compactMap { $0["params"] }
    #expect(messages.map { $0["data"] } == ["one", "two", "three", "unknown argument"])
    #expect(messages.map { $0["level"] } == ["info", "info", "info", "warning"])
    #expect(messages.allSatisfy { $0["logger"] == "Echo" })
    // All of it before the answer.
    #expect(scene.sent.map { $0["id"] } == [1])
  }

  @Test func theLevelIsTheClients() throws {
    let scene = try scene()
    #expect(try scene.ask(1, "logging/setLevel", ["level": "error"])["result"] == [:])
    #expect(try scene.ask(2, "logging/setLevel", ["level": "loud"])["error"]?["code"] == -32602)
    scene.request(3, "tools/call", ["name": "Echo"])
    scene.calls[0].printed("quiet\n")
    #expect(scene.sent.isEmpty && scene.passedOn == ["quiet"])
  }

  @Test func statelessRequestsSayForThemselvesWhatTheyWantToHear() throws {
    let scene = MCPScene()
    scene.modern(1, "tools/call", ["name": "Echo"])
    scene.modern(
      2, "tools/call", ["name": "Save"], meta: ["io.modelcontextprotocol/logLevel": "debug"])
    scene.calls[0].printed("a\n")
    scene.calls[1].printed("b\n")
    #expect(
      scene.notifications("notifications/message").map { $0["params"]?["data"] } == ["b"])
    #expect(scene.passedOn == ["a"])
  }

  // MARK: Progress

  @Test func longCallsReportProgressToThoseWhoAsk() throws {
    let scene = try scene()
    scene.request(1, "tools/call", ["name": "Echo", "_meta": ["progressToken": "t"]])
    scene.request(2, "tools/call", ["name": "Echo"])
    #expect(scene.session.nextReport == scene.time + MCPCalls.progressTime)
    scene.session.report()
    #expect(scene.sent.isEmpty)
    for _ in 0..<3 {
      scene.time += .seconds(1)
      scene.session.report()
    }
    let reports = scene.notifications("notifications/progress").compactMap { $0["params"] }
    #expect(reports.map { $0["progressToken"] } == ["t", "t", "t"])
    #expect(reports.compactMap { $0["progress"]?.double } == [1, 2, 3])
    #expect(reports[0]["message"] == "Echo is running, 1.0 s")
    scene.calls[0].answer("done")
    scene.time += .seconds(1)
    scene.session.report()
    #expect(scene.sent.map { $0["id"] } == [1])
    #expect(scene.session.nextReport == nil)
  }

  // MARK: Clients that do not read

  @Test func nothingIsAddedForAClientThatDoesNotRead() throws {
    let scene = try scene()
    _ = try scene.ask(0, "resources/subscribe", ["uri": "rapp://memory"])
    scene.request(1, "tools/call", ["name": "Echo", "_meta": ["progressToken": 1]])
    scene.isCongested = true
    for id in 2...20 { scene.request(.number(JSONNumber(id)), "tools/call", ["name": "Echo"]) }
    for id in 30...40 {
      scene.request(.number(JSONNumber(id)), "resources/read", ["uri": "rapp://memory"])
    }
    #expect(scene.calls.count == 1)
    for _ in 0..<100 {
      scene.calls[0].printed("noise\n")
      scene.session.memoryChanged()
      scene.session.swarmChanged()
      scene.time += .seconds(1)
      scene.session.report()
    }
    #expect(scene.sent.isEmpty)
    scene.isCongested = false
    scene.session.channelDrained()
    #expect(scene.notifications("notifications/resources/updated").count == 1)
    #expect(scene.notifications("notifications/tools/list_changed").count == 1)
    #expect(scene.calls.count == MCPCalls.window)
    scene.calls[0].printed("heard\n")
    let messages = scene.notifications("notifications/message")
    #expect(
      messages.map { $0["params"]?["data"]?.string } == [
        "(100 messages were dropped, for nobody read them)\nheard"
      ])
    for id in 30...40 { _ = try scene.answer(.number(JSONNumber(id))) }
  }

  @Test func moreRequestsThanAreKeptAreRefused() throws {
    let scene = try scene()
    for id in 0..<MCPConnection.requestLimit {
      scene.request(.number(JSONNumber(id)), "tools/call", ["name": "Echo"])
    }
    #expect(scene.sent.isEmpty)
    let refused = try scene.ask("more", "tools/call", ["name": "Echo"])
    #expect(refused["error"]?["code"] == -32000)
    scene.notify("notifications/cancelled", ["requestId": 999])
    scene.request("again", "tools/call", ["name": "Echo"])
    #expect(scene.sent.isEmpty)
  }
}
