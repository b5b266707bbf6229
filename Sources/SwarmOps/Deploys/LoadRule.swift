/// When agents that do not load refuse a deploy (spec section 3).
enum LoadRule {
  /// Checks what was loaded.
  ///
  /// - Parameters:
  ///   - catalog: What the new agents are.
  ///   - isStrict: Whether each of them must load.
  ///   - allowsBroken: Whether a swarm may lose agents that load.
  ///   - before: Finds out what the agents in place are; asked only where it matters.
  /// - Throws: ``SwarmError/Code/badBundle`` or ``SwarmError/Code/agentNotLoadable``.
  static func check(
    _ catalog: AgentCatalog, isStrict: Bool, allowsBroken: Bool,
    before: () throws(SwarmError) -> AgentCatalog?
  ) throws(SwarmError) {
    let failed = catalog.agents.filter { $0.state != .ok }
    if failed.isEmpty { return }
    let reasons = failed.map { "\($0.fileName): \($0.state.rawValue): \($0.message)" }
      .joined(separator: "; ")
    if isStrict {
      throw SwarmError(
        .badBundle, "\(failed.count) of the agents cannot be loaded: \(reasons)",
        hint: .all([
          .either(["mend them", .omit(.strict, to: "deploy")]), "nothing was changed",
        ]))
    }
    if allowsBroken { return }
    let loaded = Set(catalog.agents.filter { $0.state == .ok }.map(\.name))
    let hint: Hint = .all([
      .either(["mend them", .use(.allowBroken, to: "insist")]), "nothing was changed",
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
