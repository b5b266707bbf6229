import SwarmOps

/// `list`: the swarms of the root.
enum ListCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let listing = try context.store.list()
    var report = Report(notes: [])
    var rows: [JSONValue] = []
    var cells: [[String]] = []
    let now = Timestamp.now().seconds
    let selection = RowSelection(context.arguments)
    let needsRows = context.output.isForPrograms || selection.looksAtRows || selection.limit != nil
    for swarm in listing.swarms {
      let usage = try? SwarmUsage(of: swarm.guid, layout: context.store.layout)
      let seal = swarm.sealStatus(context.store)
      if needsRows { rows.append(swarm.json(usage, seal)) }
      if context.output.prints(.table) { cells.append(swarm.cells(usage, seal, now: now)) }
      report.names.append("\(swarm.guid)")
      if let damage = swarm.damage { report.warnings.append("\(swarm.guid) is damaged: \(damage)") }
    }
    for folder in listing.strange {
      if selection.looksAtRows || selection.limit != nil { continue }
      rows.append([
        "swarm_guid": .null, "folder": .string(folder.name), "state": "damaged",
        "damage": .string(folder.damage),
      ])
      report.warnings.append("swarms/\(folder.name) is no swarm: \(folder.damage)")
    }
    report.json = ["swarms": .array(rows)]
    report.rows = rows
    report.table = Table(
      columns: [
        .init("NAME", canShrink: true), .init("GUID", prefix: 8), .init("AGENTS", .right),
        .init("USERS", .right), .init("MEMORY", .right), .init("LAST USE"),
      ], rows: cells)
    if listing.swarms.isEmpty && listing.strange.isEmpty {
      report.notes.append(
        "no swarms in \(context.store.layout.root) yet: `swarmctl deploy <bundle>` makes one, "
          + "`swarmctl quickstart` shows how it works")
    }
    if context.isRootNamed, !context.store.rootExists {
      report.warnings.append("the root \(context.store.layout.root) does not exist")
    }
    return try selection.applied(to: report, list: "swarms")
  }
}

extension SwarmSummary {
  /// The swarm as programs see it.
  func json(_ usage: SwarmUsage?, _ seal: String?) -> JSONValue {
    var json: JSONObject = [
      "swarm_guid": .string("\(guid)"), "name": .string(name), "purpose": .string(purpose),
      "agent_count": .number(JSONNumber(agentCount)),
      "loaded_agents": .number(JSONNumber(loadedAgents)), "created_at": .string(createdAt),
      "created_by": .string(createdBy), "state": damage == nil ? "ok" : "damaged",
      "sealed": .bool(seal != nil),
    ]
    if let seal { json["sealing_status"] = .string(seal) }
    if let damage { json["damage"] = .string(damage) }
    if let usage {
      json["users"] = .number(JSONNumber(usage.users))
      json["bytes"] = .number(JSONNumber(usage.bytes))
      json["last_use"] = usage.lastUse.map { .string(ISODate.text($0 / 1_000_000_000)) } ?? .null
    }
    return .object(json)
  }

  fileprivate func cells(_ usage: SwarmUsage?, _ seal: String?, now: Int64) -> [String] {
    let lastUse = usage?.lastUse.map {
      HumanAge.text(.seconds(now - $0 / 1_000_000_000))
    }
    return [
      damage == nil ? name : "(damaged)", "\(guid)", damage == nil ? "\(loadedAgents)" : "-",
      usage.map { "\($0.users)" } ?? "?", usage.map { HumanSize.text($0.bytes) } ?? "?",
      (lastUse ?? "never") + (seal.map { ", \($0)" } ?? ""),
    ]
  }
}
