import SwarmOps

/// `deploy`: a bundle into a swarm.
enum DeployCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let arguments = context.arguments
    let path = arguments[word: .bundle]
    let source: BundleSource =
      path == "-"
      ? .bytes(try InputText.bytes("-"), name: "standard input") : .path(path)
    let bundle = try BundleReader.read(source, named: arguments[.name])
    context.warnAboutNetworkRoot()
    var options = options(context)
    options.guid = arguments[.guid]
    options.name = arguments[.name]
    options.isNew = arguments[.new]
    options.origin = source.origin
    let isDiff = arguments[.diff]
    if isDiff {
      // Only shown: whether it may be is another question.
      (options.isDryRun, options.isStrict, options.allowsBroken) = (true, false, true)
    }
    let deployment = Deployment(
      store: context.store, environment: context.agentEnvironment, options: options)
    let report = try deployment.deploy(bundle) { losses throws(SwarmError) in
      try agree(to: losses, context)
    }
    return isDiff ? Report(difference: report) : Report(report, from: source.origin)
  }

  /// What `deploy` and `rollback` have in common.
  static func options(_ context: CommandContext) -> Deployment.Options {
    let arguments = context.arguments
    var options = Deployment.Options()
    options.isStrict = arguments[.strict]
    options.allowsBroken = arguments[.allowBroken]
    options.isDryRun = arguments[.dryRun]
    options.locks = context.lockOptions
    options.onOutput = context.runOptions.onOutput
    options.temporaryFolder = context.temporaryFolder
    return options
  }

  /// Goes on where the person agrees to what a deploy takes away, or has with `--yes`.
  static func agree(to losses: DeployLosses, _ context: CommandContext) throws(SwarmError) {
    if context.arguments[.yes] {
      for sentence in losses.sentences { context.output.note(sentence) }
      return
    }
    guard context.terminal.isInteractive else { return try Deployment.refuse(losses) }
    for sentence in losses.sentences { context.output.note(sentence) }
    try Confirmation.check(
      context.terminal.confirm("deploy all the same?"), "what was named above")
  }
}

extension Report {
  /// What a deploy did; agents that do not load are warnings.
  ///
  /// - Parameters:
  ///   - report: What was done.
  ///   - origin: The path of the bundle, or where else it came from.
  init(_ report: Deployment.Report, from origin: String = "") {
    let count = report.agentCount
    let files = count == 1 ? "1 agent file" : "\(count) agent files"
    var text = "\(Self.verb(report)) swarm \(report.name) (\(report.swarm)) with \(files)"
    if report.isChanged && !report.isDryRun { text += ", deploy \(report.number)" }
    text += "\n"
    let loaded = report.agents.filter { $0.state == .ok }
    for agent in loaded {
      let variables = agent.requiresEnvironment
      let sees = variables.isEmpty ? "" : "  sees \(variables.joined(separator: ", "))"
      text += "  \(agent.name)  \(agent.fileName)\(sees)\n"
    }
    let difference = report.difference
    for file in difference.removedAgents {
      text += "  \(report.isDryRun ? "would remove" : "removed")  \(file)\n"
    }
    var json: JSONObject = [
      "swarm_guid": .string("\(report.swarm)"), "name": .string(report.name),
      "agent_count": .number(JSONNumber(count)), "created": .bool(report.isCreated),
      "dry_run": .bool(report.isDryRun), "agents": .array(report.agents.map(\.json)),
      "removed_files": .array(difference.removedAgents.map { .string($0) }),
      "deploy": .number(JSONNumber(report.number)),
    ]
    json.add(difference, isChanged: report.isChanged)
    self.init(
      json: json, names: ["\(report.swarm)"], text: VisibleText.lines(text),
      warnings: Self.warnings(report, from: origin),
      done: report.isDryRun || !report.isChanged ? nil : "swarm \(report.swarm) was deployed")
  }

  /// Agents that do not load and, where nothing is changed, what would have to be agreed to.
  private static func warnings(_ report: Deployment.Report, from origin: String) -> [String] {
    let failed = AgentRecord.problems(of: report.agents)
    let odd = report.agents.filter { $0.state == .ok && !$0.isTool }
    return failed.map {
      $0.state == .duplicateName
        ? "in \($0.fileName), left out: \($0.reason)"
        : "\($0.fileName) does not load: \($0.failureText)"
          + FolderAbove.advice(for: $0, from: origin)
    } + odd.map { "\($0.fileName): \($0.message)" }
      + (report.isDryRun ? report.losses.sentences.map { "would need --yes: " + $0 } : [])
  }

  private static func verb(_ report: Deployment.Report) -> String {
    if !report.isChanged { return "unchanged:" }
    return switch (report.isDryRun, report.isCreated) {
    case (true, true): "would create"
    case (true, false): "would update"
    case (false, true): "created"
    case (false, false): "updated"
    }
  }

  /// What a deploy would change, one line each.
  init(difference report: Deployment.Report) {
    let difference = report.difference
    let name = "swarm \(report.name) (\(report.swarm))"
    var lines = difference.addedAgents.map { "+ \($0)" }
    lines += difference.removedAgents.map { "- \($0)" }
    lines += (difference.changedAgents + difference.otherFiles).map { "~ \($0)" }
    lines += difference.fields.map { "~ \($0) (in the manifest)" }
    let heading =
      report.isCreated
      ? "\(name) would be created\n"
      : report.isChanged ? "\(name) would change\n" : "no difference: \(name)\n"
    var json: JSONObject = [
      "swarm_guid": .string("\(report.swarm)"), "name": .string(report.name),
      "created": .bool(report.isCreated), "dry_run": true,
    ]
    json.add(difference, isChanged: report.isChanged)
    self.init(
      json: json, names: report.isChanged ? ["\(report.swarm)"] : [],
      text: VisibleText.lines(heading + lines.map { "  \($0)\n" }.joined()),
      warnings: Self.warnings(report, from: ""), exitStatus: report.isChanged ? 2 : 0)
  }
}

extension JSONObject {
  fileprivate mutating func add(_ difference: DeployDifference, isChanged: Bool) {
    self["changed"] = .bool(isChanged)
    self["agents_added"] = .array(difference.addedAgents.map { .string($0) })
    self["agents_removed"] = .array(difference.removedAgents.map { .string($0) })
    self["agents_changed"] = .array(difference.changedAgents.map { .string($0) })
    self["files_changed"] = .array(difference.otherFiles.map { .string($0) })
    self["fields_changed"] = .array(difference.fields.map { .string($0) })
  }
}
