import SwarmOps

/// `quickstart`: the starter swarm at work for two users.
enum QuickstartCommand {
  private static let alice = "a11ce000-0000-4000-8000-000000000001"
  private static let bob = "b0b00000-0000-4000-8000-000000000002"

  /// The calls in order: whose, which agent, with which words.
  private static let calls: [(user: String, agent: String, words: [String])] = [
    (alice, "SaveMemory", ["memory_type=preference", "content=prefers short answers"]),
    (bob, "SaveMemory", ["memory_type=fact", "content=keeps bees"]),
    (alice, "RecallMemory", []),
    (bob, "RecallMemory", []),
  ]

  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let output = context.output
    var options = Deployment.Options()
    options.locks = context.lockOptions
    options.origin = "the built-in starter swarm"
    let report = try Deployment(
      store: context.store, environment: context.agentEnvironment, options: options
    ).deploy(StarterSwarm.bundle())
    let deployed = Report(report)
    try say(output, comment: "the built-in starter swarm", deployed.text ?? "")

    let runner = AgentRunner(
      store: context.store, environment: context.agentEnvironment, options: context.runOptions)
    var steps: [JSONValue] = []
    for call in calls {
      let line = commandLine(call, root: context.arguments.global.root, swarm: report.name)
      let answer = try runner.run(
        AgentCall(
          swarm: report.swarm, agent: call.agent, words: call.words,
          namespace: try Namespace(user: call.user), strictness: .usual))
      try say(output, command: line, answer.humanText)
      var step = answer.envelope
      step["command"] = .string(line)
      step["user_guid"] = .string(call.user)
      steps.append(.object(step))
    }
    return Report(
      json: [
        "swarm_guid": .string("\(report.swarm)"), "name": .string(report.name),
        "steps": .array(steps),
      ],
      names: ["\(report.swarm)"],
      text: "# Neither user saw the other's memory. Next: swarmctl list, swarmctl users "
        + "\(report.name), swarmctl help")
  }

  private static func say(_ output: Output, comment: String, _ result: String) throws(SwarmError) {
    if !output.prints(.table) { return }
    try output.writeRaw(Array("# \(comment)\n\(result)\n".utf8))
  }

  private static func say(_ output: Output, command: String, _ result: String) throws(SwarmError) {
    if !output.prints(.table) { return }
    try output.writeRaw(Array("$ \(command)\n\(VisibleText.lines(result))\n\n".utf8))
  }

  private static func commandLine(
    _ call: (user: String, agent: String, words: [String]), root: String?, swarm: String
  ) -> String {
    var words = ["swarmctl", "run", swarm, call.agent]
    words += call.words.map { word in
      guard word.contains(" "), let sign = word.firstIndex(of: "=") else { return word }
      return "\(word[...sign])\"\(word[word.index(after: sign)...])\""
    }
    words += ["--user", call.user]
    if let root { words += ["--root", root] }
    return words.joined(separator: " ")
  }
}
