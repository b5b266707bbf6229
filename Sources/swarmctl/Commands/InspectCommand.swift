import SwarmOps

/// `inspect`: everything about swarms.
enum InspectCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    var report = Report()
    var documents: [JSONValue] = []
    var texts: [String] = []
    // All of them are found before anything is shown: a mistyped name shows nothing by half.
    var targets: [SwarmStore.Target] = []
    for word in context.arguments.words(.swarm) { targets.append(try context.store.open(word)) }
    for target in targets {
      let (store, swarm) = (target.store, target.swarm)
      let manifest = try store.manifest(swarm)
      let usage = try SwarmUsage(of: swarm, layout: store.layout)
      let path = store.layout.swarm(swarm)
      let seal = try SwarmSeal.of(swarm, layout: store.layout)
      let snapshots = try SwarmSnapshot.all(of: swarm, layout: store.layout)
      documents.append(json(swarm, manifest, usage, path: path, seal, snapshots))
      let catalog = AgentCatalog.remembered(of: swarm, layout: store.layout)
      texts.append(text(swarm, manifest, usage, path: path, seal, snapshots, catalog))
      report.names.append("\(swarm)")
    }
    report.json = ["swarms": .array(documents)]
    report.rows = documents
    report.text = VisibleText.lines(texts.joined(separator: "\n"))
    return report
  }

  private static func json(
    _ swarm: GUID, _ manifest: SwarmManifest, _ usage: SwarmUsage, path: String,
    _ seal: SwarmSeal?, _ snapshots: [SwarmSnapshot]
  ) -> JSONValue {
    var json = manifest.fields
    json["sealed"] = .bool(seal != nil)
    json["snapshots"] = .array(snapshots.map { .string($0.name) })
    json["swarm_guid"] = .string("\(swarm)")
    json["path"] = .string(path)
    json["users"] = .number(JSONNumber(usage.users))
    json["bytes"] = .number(JSONNumber(usage.bytes))
    json["last_use"] = usage.lastUse.map { .string(ISODate.text($0 / 1_000_000_000)) } ?? .null
    return .object(json)
  }

  private static func text(
    _ swarm: GUID, _ manifest: SwarmManifest, _ usage: SwarmUsage, path: String,
    _ seal: SwarmSeal?, _ snapshots: [SwarmSnapshot], _ catalog: AgentCatalog
  ) -> String {
    var lines = [
      "name        \(manifest.name)", "guid        \(swarm)", "purpose     \(manifest.purpose)",
      "created     \(manifest.createdAt) by \(manifest.createdBy)", "path        \(path)",
      "memory      \(HumanSize.text(usage.bytes)) of \(usage.users) "
        + (usage.users == 1 ? "user" : "users") + (usage.hasShared ? " and shared" : ""),
    ]
    if let seal { lines.append("seal        \(seal.words)") }
    if !snapshots.isEmpty {
      lines.append("snapshots   \(snapshots.count), the last \(snapshots.last?.name ?? "")")
    }
    if let sandbox = manifest.sandbox { lines += sandbox.lines }
    if let python = manifest.python { lines.append("python      \(python)") }
    let agents = agents(manifest, catalog)
    lines.append("agents      \(agents.count)")
    lines += agents.map { "  \($0.name)  \($0.file)" }
    if !manifest.soul.isEmpty { lines += ["soul", indented(manifest.soul)] }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The agents that loaded or, where that is not remembered, what the manifest says of each file.
  private static func agents(_ manifest: SwarmManifest, _ catalog: AgentCatalog)
    -> [(name: String, file: String)]
  {
    let loaded = catalog.agents.filter { $0.state == .ok }
    if !loaded.isEmpty { return loaded.map { ($0.name, $0.fileName) } }
    return (manifest.fields["agents"]?.array ?? []).map { agent in
      // Other servers list agents by file name alone.
      (agent["name"]?.string ?? "-", agent["filename"]?.string ?? agent.string ?? "")
    }
  }

  private static func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : "  " + $0 }.joined(separator: "\n")
  }
}
