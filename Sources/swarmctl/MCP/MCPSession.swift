import SwarmOps

/// One session: what each method of the protocol does.
final class MCPSession: MCPService {
  private let channel: any MCPChannel
  private let swarm: any MCPSwarm
  private let connection: MCPConnection
  private let log: MCPLog
  private let calls: MCPCalls
  private let subscribers: MCPSubscribers
  private let version: String
  /// The tools as they were found last; `nil` where they may be others by now.
  private var tools: MCPTools?
  private let reads: MCPReads

  /// Makes a session.
  ///
  /// - Parameters:
  ///   - channel: Where messages go.
  ///   - swarm: The swarm that it stands for.
  ///   - version: This program's version.
  ///   - passOn: Takes prints and warnings that the client does not want to have.
  ///   - now: The time.
  init(
    channel: any MCPChannel, swarm: any MCPSwarm, version: String,
    passOn: @escaping (String) -> Void = { _ in },
    now: @escaping () -> ContinuousClock.Instant = { .now }
  ) {
    (self.channel, self.swarm, self.version) = (channel, swarm, version)
    connection = MCPConnection(
      channel: channel, server: ["name": "swarmctl", "version": .string(version)])
    log = MCPLog(connection: connection, channel: channel, passOn: passOn)
    calls = MCPCalls(
      connection: connection, channel: channel, swarm: swarm, log: log, now: now)
    subscribers = MCPSubscribers(connection: connection, channel: channel)
    reads = MCPReads(connection: connection, channel: channel)
    connection.serve(self)
  }

  /// Called after a call that has changed the memory.
  var onCommit: () -> Void {
    get { calls.onCommit }
    set { calls.onCommit = newValue }
  }

  // MARK: What happens around it

  /// Takes a line of the client.
  func receive(_ line: MessageLines.Line) { connection.receive(line) }

  /// The client sends nothing more: what is under way may end, and nothing else is said.
  func inputEnded() { connection.end() }

  /// Whether an answer is still owed, those aside that only come with the end.
  var owesAnswers: Bool {
    connection.waiting.contains { $0.method != "subscriptions/listen" }
  }

  /// The swarm was deployed anew, or is gone, or came back.
  func swarmChanged() {
    tools = nil
    subscribers.listsChanged()
  }

  /// The memory was changed, here or elsewhere.
  func memoryChanged() { subscribers.memoryChanged() }

  /// Somebody has read what was sent: what waited for that goes on.
  func channelDrained() {
    subscribers.catchUp()
    reads.advance()
    calls.advance()
  }

  /// When ``report()`` is due, or `nil`.
  var nextReport: ContinuousClock.Instant? { calls.nextReport }

  /// Tells how far calls are.
  func report() { calls.report() }

  // MARK: Methods

  func begin(_ request: MCPRequest) {
    do throws(JSONRPCError) {
      if let result = try result(request) { connection.finish(request.number, .success(result)) }
    } catch {
      connection.finish(request.number, .failure(error))
    }
  }

  func cancel(_ request: MCPRequest) {
    calls.cancel(request.number)
    subscribers.cancel(request)
  }

  /// The result of a request, or `nil` where it comes later.
  private func result(_ request: MCPRequest) throws(JSONRPCError) -> JSONObject? {
    let parameters = request.parameters
    switch request.method {
    case "initialize": return try initialize(parameters)
    case "server/discover":
      return introduced([
        "supportedVersions": .array(MCPVersion.stateless.map { .string($0.rawValue) })
      ])
    case "ping": return [:]
    case "logging/setLevel":
      guard let level = parameters["level"]?.string.flatMap(MCPLogLevel.init(rawValue:)) else {
        let levels = MCPLogLevel.allCases.map(\.rawValue).joined(separator: ", ")
        throw .invalidParameters("\"level\" is none of \(levels)")
      }
      log.level = level
      return [:]
    case "tools/list":
      reads.add(request.number) { [swarm, weak self] in
        swarm.describe { self?.listed($0, request) }
      }
      return nil
    case "tools/call":
      try call(request)
      return nil
    case "prompts/list": return ["prompts": [prompt(request.version)]]
    case "prompts/get":
      guard parameters["name"] == "soul" else {
        throw .invalidParameters("there is one prompt, \"soul\"")
      }
      reads.add(request.number) { [swarm, weak self] in swarm.prompt { self?.prompted($0, request) }
      }
      return nil
    case "resources/list":
      return ["resources": [MCPMemory.resource(request.version, swarm.introduction.user)]]
    case "resources/templates/list": return ["resourceTemplates": []]
    case "resources/read":
      guard let uri = parameters["uri"]?.string else {
        throw .invalidParameters("\"uri\" is missing or no string")
      }
      guard uri == MCPMemory.uri else {
        throw JSONRPCError(
          code: request.version.noSuchResource,
          message: "there is no resource \(uri.prefix(100)); there is \(MCPMemory.uri)",
          data: ["uri": .string(String(uri.prefix(1000)))])
      }
      reads.add(request.number) { [swarm, weak self] in
        swarm.memory { self?.remembered($0, request) }
      }
      return nil
    case "resources/subscribe":
      try subscribers.subscribe(parameters, true)
      return [:]
    case "resources/unsubscribe":
      try subscribers.subscribe(parameters, false)
      return [:]
    case "subscriptions/listen":
      try subscribers.listen(request)
      return nil
    default: throw .noSuchMethod(request.method)
    }
  }

  private func initialize(_ parameters: JSONObject) throws(JSONRPCError) -> JSONObject {
    guard let asked = parameters["protocolVersion"]?.string else {
      throw .invalidParameters("\"protocolVersion\" is missing or no string")
    }
    let known = MCPVersion(rawValue: asked).flatMap { $0.isStateless ? nil : $0 }
    let version = known ?? .offered
    connection.negotiated = version
    var server: JSONObject = ["name": "swarmctl", "version": .string(self.version)]
    if version.hasTitles { server["title"] = .string(swarm.introduction.name) }
    return introduced([
      "protocolVersion": .string(version.rawValue), "serverInfo": .object(server),
    ])
  }

  /// Adds what both ways to begin have in common.
  private func introduced(_ result: JSONObject) -> JSONObject {
    var result = result
    result["capabilities"] = [
      "tools": ["listChanged": true], "prompts": ["listChanged": true],
      "resources": ["subscribe": true, "listChanged": false], "logging": [:],
    ]
    let soul = swarm.introduction.soul
    if !soul.isEmpty { result["instructions"] = .string(soul) }
    return result
  }

  private func prompt(_ version: MCPVersion) -> JSONValue {
    let introduction = swarm.introduction
    var prompt: JSONObject = [
      "name": "soul",
      "description": .string(
        introduction.purpose.isEmpty
          ? "Who the swarm \(introduction.name) is, and what it knows of \(introduction.user)."
          : introduction.purpose),
      "arguments": [],
    ]
    if version.hasTitles { prompt["title"] = .string("Soul of \(introduction.name)") }
    return .object(prompt)
  }

  // MARK: Tools

  private func listed(_ result: Result<MCPTools, SwarmError>, _ request: MCPRequest) {
    let page: Result<JSONObject, JSONRPCError>
    switch result {
    case .failure(let error): page = .failure(.failed(error))
    case .success(let tools):
      self.tools = tools
      do throws(JSONRPCError) {
        page = .success(try tools.page(request.parameters["cursor"], request.version))
      } catch {
        page = .failure(error)
      }
    }
    connection.finish(request.number, page)
    reads.finish()
  }

  private func call(_ request: MCPRequest) throws(JSONRPCError) {
    guard let name = request.parameters["name"]?.string else {
      throw .invalidParameters("\"name\" is missing or no string")
    }
    let arguments: JSONObject
    switch request.parameters["arguments"] {
    case nil, .null?: arguments = [:]
    case .object(let given)?: arguments = given
    case let other?:
      throw .invalidParameters("\"arguments\" is \(other.typeName), not an object")
    }
    let call = MCPCalls.Call(request: request, agent: name, arguments: arguments)
    if tools?.has(name) ?? false, reads.isIdle { return calls.add(call) }
    // In line with what came before, so that calls keep their order.
    reads.add(request.number) { [weak self] in self?.find(call) }
  }

  private func find(_ call: MCPCalls.Call) {
    if tools?.has(call.agent) ?? false {
      calls.add(call)
      return reads.finish()
    }
    swarm.describe { [weak self] result in
      guard let self else { return }
      let number = call.request.number
      switch result {
      case .failure(let error):
        connection.finish(number, .success(MCPAnswer.result(error)))
      case .success(let tools):
        self.tools = tools
        if !tools.has(call.agent) {
          connection.finish(number, .failure(MCPTools.noSuchTool(call.agent)))
        } else if connection.isPending(number) {
          calls.add(call)
        }
      }
      reads.finish()
    }
  }

  // MARK: Prompt and memory

  private func prompted(_ result: Result<MCPPrompt, SwarmError>, _ request: MCPRequest) {
    switch result {
    case .failure(let error): connection.finish(request.number, .failure(.failed(error)))
    case .success(let prompt):
      for (agent, problem) in prompt.problems {
        log.say(.warning, problem, by: agent, for: request)
      }
      let messages: [JSONValue] =
        prompt.text.isEmpty
        ? [] : [["role": "user", "content": ["type": "text", "text": .string(prompt.text)]]]
      connection.finish(
        request.number,
        .success([
          "description": .string("The soul of \(swarm.introduction.name)"),
          "messages": .array(messages),
        ]))
    }
    reads.finish()
  }

  private func remembered(_ result: Result<String, SwarmError>, _ request: MCPRequest) {
    switch result {
    case .failure(let error): connection.finish(request.number, .failure(.failed(error)))
    case .success(let text):
      connection.finish(
        request.number,
        .success([
          "contents": [
            [
              "uri": .string(MCPMemory.uri), "mimeType": "application/json",
              "text": .string(text),
            ]
          ]
        ]))
    }
    reads.finish()
  }
}
