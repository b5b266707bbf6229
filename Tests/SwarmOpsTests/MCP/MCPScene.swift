import Testing

@testable import SwarmOps
@testable import swarmctl

/// A session without processes or descriptors: bytes in, messages out.
final class MCPScene: MCPChannel, MCPSwarm {
  /// A call that the session has asked for.
  struct Call {
    let number: Int
    let agent: String
    let arguments: JSONObject
    let onPrint: ([UInt8]) -> Void
    let then: (Result<AgentAnswer, SwarmError>) -> Void

    func answer(_ text: String, isCommitted: Bool = false, warnings: [String] = []) {
      then(
        .success(
          AgentAnswer(
            output: .text(Array(text.utf8)), duration: .zero, isCommitted: isCommitted,
            warnings: warnings)))
    }

    func printed(_ text: String) { onPrint(Array(text.utf8)) }
  }

  var sent: [JSONValue] = []
  var isCongested = false
  var calls: [Call] = []
  var cancelled: [Int] = []
  var passedOn: [String] = []
  var time = ContinuousClock.now
  var agents: [JSONObject] = [
    MCPScene.agent("Echo", ["properties": ["text": ["type": "string"]]]), MCPScene.agent("Save"),
  ]
  var failure: SwarmError?
  var memoryText = "{}"
  /// Questions that are answered when the test says so; answered at once where this is `nil`.
  var held: [() -> Void]?
  private(set) var session: MCPSession!
  private var lines = MessageLines()

  init() {
    session = MCPSession(
      channel: self, swarm: self, version: "1.2.3", passOn: { self.passedOn.append($0) },
      now: { self.time })
  }

  static func agent(
    _ name: String, _ parameters: JSONValue = ["type": "object"], metadata: JSONObject = [:]
  ) -> JSONObject {
    var metadata = metadata
    metadata["parameters"] = parameters
    return [
      "type": "agent", "file": .string("\(name.lowercased())_agent.py"), "name": .string(name),
      "class": .string("\(name)Agent"), "description": .string("Does \(name)."),
      "metadata": .object(metadata),
    ]
  }

  // MARK: The client

  /// Sends bytes as they are.
  func type(_ text: String) { type(Array(text.utf8)) }

  func type(_ bytes: [UInt8]) { for line in lines.append(bytes[...]) { session.receive(line) } }

  /// Sends one request of a handshake version.
  func request(_ id: JSONValue, _ method: String, _ parameters: JSONObject? = nil) {
    var message: JSONObject = ["jsonrpc": "2.0", "id": id, "method": .string(method)]
    message["params"] = parameters.map { .object($0) }
    type(JSONValue.object(message).serialized() + [10])
  }

  /// Sends one request of the stateless version.
  func modern(
    _ id: JSONValue, _ method: String, _ parameters: JSONObject = [:], meta: JSONObject = [:]
  ) {
    var parameters = parameters
    var envelope: JSONObject = [
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientCapabilities": [:],
    ]
    for (key, value) in meta { envelope[key] = value }
    parameters["_meta"] = .object(envelope)
    request(id, method, parameters)
  }

  func notify(_ method: String, _ parameters: JSONObject = [:]) {
    type(
      JSONValue.object([
        "jsonrpc": "2.0", "method": .string(method), "params": .object(parameters),
      ]).serialized() + [10])
  }

  /// Sends a request and returns its answer, with what was said before it taken away.
  func ask(_ id: JSONValue, _ method: String, _ parameters: JSONObject? = nil) throws -> JSONValue {
    request(id, method, parameters)
    return try answer(id)
  }

  func askModern(_ id: JSONValue, _ method: String, _ parameters: JSONObject = [:]) throws
    -> JSONValue
  {
    modern(id, method, parameters)
    return try answer(id)
  }

  /// The answer to a request, taken out of what was sent.
  func answer(_ id: JSONValue) throws -> JSONValue {
    let index = try #require(sent.firstIndex { $0["id"] == id }, "no answer to \(id) in \(sent)")
    return sent.remove(at: index)
  }

  /// The notifications of a method, taken out of what was sent.
  func notifications(_ method: String) -> [JSONValue] {
    let found = sent.filter { $0["method"] == .string(method) }
    sent.removeAll { $0["method"] == .string(method) }
    return found
  }

  @discardableResult
  func initialize(_ version: String = "2025-11-25") throws -> JSONValue {
    let answer = try ask(
      "init", "initialize",
      [
        "protocolVersion": .string(version), "capabilities": [:],
        "clientInfo": ["name": "test", "version": "1"],
      ])
    notify("notifications/initialized")
    return answer
  }

  // MARK: The swarm

  func send(_ message: JSONValue) { sent.append(message) }

  var introduction: MCPIntroduction {
    MCPIntroduction(name: "test", purpose: "Tests.", soul: "You test.", user: "nobody")
  }

  private func later(_ body: @escaping () -> Void) {
    if held != nil { held?.append(body) } else { body() }
  }

  /// Answers what was held.
  func release() {
    let bodies = held ?? []
    held = nil
    for body in bodies { body() }
  }

  func describe(_ then: @escaping (Result<MCPTools, SwarmError>) -> Void) {
    let result: Result<MCPTools, SwarmError> =
      failure.map { .failure($0) }
      ?? .success(
        MCPTools(
          agents.compactMap { AgentRecord(frame: $0) }, manifest: SwarmManifest(fields: [:]),
          only: nil))
    later { then(result) }
  }

  func prompt(_ then: @escaping (Result<MCPPrompt, SwarmError>) -> Void) {
    later { then(.success(MCPPrompt(text: "You test.\n\nIt is late.", problems: []))) }
  }

  func memory(_ then: @escaping (Result<String, SwarmError>) -> Void) {
    let text = memoryText
    later { then(.success(text)) }
  }

  func call(
    _ number: Int, agent: String, arguments: JSONObject, onPrint: @escaping ([UInt8]) -> Void,
    then: @escaping (Result<AgentAnswer, SwarmError>) -> Void
  ) {
    calls.append(
      Call(number: number, agent: agent, arguments: arguments, onPrint: onPrint, then: then))
  }

  func cancel(_ number: Int) { cancelled.append(number) }
}
