import SwarmOps

/// `deploy`: a bundle into a swarm.
enum DeployCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let arguments = context.arguments
    let path = arguments.positionals[0]
    let name = arguments.text("name")
    let bundle =
      path == "-"
      ? try BundleReader.read(.bytes(try InputText.bytes("-"), name: "standard input"), named: name)
      : try BundleReader.read(.path(path), named: name)
    context.warnAboutNetworkRoot()
    let deployment = Deployment(
      store: context.store, environment: context.agentEnvironment,
      options: try options(context))
    return Report(try deployment.deploy(bundle))
  }

  private static func options(_ context: CommandContext) throws(SwarmError) -> Deployment.Options {
    let arguments = context.arguments
    var options = Deployment.Options()
    options.guid = arguments.text("guid").flatMap { GUID($0) }
    options.name = arguments.text("name")
    options.isNew = arguments.flag("new")
    options.isStrict = arguments.flag("strict")
    options.isDryRun = arguments.flag("dry-run")
    options.locks = context.lockOptions
    options.onOutput = context.runOptions.onOutput
    options.temporaryFolder = context.temporaryFolder
    return options
  }
}

extension Report {
  /// What a deploy did; agents that do not load are warnings.
  init(_ report: Deployment.Report) {
    let failed = report.agents.filter { $0.state != .ok }
    let verb =
      report.isDryRun
      ? (report.isCreated ? "would create" : "would update")
      : (report.isCreated ? "created" : "updated")
    let count = report.agentCount
    var text = "\(verb) swarm \(report.name) (\(report.swarm)) with \(count) agent"
    text += count == 1 ? " file\n" : " files\n"
    let loaded = report.agents.filter { $0.state == .ok }
    for agent in loaded { text += "  \(agent.name)  \(agent.fileName)\n" }
    for file in report.removedFiles {
      text += "  \(report.isDryRun ? "would remove" : "removed")  \(file)\n"
    }
    self.init(
      json: [
        "swarm_guid": .string("\(report.swarm)"), "name": .string(report.name),
        "agent_count": .number(JSONNumber(count)), "created": .bool(report.isCreated),
        "dry_run": .bool(report.isDryRun), "agents": .array(report.agents.map(\.json)),
        "removed_files": .array(report.removedFiles.map { .string($0) }),
      ],
      names: ["\(report.swarm)"], text: VisibleText.lines(text),
      warnings: failed.map { "\($0.fileName) does not load: \($0.failureText)" },
      done: report.isDryRun ? nil : "swarm \(report.swarm) was deployed")
  }
}
