import SwarmOps

/// `mcp`: a swarm as a server of the Model Context Protocol, for one user.
enum MCPCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let (context, swarm) = try context.reading()
    let namespace = try context.namespace()
    let manifest = try context.store.manifest(swarm)
    let only = try agents(context, swarm, manifest)
    if let client = context.arguments[.printConfig] {
      return try configuration(client, context, swarm, namespace, manifest)
    }
    context.warnAboutNetworkRoot()
    let input = SharedDescriptor(0)
    let output = context.output
    if input.isTerminal {
      output.note(
        "serving \(manifest.name) on standard input and output, for a chat program to talk to; "
          + "--print-config <client> prints what to tell it, Ctrl-D ends")
    }
    var options = context.engineOptions
    options.jobs = 1
    // Each call's prints become messages; nobody looks at what is printed besides.
    (options.outputDescriptor, options.onPrint) = (nil, { _ in })
    let engine = try CallEngine(
      store: context.store, environment: context.agentEnvironment, options: options)
    let calls = try MCPSwarmCalls(
      swarm, namespace, only: only, context: context, engine: engine)
    try MCPServer(
      engine: engine, cancellation: context.cancellation, swarm: calls,
      watch: SwarmWatch(swarm, namespace, layout: context.store.layout), input: input,
      output: SharedDescriptor(1)
    ) { text in
      output.mention(text)
    }.run()
    return nil
  }

  /// The agents to show, each of which must be there.
  private static func agents(
    _ context: CommandContext, _ swarm: GUID, _ manifest: SwarmManifest
  ) throws(SwarmError) -> Set<String>? {
    let words = context.arguments[.agents].joined(separator: ",")
    let names = words.split(separator: ",").map { String($0.drop { $0 == " " }) }
    guard !names.isEmpty else {
      if !context.arguments[.agents].isEmpty {
        throw SwarmError(
          .usage, "--agents names no agent", hint: "--agents SaveMemory,RecallMemory")
      }
      return nil
    }
    let runner = AgentRunner(
      store: context.store, environment: context.agentEnvironment, options: context.runOptions)
    let catalog = try runner.catalog(of: swarm).catalog
    var only: Set<String> = []
    for name in names { only.insert(try catalog.agent(name, swarm: manifest.name).name) }
    return only
  }

  private static func configuration(
    _ client: MCPClientConfiguration.Client, _ context: CommandContext, _ swarm: GUID,
    _ namespace: Namespace, _ manifest: SwarmManifest
  ) throws(SwarmError) -> Report {
    guard let program = ProgramPath.current else {
      throw SwarmError(.setup, "the system does not say where this program is")
    }
    let arguments = context.arguments
    let snapshot = context.snapshot.map { "@\($0.name)" } ?? ""
    var words = ["mcp", "\(swarm)\(snapshot)", "--root", context.store.layout.root]
    words += namespace.user.map { ["--user", "\($0)"] } ?? ["--shared"]
    for option in arguments.command.options
    where !["user", "shared", "print-config"].contains(option.name) {
      // Clients pass on next to nothing of their environment, so what it says becomes a word.
      guard let given = arguments.given(option) else { continue }
      if option.value == nil {
        words.append("--" + option.name)
      } else {
        for text in given {
          words += ["--" + option.name, absolute(text, option)]
        }
      }
    }
    let configuration = MCPClientConfiguration(
      swarm: manifest.name, command: program, arguments: words)
    let text = configuration.text(for: client)
    return Report(
      json: [
        "client": .string(client.rawValue), "place": .string(client.place),
        "config": configuration.json(for: client) ?? .string(text), "text": .string(text),
      ],
      names: [configuration.name], text: text, notes: ["paste it into \(client.place)"])
  }

  /// A path as it is from anywhere; other values, and programs to be searched for, as they are.
  private static func absolute(_ text: String, _ option: OptionSpec) -> String {
    guard option.value?.kind == .file else { return text }
    return option.name == "python"
      ? WorkingFolder.absolute(text) : WorkingFolder.absoluteFolder(text)
  }
}
