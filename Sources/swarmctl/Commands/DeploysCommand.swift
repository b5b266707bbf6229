import SwarmOps

/// `deploys`: the deploys of a swarm that are kept.
enum DeploysCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let swarm = try context.swarm()
    let deploys = try DeployHistory(store: context.store, locks: context.lockOptions)
      .deploys(of: swarm)
    let rows = deploys.map(\.json)
    return Report(
      json: ["swarm_guid": .string("\(swarm)"), "deploys": .array(rows)], rows: rows,
      table: Table(
        columns: [
          .init("DEPLOY", .right), .init("TIME"), .init("AGENTS", .right),
          .init("NAME", canShrink: true), .init("FROM", canShrink: true),
        ], rows: deploys.map(\.cells)),
      names: deploys.map { "\($0.number)" },
      warnings: deploys.compactMap { deploy in
        deploy.damage.map { "deploy \(deploy.number) is damaged: \($0)" }
      })
  }
}

/// `rollback`: an earlier deploy once more.
enum RollbackCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let arguments = context.arguments
    let swarm = try context.store.resolve(arguments[word: .swarm], allowsPrefix: false)
    let number = arguments[.to]
    let (deploy, bundle) = try DeployHistory(store: context.store, locks: context.lockOptions)
      .bundle(of: swarm, number: number)
    var options = DeployCommand.options(context)
    options.guid = swarm
    // The swarm is called what it is called now: whoever renamed it would not find it any more.
    options.name = (try? context.store.manifest(swarm))?.name
    options.origin = deploy.origin
    let deployment = Deployment(
      store: context.store, environment: context.agentEnvironment, options: options)
    let report = try deployment.deploy(bundle, restoring: deploy.number) {
      losses throws(SwarmError) in
      try DeployCommand.agree(to: losses, context)
    }
    var answer = Report(report)
    answer.json["restored"] = .number(JSONNumber(deploy.number))
    if let text = answer.text {
      answer.text = text + "  the agents and the manifest are those of deploy \(deploy.number)\n"
    }
    return answer
  }
}

extension DeployHistory.Deploy {
  fileprivate var json: JSONValue {
    var json: JSONObject = [
      "deploy": .number(JSONNumber(number)), "current": .bool(isCurrent),
      "time": time.isEmpty ? .null : .string(time), "name": .string(name),
      "agent_count": .number(JSONNumber(agentCount)),
      "origin": origin.isEmpty ? .null : .string(origin),
      "restored": restored.map { .number(JSONNumber($0)) } ?? .null,
      "state": damage == nil ? "ok" : "damaged",
    ]
    if let damage { json["damage"] = .string(damage) }
    return .object(json)
  }

  fileprivate var cells: [String] {
    let source = restored.map { "deploy \($0)" } ?? (origin.isEmpty ? "-" : origin)
    return [
      isCurrent ? "\(number) *" : "\(number)  ", time.isEmpty ? "-" : time,
      damage == nil ? "\(agentCount)" : "-", damage == nil ? name : "(damaged)", source,
    ]
  }
}
