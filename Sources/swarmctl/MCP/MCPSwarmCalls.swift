import SwarmOps

/// The swarm of a session: calls go to the engine, and what blocks is done on its other threads.
final class MCPSwarmCalls: MCPSwarm {
  private let context: CommandContext
  private let engine: CallEngine
  private let swarm: GUID
  private let namespace: Namespace
  private let only: Set<String>?
  private var calls: [Int: CallEngine.CallID] = [:]
  private var lastIntroduction: MCPIntroduction
  private var warned: Set<String> = []

  /// Opens a swarm.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - namespace: Whose memory its agents work on.
  ///   - only: The agents to show, or `nil` for all.
  ///   - context: The command line and the store.
  ///   - engine: What makes the calls.
  /// - Throws: What reading the manifest can end with.
  init(
    _ swarm: GUID, _ namespace: Namespace, only: Set<String>?, context: CommandContext,
    engine: CallEngine
  ) throws(SwarmError) {
    (self.swarm, self.namespace, self.only) = (swarm, namespace, only)
    (self.context, self.engine) = (context, engine)
    lastIntroduction = Self.introduction(try context.store.manifest(swarm), namespace)
  }

  var introduction: MCPIntroduction {
    if let manifest = try? context.store.manifest(swarm) {
      lastIntroduction = Self.introduction(manifest, namespace)
    }
    return lastIntroduction
  }

  private static func introduction(_ manifest: SwarmManifest, _ namespace: Namespace)
    -> MCPIntroduction
  {
    MCPIntroduction(
      name: manifest.name, purpose: manifest.purpose, soul: manifest.soul,
      user: namespace.user.map { "user \($0)" } ?? "everybody who is not named")
  }

  func describe(_ then: @escaping (Result<MCPTools, SwarmError>) -> Void) {
    let (store, swarm, only) = (context.store, swarm, only)
    let runner = AgentRunner(
      store: store, environment: context.agentEnvironment, options: readOptions)
    engine.perform { () throws(SwarmError) in
      let manifest = try store.manifest(swarm)
      let agents = try runner.catalog(of: swarm).catalog.agents
      return MCPTools(agents, manifest: manifest, only: only)
    } then: { [weak self] result in
      if case .success(let tools) = result { self?.warn(tools.leftOut) }
      then(result)
    }
  }

  /// Says once of each agent that no model can call it.
  private func warn(_ names: [String]) {
    for name in names where warned.insert(name).inserted {
      context.output.mention(
        "warning: agent \"\(name)\" is no tool: models accept names of letters, digits, _ and -, at most 64"
      )
    }
  }

  func prompt(_ then: @escaping (Result<MCPPrompt, SwarmError>) -> Void) {
    let (store, swarm, namespace) = (context.store, swarm, namespace)
    let reader = ContextReader(
      store: store, environment: context.agentEnvironment, options: readOptions)
    engine.perform { () throws(SwarmError) in
      let soul = try store.manifest(swarm).soul
      let pieces = try reader.read(swarm, namespace)
      return MCPPrompt(
        text: ([soul] + pieces.compactMap(\.text))
          .map(Self.withoutLastNewlines)
          .filter { !$0.isEmpty }.joined(separator: "\n\n"),
        problems: pieces.compactMap { piece in
          piece.problem.map { (piece.agent, "could not say its context: \($0)") }
        })
    } then: {
      then($0)
    }
  }

  private static func withoutLastNewlines(_ text: String) -> String {
    var text = text
    while text.last?.isNewline ?? false { text.removeLast() }
    return text
  }

  func memory(_ then: @escaping (Result<String, SwarmError>) -> Void) {
    let (store, swarm, namespace) = (context.store, swarm, namespace)
    let reader = MemoryReader(store: store, locks: readOptions.locks)
    engine.perform { () throws(SwarmError) in
      _ = try store.manifest(swarm)
      guard let document = try reader.read(swarm, namespace) else { return "{}" }
      if let error = document.syntaxError { throw error }
      return String(decoding: document.bytes, as: UTF8.self)
    } then: {
      then($0)
    }
  }

  /// Nobody sees here what agents print while they are loaded or asked for their context.
  private var readOptions: AgentRunner.Options {
    var options = context.runOptions
    options.outputDescriptor = nil
    options.onOutput = { _ in }
    // Warm processes may have been adopted meanwhile.
    options.endsAdoptedChildren = false
    return options
  }

  func call(
    _ number: Int, agent: String, arguments: JSONObject, onPrint: @escaping ([UInt8]) -> Void,
    then: @escaping (Result<AgentAnswer, SwarmError>) -> Void
  ) {
    let call = AgentCall(
      swarm: swarm, agent: agent, arguments: arguments, namespace: namespace)
    calls[number] = engine.submit(call, onPrint: onPrint) { [weak self] result in
      self?.calls[number] = nil
      then(result)
    }
  }

  func cancel(_ number: Int) {
    if let call = calls[number] { engine.cancel(call) }
  }
}
