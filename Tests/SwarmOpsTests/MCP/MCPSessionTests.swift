import Testing

@testable import SwarmOps
@testable import swarmctl

/// What each method answers, in both eras of the protocol.
struct MCPSessionTests {
  @Test(arguments: ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])
  func initializeAgreesOnTheVersionThatIsAskedFor(_ version: String) throws {
    let scene = MCPScene()
    let result = try #require(try scene.initialize(version)["result"])
    #expect(result["protocolVersion"] == .string(version))
    #expect(result["serverInfo"]?["name"] == "swarmctl")
    #expect(result["serverInfo"]?["version"] == "1.2.3")
    #expect(result["instructions"] == "You test.")
    #expect(result["capabilities"]?["tools"] == ["listChanged": true])
    #expect(result["resultType"] == nil)
    #expect(try scene.ask(1, "ping")["result"] == [:])
  }

  @Test(arguments: ["2026-07-28", "1999-01-01", ""])
  func initializeOffersAVersionForOneThatThereIsNot(_ version: String) throws {
    let scene = MCPScene()
    #expect(try scene.initialize(version)["result"]?["protocolVersion"] == "2025-11-25")
  }

  @Test func discoverSaysWhatItIs() throws {
    let scene = MCPScene()
    let result = try #require(try scene.askModern(1, "server/discover")["result"])
    #expect(result["resultType"] == "complete")
    #expect(result["ttlMs"]?.int ?? -1 >= 0)
    #expect(result["cacheScope"] == "private")
    #expect(result["supportedVersions"] == ["2026-07-28"])
    #expect(result["instructions"] == "You test.")
    let server = result["_meta"]?["io.modelcontextprotocol/serverInfo"]
    #expect(server == ["name": "swarmctl", "version": "1.2.3"])
  }

  @Test func aVersionThatThereIsNotIsRefusedWithThoseThatThereAre() throws {
    let scene = MCPScene()
    scene.modern(
      1, "server/discover", meta: ["io.modelcontextprotocol/protocolVersion": "2030-01-01"])
    let error = try scene.answer(1)["error"]
    #expect(error?["code"] == -32022)
    #expect(error?["data"]?["supported"] == ["2026-07-28"])
    #expect(error?["data"]?["requested"] == "2030-01-01")
  }

  @Test func anEnvelopeThatLacksSomethingIsInvalid() throws {
    let scene = MCPScene()
    #expect(try scene.ask(1, "server/discover")["error"]?["code"] == -32602)
    let half: JSONObject = ["_meta": ["io.modelcontextprotocol/protocolVersion": "2026-07-28"]]
    #expect(try scene.ask(2, "tools/list", half)["error"]?["code"] == -32602)
  }

  @Test func unknownMethodsAreAnsweredAtOnceInEveryState() throws {
    let scene = MCPScene()
    #expect(try scene.ask(1, "no/such")["error"]?["code"] == -32601)
    try scene.initialize()
    #expect(try scene.ask(2, "no/such")["error"]?["code"] == -32601)
    #expect(try scene.ask(3, "completion/complete")["error"]?["code"] == -32601)
    #expect(try scene.askModern(4, "no/such")["error"]?["code"] == -32601)
    // What one era has and the other has not.
    #expect(try scene.askModern(5, "ping")["error"]?["code"] == -32601)
    #expect(try scene.askModern(6, "logging/setLevel")["error"]?["code"] == -32601)
  }

  @Test func nothingButBeginningIsServedBeforeTheBeginning() throws {
    let scene = MCPScene()
    scene.notify("notifications/initialized")
    scene.notify("notifications/cancelled", ["requestId": 7])
    #expect(try scene.ask(1, "tools/list")["error"]?["code"] == -32600)
    #expect(try scene.ask(2, "ping")["result"] == [:])
    #expect(scene.sent.isEmpty)
  }

  @Test func toolsAreListedInBothEras() throws {
    let scene = MCPScene()
    let modern = try #require(try scene.askModern(1, "tools/list")["result"])
    #expect(modern["resultType"] == "complete")
    #expect(modern["ttlMs"] != nil && modern["cacheScope"] != nil)
    try scene.initialize()
    let result = try #require(try scene.ask(2, "tools/list")["result"])
    #expect(result["tools"] == modern["tools"])
    #expect(result["resultType"] == nil && result["nextCursor"] == nil)
    let tool = try #require(result["tools"]?.array?.first)
    #expect(tool["name"] == "Echo" && tool["description"] == "Does Echo.")
    #expect(tool["inputSchema"]?["type"] == "object")
    #expect(tool["outputSchema"] == nil)
  }

  @Test func titlesAndAnnotationsComeWithTheVersionsThatHaveThem() throws {
    let scene = MCPScene()
    scene.agents = [
      MCPScene.agent(
        "Read", metadata: ["display_name": "Reader", "annotations": ["readOnlyHint": true]])
    ]
    for (version, hasTitle, hasAnnotations) in [
      ("2024-11-05", false, false), ("2025-03-26", false, true), ("2025-06-18", true, true),
    ] {
      try scene.initialize(version)
      let tool = try scene.ask(1, "tools/list")["result"]?["tools"]?.array?.first
      #expect((tool?["title"] == "Reader") == hasTitle, "\(version)")
      #expect((tool?["annotations"]?["readOnlyHint"] == true) == hasAnnotations, "\(version)")
    }
  }

  @Test func hundredsOfToolsComeInPages() throws {
    let scene = MCPScene()
    scene.agents = (0..<250).map { MCPScene.agent("Tool\($0)") }
    try scene.initialize()
    var names: [String] = []
    var cursor: JSONValue?
    var pages = 0
    repeat {
      let result = try #require(
        try scene.ask(.string("p\(pages)"), "tools/list", cursor.map { ["cursor": $0] })["result"])
      names += result["tools"]?.array?.compactMap { $0["name"]?.string } ?? []
      cursor = result["nextCursor"]
      pages += 1
    } while cursor != nil
    #expect(pages == 3)
    #expect(Set(names).count == 250 && names.count == 250)
    #expect(
      try scene.ask(9, "tools/list", ["cursor": "made up"])["error"]?["code"] == -32602)
  }

  @Test func longDescriptionsEndAPageEarly() throws {
    let scene = MCPScene()
    scene.agents = (0..<20).map { index in
      var agent = MCPScene.agent("Tool\(index)")
      agent["description"] = .string(String(repeating: "x", count: 100_000))
      return agent
    }
    let result = try #require(try scene.askModern(1, "tools/list")["result"])
    #expect(result["tools"]?.array?.count == 6)
    #expect(result["nextCursor"] != nil)
  }

  @Test func namesThatNoModelAcceptsAreLeftOut() throws {
    let scene = MCPScene()
    scene.agents += [MCPScene.agent("Two Words"), MCPScene.agent("Ümlaut"), MCPScene.agent("")]
    scene.agents.append(MCPScene.agent(String(repeating: "x", count: 65)))
    let tools = try scene.askModern(1, "tools/list")["result"]?["tools"]?.array
    #expect(tools?.compactMap { $0["name"]?.string } == ["Echo", "Save"])
    scene.modern(2, "tools/call", ["name": "Two Words"])
    #expect(try scene.answer(2)["error"]?["code"] == -32602)
  }

  @Test func aSwarmThatIsGoneFailsTheListAndTheCall() throws {
    let scene = MCPScene()
    scene.failure = SwarmError(.noSuchSwarm, "there is no swarm x")
    let error = try scene.askModern(1, "tools/list")["error"]
    #expect(error?["code"] == -32603 && error?["message"] == "there is no swarm x")
    #expect(error?["data"]?["code"] == "no_such_swarm")
    let result = try scene.askModern(2, "tools/call", ["name": "Echo"])["result"]
    #expect(result?["isError"] == true)
  }

  @Test func promptAndMemoryAreThere() throws {
    let scene = MCPScene()
    scene.memoryText = #"{"a": 1}"#
    try scene.initialize()
    #expect(
      try scene.ask(1, "prompts/list")["result"]?["prompts"]?.array?.first?["name"] == "soul")
    let prompt = try scene.ask(2, "prompts/get", ["name": "soul"])["result"]
    let message = prompt?["messages"]?.array?.first
    #expect(message?["role"] == "user")
    #expect(message?["content"]?["text"] == "You test.\n\nIt is late.")
    #expect(try scene.ask(3, "prompts/get", ["name": "other"])["error"]?["code"] == -32602)
    let resources = try scene.ask(4, "resources/list")["result"]?["resources"]?.array
    #expect(resources?.map { $0["uri"] } == ["rapp://memory"])
    let contents = try scene.ask(5, "resources/read", ["uri": "rapp://memory"])["result"]
    #expect(contents?["contents"]?.array?.first?["text"] == #"{"a": 1}"#)
    #expect(contents?["contents"]?.array?.first?["mimeType"] == "application/json")
    #expect(
      try scene.ask(6, "resources/read", ["uri": "file:///etc"])["error"]?["code"] == -32002)
    scene.modern(7, "resources/read", ["uri": "file:///etc"])
    #expect(try scene.answer(7)["error"]?["code"] == -32602)
    #expect(try scene.ask(8, "resources/templates/list")["result"]?["resourceTemplates"] == [])
  }

  @Test func subscribersHearOfTheMemory() throws {
    let scene = MCPScene()
    try scene.initialize()
    scene.session.memoryChanged()
    #expect(scene.sent.isEmpty)
    #expect(try scene.ask(1, "resources/subscribe", ["uri": "rapp://memory"])["result"] == [:])
    scene.session.memoryChanged()
    let updates = scene.notifications("notifications/resources/updated")
    #expect(updates.map { $0["params"]?["uri"] } == ["rapp://memory"])
    #expect(try scene.ask(2, "resources/unsubscribe", ["uri": "rapp://memory"])["result"] == [:])
    scene.session.memoryChanged()
    #expect(scene.sent.isEmpty)
    #expect(try scene.ask(3, "resources/subscribe", ["uri": "x"])["error"]?["code"] == -32002)
  }

  @Test func streamsHearOfWhatTheyAskedForUntilTheyAreCancelled() throws {
    let scene = MCPScene()
    scene.modern(
      "s1", "subscriptions/listen",
      [
        "notifications": [
          "toolsListChanged": true, "resourcesListChanged": true,
          "resourceSubscriptions": ["rapp://memory", "x"],
        ]
      ])
    let acknowledged = scene.notifications("notifications/subscriptions/acknowledged")
    #expect(
      acknowledged.map { $0["params"]?["notifications"] } == [
        ["toolsListChanged": true, "resourceSubscriptions": ["rapp://memory"]]
      ])
    let key = "io.modelcontextprotocol/subscriptionId"
    #expect(acknowledged.first?["params"]?["_meta"]?[key] == "s1")
    scene.session.swarmChanged()
    scene.session.memoryChanged()
    #expect(
      scene.sent.map { $0["method"] } == [
        "notifications/tools/list_changed", "notifications/resources/updated",
      ])
    #expect(scene.sent.allSatisfy { $0["params"]?["_meta"]?[key] == "s1" })
    scene.sent = []
    #expect(!scene.session.owesAnswers)
    scene.notify("notifications/cancelled", ["requestId": "s1"])
    scene.session.swarmChanged()
    #expect(scene.sent.isEmpty)
  }

  @Test func aDeployIsToldToThoseWhoHaveBegun() throws {
    let scene = MCPScene()
    scene.session.swarmChanged()
    #expect(scene.sent.isEmpty)
    try scene.initialize()
    scene.session.swarmChanged()
    #expect(scene.notifications("notifications/tools/list_changed").count == 1)
    #expect(scene.notifications("notifications/prompts/list_changed").count == 1)
    scene.agents = [MCPScene.agent("New")]
    #expect(
      try scene.ask(1, "tools/list")["result"]?["tools"]?.array?.map { $0["name"] } == ["New"])
  }

  @Test func nothingIsSaidUnaskedAfterTheInputHasEnded() throws {
    let scene = MCPScene()
    try scene.initialize()
    scene.request(1, "tools/call", ["name": "Echo", "_meta": ["progressToken": 1]])
    scene.session.inputEnded()
    scene.calls[0].printed("a line\n")
    scene.time += .seconds(2)
    scene.session.report()
    scene.session.swarmChanged()
    #expect(scene.sent.isEmpty && scene.session.owesAnswers)
    scene.calls[0].answer("done")
    #expect(try scene.answer(1)["result"]?["isError"] == false)
    #expect(!scene.session.owesAnswers)
  }
}
