/// When agents that do not load refuse a deploy.
enum LoadRule {
  /// Checks what was loaded.
  ///
  /// - Parameters:
  ///   - catalog: What the new agents are.
  ///   - origin: The path of the bundle, or where else it came from.
  ///   - isStrict: Whether each of them must load, and under a name that models take.
  ///   - allowsBroken: Whether a swarm may lose agents that load.
  ///   - before: Finds out what the agents in place are; asked only where it matters.
  /// - Throws: ``SwarmError/Code/badBundle`` or ``SwarmError/Code/agentNotLoadable``.
  static func check(
    _ catalog: AgentCatalog, from origin: String, isStrict: Bool, allowsBroken: Bool,
    before: () throws(SwarmError) -> AgentCatalog?
  ) throws(SwarmError) {
    let failed = catalog.agents.filter { $0.state != .ok }
    let unnamable = catalog.agents.filter { $0.state == .ok && !$0.isTool }
    let refused = isStrict ? failed + unnamable : failed
    if refused.isEmpty { return }
    let problems = AgentRecord.problems(of: catalog.agents) + (isStrict ? unnamable : [])
    let reasons = problems.map { agent in
      "\(agent.fileName): \(agent.state.rawValue): \(agent.message)"
        + FolderAbove.advice(for: agent, from: origin)
    }.joined(separator: "; ")
    if isStrict {
      throw SwarmError(
        .badBundle, "\(refused.count) of the agents cannot be used: \(reasons)",
        hint: .all([
          .either(["fix them", .omit(.strict, to: "deploy")]), "nothing was changed",
        ]))
    }
    if allowsBroken { return }
    let loaded = Set(catalog.agents.filter { $0.state == .ok }.map(\.name))
    let hint: Hint = .all([
      .either(["fix them", .use(.allowBroken, to: "deploy anyway")]), "nothing was changed",
    ])
    if loaded.isEmpty {
      throw SwarmError(
        .agentNotLoadable, "none of the agents can be loaded: \(reasons)", hint: hint)
    }
    let broken = Set(failed.map(\.fileName))
    let lost = try before()?.agents.filter { agent in
      agent.state == .ok && broken.contains(agent.fileName) && !loaded.contains(agent.name)
    }
    guard let lost, !lost.isEmpty else { return }
    let names = lost.map(\.name).joined(separator: ", ")
    throw SwarmError(
      .agentNotLoadable,
      "\(names) loaded before and would load no more: \(reasons)", hint: hint,
      available: lost.map(\.name))
  }
}
