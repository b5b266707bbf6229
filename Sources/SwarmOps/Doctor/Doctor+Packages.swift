/// Packages that agents lacked when they were loaded last.
extension Doctor {
  /// Reports them from what is remembered: nothing is loaded for a diagnosis.
  mutating func examinePackages(_ swarm: GUID, _ manifest: SwarmManifest) {
    let agents = AgentCatalog.remembered(of: swarm, layout: layout).agents
    let modules = Set(agents.compactMap(\.missingModule)).sorted()
    if modules.isEmpty { return }
    let files = Set(agents.filter { $0.missingModule != nil }.map(\.fileName)).count
    find(
      .missingPackage, .warning,
      "\(files == 1 ? "1 agent" : "\(files) agents") of swarm \(manifest.name) did not load for want "
        + "of \(modules.joined(separator: ", "))",
      path: nil,
      advice: .all([
        .either(["install it there", .use(.python, to: "deploy for an interpreter that has it")]),
        .run(.requirements(manifest.name), "lists what the agents need"),
      ]))
  }
}
