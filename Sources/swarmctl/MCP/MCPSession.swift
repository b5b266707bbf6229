import SwarmOps

/// What a session needs of the swarm that it stands for.
///
/// Closures are called once, on the session's thread, and never from inside the method that took
/// them.
protocol MCPSwarm: AnyObject {
  /// What the swarm says of itself, read anew where that can be.
  var introduction: MCPIntroduction { get }
  /// Finds out what the agents are.
  func describe(_ then: @escaping (Result<MCPTools, SwarmError>) -> Void)
  /// Asks for the soul, and for what the agents add to it.
  func prompt(_ then: @escaping (Result<MCPPrompt, SwarmError>) -> Void)
  /// Reads the memory.
  func memory(_ then: @escaping (Result<String, SwarmError>) -> Void)
  /// Makes a call, as it would be made by `run`.
  ///
  /// - Parameters:
  ///   - number: What the call is cancelled by.
  ///   - agent: The agent's name.
  ///   - arguments: Its arguments.
  ///   - onPrint: Called with what it prints.
  ///   - then: Called with its answer, also where it was cancelled.
  func call(
    _ number: Int, agent: String, arguments: JSONObject, onPrint: @escaping ([UInt8]) -> Void,
    then: @escaping (Result<AgentAnswer, SwarmError>) -> Void)
  /// Ends a call.
  func cancel(_ number: Int)
}

/// What a swarm says of itself.
struct MCPIntroduction {
  let name: String
  let purpose: String
  let soul: String
  /// Whose memory it is, in words.
  let user: String
}

/// The text of the prompt `soul`.
struct MCPPrompt {
  let text: String
  /// What could not be said, a sentence each.
  let problems: [(agent: String, problem: String)]
}

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
  /// Requests that read something, one after the other: however many come, one answer at a time.
  private var reads: [(number: Int, begin: () -> Void)] = []
  private var isReading = false
  private var isAdvancing = false

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
    advanceReads()
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
      read(request.number) { [swarm, weak self] in
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
      read(request.number) { [swarm, weak self] in swarm.prompt { self?.prompted($0, request) } }
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
      read(request.number) { [swarm, weak self] in swarm.memory { self?.remembered($0, request) } }
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
    hasRead()
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
    if tools?.has(name) ?? false, reads.isEmpty, !isReading { return calls.add(call) }
    // In line with what came before, so that calls keep their order.
    read(request.number) { [weak self] in self?.find(call) }
  }

  private func find(_ call: MCPCalls.Call) {
    if tools?.has(call.agent) ?? false {
      calls.add(call)
      return hasRead()
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
      hasRead()
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
    hasRead()
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
    hasRead()
  }

  // MARK: Reading in turn

  private func read(_ number: Int, _ begin: @escaping () -> Void) {
    reads.append((number, begin))
    advanceReads()
  }

  private func advanceReads() {
    if isAdvancing { return }
    isAdvancing = true
    defer { isAdvancing = false }
    while !isReading, !reads.isEmpty, !channel.isCongested {
      let (number, begin) = reads.removeFirst()
      if !connection.isPending(number) { continue }
      isReading = true
      begin()
    }
  }

  private func hasRead() {
    isReading = false
    advanceReads()
  }
}
