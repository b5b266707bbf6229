import Testing

@testable import SwarmOps
@testable import swarmctl

/// Lines, ids, batches and everything that is no message.
struct JSONRPCTests {
  @Test func linesMayComeInAnyPieces() {
    var lines = MessageLines()
    let text = Array("{\"a\":1}\r\n\n  \n{\"b\":\"é\"}\nrest".utf8)
    var found: [MessageLines.Line] = []
    for byte in text { found += lines.append([byte]) }
    #expect(found == [.message(Array("{\"a\":1}\r".utf8)), .message(Array("{\"b\":\"é\"}".utf8))])
    #expect(lines.end() == .message(Array("rest".utf8)))
    #expect(lines.end() == nil)
  }

  @Test func aLineThatIsTooLongIsThrownAway() {
    var lines = MessageLines(limit: 10)
    #expect(lines.append(Array("123456".utf8)[...]).isEmpty)
    #expect(lines.append(Array("789012345".utf8)[...]).isEmpty)
    #expect(
      lines.append(Array("67\n1234567890\nx".utf8)[...]) == [
        .tooLong(beginning: Array("123456789012345".utf8)), .message(Array("1234567890".utf8)),
      ])
    #expect(lines.end() == .message([UInt8(ascii: "x")]))
  }

  @Test func theIdOfAMessageThatIsTooLongIsFound() {
    func id(_ text: String) -> JSONValue? {
      JSONRPCID.found(in: Array(text.utf8))?.value
    }
    #expect(id(#"{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"x":"aaaa"#) == 5)
    #expect(id(#"{"id": "a,\"}", "params": {"id": 7, "x"#) == "a,\"}")
    #expect(id(#"{"params":{"id":7,"y":8"#) == nil)
    #expect(id(#"{"jsonrpc":"2.0","params":[1,2,3],"id":9,"method":"#) == 9)
    #expect(id("") == nil && id("[1,2,") == nil && id(#"{"id":{},"#) == nil)
    let scene = MCPScene()
    scene.session.receive(.tooLong(beginning: Array(#"{"id":5,"method":"x","#.utf8)))
    #expect(scene.sent.first?["id"] == 5 && scene.sent.first?["error"]?["code"] == -32600)
  }

  @Test(arguments: [
    "{", "nonsense", "{\"jsonrpc\": \"2.0\", \"id\": 1,}", "\u{1}", "{\"a\": NaN}",
    String(repeating: "[", count: 100_000),
  ])
  func whatIsNotJSONIsSaidAndTheRestGoesOn(_ line: String) throws {
    let scene = MCPScene()
    scene.type(line + "\n")
    let error = try #require(scene.sent.first)
    #expect(error["id"] == .null && error["error"]?["code"] == -32700)
    #expect(try scene.ask(1, "ping")["result"] == [:])
  }

  @Test func textThatIsNotUTF8IsNotJSON() throws {
    let scene = MCPScene()
    scene.type(Array(#"{"jsonrpc":"2.0","id":1,"method":""#.utf8) + [0xFF, 0xFE])
    scene.type(Array("\"}\n".utf8))
    #expect(scene.sent.first?["error"]?["code"] == -32700)
    #expect(try scene.ask(1, "ping")["result"] == [:])
  }

  @Test(arguments: [
    ("42", JSONValue.null), (#""text""#, .null), (#"{"id": 1, "method": "ping"}"#, 1),
    (#"{"jsonrpc": "1.0", "id": "x", "method": "ping"}"#, "x"),
    (#"{"jsonrpc": "2.0", "id": 1}"#, 1), (#"{"jsonrpc": "2.0", "id": 1, "method": 5}"#, 1),
    (#"{"jsonrpc": "2.0", "id": null, "method": "ping"}"#, .null),
    (#"{"jsonrpc": "2.0", "id": [1], "method": "ping"}"#, .null),
    (#"{"jsonrpc": "2.0", "id": true, "method": "ping"}"#, .null),
  ])
  func whatIsNoRequestIsInvalid(_ line: String, _ id: JSONValue) throws {
    let scene = MCPScene()
    scene.type(line + "\n")
    let error = try #require(scene.sent.first)
    #expect(error["error"]?["code"] == -32600, "\(line)")
    #expect(error["id"] == id, "\(line)")
    #expect(try scene.ask("next", "ping")["result"] == [:])
  }

  @Test func parametersAreAnObject() throws {
    let scene = MCPScene()
    scene.type(#"{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": [1]}"# + "\n")
    #expect(try scene.answer(1)["error"]?["code"] == -32602)
    scene.type(#"{"jsonrpc": "2.0", "id": 2, "method": "ping", "params": null}"# + "\n")
    #expect(try scene.answer(2)["result"] == [:])
  }

  @Test func answersAndUnknownNotificationsAreIgnored() {
    let scene = MCPScene()
    scene.type(#"{"jsonrpc": "2.0", "id": 1, "result": {}}"# + "\n")
    scene.type(#"{"jsonrpc": "2.0", "id": 1, "error": {"code": 1, "message": ""}}"# + "\n")
    scene.notify("notifications/unheard/of")
    #expect(scene.sent.isEmpty)
  }

  // MARK: Batches

  private static let batch = """
    [{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"notifications/x"},7,
    {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"Echo"}},
    {"jsonrpc":"2.0","id":3,"method":"no/such"},{"jsonrpc":"2.0","id":4,"method":"initialize"}]
    """.replacing("\n", with: "") + "\n"

  @Test(arguments: ["2024-11-05", "2025-03-26"])
  func aBatchIsAnsweredAsOne(_ version: String) throws {
    let scene = MCPScene()
    try scene.initialize(version)
    scene.type(Self.batch)
    #expect(scene.sent.isEmpty)
    scene.calls[0].answer("done")
    let answers = try #require(scene.sent.first?.array)
    #expect(scene.sent.count == 1 && answers.count == 5)
    #expect(Set(answers.compactMap { $0["id"]?.int }) == [1, 2, 3, 4])
    scene.sent = []
    scene.type(#"[{"jsonrpc":"2.0","method":"notifications/x"}]"# + "\n")
    #expect(scene.sent.isEmpty)
    scene.type("[]\n")
    #expect(scene.sent.first?["error"]?["code"] == -32600)
  }

  @Test func aBatchOfWhichPartIsCancelledIsAnsweredWithoutIt() throws {
    let scene = MCPScene()
    try scene.initialize("2025-03-26")
    scene.type(Self.batch)
    scene.notify("notifications/cancelled", ["requestId": 2])
    #expect(scene.sent.first?.array?.compactMap { $0["id"]?.int } == [1, 3, 4])
  }

  @Test(arguments: ["2025-06-18", "2025-11-25", nil])
  func versionsWithoutBatchesRefuseThem(_ version: String?) throws {
    let scene = MCPScene()
    if let version { try scene.initialize(version) }
    scene.type(Self.batch)
    #expect(scene.sent.count == 1)
    #expect(scene.sent.first?["error"]?["code"] == -32600)
    #expect(scene.sent.first?["id"] == .null)
  }
}
