import Testing

@testable import SwarmOps
@testable import swarmctl

/// Messages that nobody would write, by the thousand, the same ones each time.
struct MCPFuzzTests {
  private struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
  }

  private static let methods = [
    "initialize", "ping", "tools/list", "tools/call", "prompts/get", "resources/read",
    "resources/subscribe", "subscriptions/listen", "server/discover", "logging/setLevel", "x", "",
    "notifications/cancelled",
  ]

  private func value(_ dice: inout Dice, depth: Int = 0) -> JSONValue {
    switch Int.random(in: 0..<(depth > 2 ? 6 : 9), using: &dice) {
    case 0: return .null
    case 1: return .bool(.random(using: &dice))
    case 2: return .number(JSONNumber(Int.random(in: (-3)...3, using: &dice)))
    case 3: return JSONNumber(text: "1e400").map(JSONValue.number) ?? .null
    case 4: return .string(Self.methods.randomElement(using: &dice) ?? "")
    case 5:
      return .string(
        ["soul", "Echo", "rapp://memory", "2026-07-28", "\u{0}"].randomElement(using: &dice) ?? "")
    case 6: return .array((0..<3).map { _ in value(&dice, depth: depth + 1) })
    default: return .object(members(&dice, depth: depth + 1))
    }
  }

  private func members(_ dice: inout Dice, depth: Int) -> JSONObject {
    let keys = [
      "_meta", "name", "arguments", "uri", "cursor", "level", "protocolVersion", "requestId",
      "notifications", "toolsListChanged", "resourceSubscriptions", "progressToken",
      "io.modelcontextprotocol/protocolVersion", "io.modelcontextprotocol/clientCapabilities",
    ]
    var object = JSONObject()
    for _ in 0..<Int.random(in: 0..<4, using: &dice) {
      object[keys.randomElement(using: &dice) ?? ""] = value(&dice, depth: depth)
    }
    return object
  }

  @Test(arguments: 0..<8)
  func everyRequestIsAnsweredOnceWhateverElseComes(_ seed: Int) throws {
    var dice = Dice(state: UInt64(seed) &* 77 &+ 1)
    let scene = MCPScene()
    if seed % 2 == 1 { try scene.initialize(seed % 4 == 1 ? "2025-03-26" : "2025-11-25") }
    var ids: [String] = []
    for number in 0..<1500 {
      var message: JSONObject = ["jsonrpc": "2.0"]
      message["method"] = .string(Self.methods.randomElement(using: &dice) ?? "")
      message["params"] = .object(members(&dice, depth: 0))
      // What is broken somewhere may be a request or none, so nobody counts on its id.
      let isBroken = dice.next() % 4 == 0
      if dice.next() % 3 > 0 {
        let id = isBroken ? "broken" : "\(seed)-\(number)"
        if !isBroken { ids.append(id) }
        message["id"] = .string(id)
      }
      var line = JSONValue.object(message).serialized()
      if isBroken {
        line[Int.random(in: 0..<line.count, using: &dice)] = UInt8.random(
          in: 11...255, using: &dice)
      }
      scene.type(line + [10])
      if number % 7 == 0 {
        scene.calls.removeAll {
          $0.answer("x"); return true
        }
      }
      if number % 50 == 0 { scene.session.swarmChanged() }
    }
    scene.calls.removeAll {
      $0.answer("x"); return true
    }
    let answered = Dictionary(grouping: scene.sent.compactMap { $0["id"]?.string }) { $0 }
    for id in ids {
      // A stream's answer is its end, which never comes here.
      #expect((answered[id]?.count ?? 0) <= 1, "\(id)")
    }
    #expect(try scene.ask("last", "ping")["result"] == [:])
  }
}
