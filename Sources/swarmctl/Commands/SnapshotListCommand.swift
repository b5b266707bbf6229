import SwarmOps

/// `snapshot list`: the snapshots of a swarm.
enum SnapshotListCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let swarm = try context.swarm()
    let snapshots = try SwarmSnapshot.all(of: swarm, layout: context.store.layout)
    var report = Report(json: ["swarm_guid": .string("\(swarm)")])
    var rows: [JSONValue] = []
    var cells: [[String]] = []
    for snapshot in snapshots {
      let usage = (try? context.store.seeing(snapshot)).flatMap {
        try? SwarmUsage(of: swarm, layout: $0.layout)
      }
      var json = snapshot.json
      json["users"] = .count(usage?.users)
      json["bytes"] = .count(usage?.bytes)
      rows.append(.object(json))
      cells.append([
        snapshot.name, snapshot.damage == nil ? snapshot.label : "(damaged)",
        snapshot.takenAt.isEmpty ? "-" : snapshot.takenAt, usage.map { "\($0.users)" } ?? "-",
        usage.map { HumanSize.text($0.bytes) } ?? "-",
      ])
      if let damage = snapshot.damage {
        report.warnings.append("snapshot \(snapshot.name) is damaged: \(damage)")
      }
    }
    report.json["snapshots"] = .array(rows)
    report.rows = rows
    report.names = snapshots.map(\.name)
    report.table = Table(
      columns: [
        .init("SNAPSHOT"), .init("LABEL", canShrink: true), .init("MADE", canShrink: true),
        .init("USERS", .right), .init("MEMORY", .right),
      ], rows: cells)
    if snapshots.isEmpty {
      report.notes = ["no snapshots yet: `swarmctl snapshot create \(swarm)` makes one"]
    }
    return report
  }
}
