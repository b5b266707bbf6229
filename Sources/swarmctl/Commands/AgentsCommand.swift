import SwarmOps

/// `agents`: what a swarm can do.
enum AgentsCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let arguments = context.arguments
    let (context, swarm) = try context.reading()
    let runner = AgentRunner(
      store: context.store, environment: context.agentEnvironment, options: context.runOptions)
    let isCheck = arguments[.check]
    let (catalog, python) = try runner.catalog(of: swarm, isFresh: isCheck)
    let agents = catalog.agents
    if arguments[.tools] { return tools(agents) }
    let failed = agents.filter { $0.state != .ok }
    var report = Report(
      json: [
        "swarm_guid": .string("\(swarm)"), "agents": .array(agents.map(\.json)),
        "python": .string(python.path), "python_version": .string(python.version),
      ],
      rows: agents.map(\.json), table: table(agents),
      names: agents.filter { $0.state == .ok }.map(\.name),
      notes: agents.isEmpty ? ["no agents in this swarm"] : [])
    if isCheck {
      report.exitStatus = failed.isEmpty ? 0 : 2
      report.notes.append(
        "\(agents.count - failed.count) of \(agents.count) agents load with "
          + "\(python.path) (\(python.version))")
    }
    report.notes += advice(agents, python, swarm: arguments[word: .swarm])
    if !failed.isEmpty, RowSelection(arguments).isNeeded {
      report.names = agents.map { $0.name.isEmpty ? $0.fileName : $0.name }
    }
    return try RowSelection(arguments).applied(to: report, list: "agents")
  }

  /// The array that the OpenAI API takes as tools; bare in every format, to be pasted as it is.
  private static func tools(_ agents: [AgentRecord]) -> Report {
    let usable = agents.filter { $0.state == .ok }
    let tools = usable.filter(\.isTool)
    let text = JSONValue.array(tools.map(\.tool)).serialized(pretty: true, sortedKeys: false)
    return Report(
      json: ["tools": .array(tools.map(\.tool))], rows: tools.map(\.tool),
      names: tools.map(\.name), text: String(decoding: text, as: UTF8.self),
      warnings: usable.filter { !$0.isTool }.map { "left out: \($0.message)" })
  }

  private static func table(_ agents: [AgentRecord]) -> Table {
    Table(
      columns: [
        .init("NAME", canShrink: true), .init("STATE"),
        .init("PARAMETERS", canShrink: true, minimumWidth: 16),
        .init("DESCRIPTION", canShrink: true, minimumWidth: 16),
        .init("FILE", canShrink: true),
      ],
      rows: agents.map { agent in
        let parameters = ArgumentSchema(parameters: agent.parameters).parameters
          .map { $0.isRequired ? $0.name : "[\($0.name)]" }.joined(separator: " ")
        return [
          agent.name.isEmpty ? "-" : agent.name, agent.state.rawValue, parameters,
          agent.state == .ok ? agent.description : agent.reason, agent.fileName,
        ]
      })
  }

  /// What to install or set, in one line each.
  private static func advice(
    _ agents: [AgentRecord], _ python: PythonInterpreter, swarm: String
  ) -> [String] {
    var notes: [String] = []
    let modules = Set(agents.compactMap(\.missingModule)).sorted()
    if !modules.isEmpty {
      notes.append(
        "missing for \(python.path): \(modules.joined(separator: ", ")). Install them there "
          + "(`swarmctl requirements \(swarm)` lists what is needed), or name an interpreter that has "
          + "them with --python (deploy --python remembers it)")
    }
    let declared = Set(agents.flatMap(\.requires)).sorted()
    if !declared.isEmpty { notes.append("declared packages: \(declared.joined(separator: ", "))") }
    let variables = Set(agents.flatMap(\.requiresEnvironment)).sorted()
    if !variables.isEmpty {
      notes.append("needed environment variables: \(variables.joined(separator: ", "))")
    }
    return notes
  }
}

extension AgentRecord {
  /// The agent as programs see it.
  var json: JSONValue {
    var json: JSONObject = [
      "name": name.isEmpty ? .null : .string(name), "filename": .string(fileName),
      "state": .string(state.rawValue), "message": .string(explainedMessage),
      "description": .string(description), "parameters": parameters ?? .null,
    ]
    if let line { json["line"] = .number(JSONNumber(line)) }
    if let missingModule { json["missing_module"] = .string(missingModule) }
    if !requires.isEmpty { json["requires"] = .array(requires.map { .string($0) }) }
    if !requiresEnvironment.isEmpty {
      json["requires_env"] = .array(requiresEnvironment.map { .string($0) })
    }
    return .object(json)
  }

  /// The agent as a tool of the OpenAI API.
  var tool: JSONValue {
    let schema: JSONValue = parameters ?? ["type": "object", "properties": [:]]
    return [
      "type": "function",
      "function": [
        "name": .string(name), "description": .string(description), "parameters": schema,
      ],
    ]
  }

  /// Why it cannot be used, in one line that begins with its state.
  var failureText: String {
    let place = line.map { " (line \($0))" } ?? ""
    return "\(state.rawValue)\(place): \(explainedMessage)"
  }

  /// The same beside its state.
  var reason: String { (line.map { "line \($0): " } ?? "") + explainedMessage }

  /// What is wrong, with what the sandbox had to do with it.
  private var explainedMessage: String {
    ([message] + refusals.map { HintWording.text($0.hint) }).joined(separator: "; ")
  }
}
