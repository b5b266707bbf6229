import SwarmOps

/// `report`: the whole root at a glance, as a page or in a few lines.
enum ReportCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let arguments = context.arguments
    let file = arguments[.html]
    if let file { try Confirmation.ofReplacing(file, context) }
    let overview = try Overview(context, showsContent: arguments[.withContent])
    let bytes = overview.memories.reduce(0) { $0 + $1.bytes }
    let users = Set(overview.memories.compactMap(\.namespace.user)).count
    var json: JSONObject = [
      "root": .string(overview.root), "swarms": .count(overview.swarms.count),
      "users": .count(users), "memories": .count(overview.memories.count), "bytes": .count(bytes),
      "findings": .array(overview.findings.map(\.json)),
      "path": file.map { .string($0) } ?? .null,
    ]
    if let history = overview.history {
      json["calls"] = .count(history.days.reduce(0) { $0 + $1.done + $1.failed })
      json["failed_calls"] = .count(history.days.reduce(0) { $0 + $1.failed })
    }
    var text =
      "\(counted(overview.swarms.count, "swarm")), \(counted(users, "user")), "
      + "\(HumanSize.text(bytes)) of memory, \(counted(overview.findings.count, "finding"))\n"
    if let file {
      let page = Array(OverviewPage(overview: overview).html.utf8)
      if file == "-" {
        try context.output.writeRaw(page)
        for warning in overview.warnings { context.output.warn(warning) }
        return nil
      }
      try OutputFile.replace(file, page)
      text += "wrote \(VisibleText.line(file))\n"
    }
    return Report(
      json: json, names: file.map { [$0] } ?? overview.swarms.map { "\($0.guid)" }, text: text,
      notes: file == nil ? ["`swarmctl report --html report.html` makes a page of it"] : [],
      warnings: overview.warnings)
  }

  private static func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }
}
