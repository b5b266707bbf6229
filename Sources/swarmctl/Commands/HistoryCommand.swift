import SwarmOps

/// `history`: the calls that were made.
enum HistoryCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let arguments = context.arguments
    let swarm = try arguments.word(.swarm).map { word throws(SwarmError) in
      // Calls of a swarm that is gone are remembered too.
      if let guid = GUID(word) { return guid }
      return try context.store.resolve(word)
    }
    let isOne = arguments[.user] != nil || arguments[.shared]
    let namespace = isOne ? try context.namespace() : nil
    let agent = arguments[.agent]
    let since = arguments[.since].map {
      (Timestamp.now().seconds - $0.components.seconds) * 1000
    }
    let onlyFailed = arguments[.failed]
    let records = try CallHistory(layout: context.store.layout).records { record in
      (swarm == nil || record.swarm == swarm) && (namespace == nil || record.namespace == namespace)
        && (agent == nil || record.agent == agent) && (since.map { record.time >= $0 } ?? true)
        && (!onlyFailed || record.status != 0)
    }
    let names = swarmNames(context)
    let stream = try ListStream(
      context.output, key: "calls",
      columns: [
        .init("WHEN"), .init("SWARM", canShrink: true), .init("USER"),
        .init("AGENT", canShrink: true), .init("VIA"), .init("EXIT", .right), .init("MS", .right),
        .init("BEFORE", .right), .init("AFTER", .right), .init("VERSION", .right),
      ])
    for record in records {
      let isRead = try stream.row(
        json: record.json, cells: cells(record, names[record.swarm]),
        name: "\(record.swarm)")
      if !isRead { return nil }
    }
    try stream.end(notes: stream.count == 0 ? ["no calls are remembered"] : [])
    return nil
  }

  private static func swarmNames(_ context: CommandContext) -> [GUID: String] {
    var names: [GUID: String] = [:]
    for swarm in context.store.rememberedSwarms { names[swarm.guid] = swarm.name }
    return names
  }

  private static func cells(_ record: CallRecord, _ name: String?) -> [String] {
    [
      ISODate.text(record.time / 1000),
      (name ?? "\(record.swarm)") + (record.snapshot.map { "@\($0)" } ?? ""),
      record.namespace.folderName, record.agent ?? "-", record.frontEnd, "\(record.status)",
      "\(record.milliseconds)", record.bytesBefore.map { HumanSize.text($0) } ?? "-",
      record.bytesAfter.map { HumanSize.text($0) } ?? "-", record.version.map { "\($0)" } ?? "-",
    ]
  }
}

extension CallRecord {
  /// The call as programs see it.
  fileprivate var json: JSONValue {
    var json: JSONObject = [
      "at": .date(time &* 1_000_000), "swarm_guid": .string("\(swarm)"),
      "user_guid": .string(namespace.folderName), "agent": agent.map { .string($0) } ?? .null,
      "front_end": .string(frontEnd), "exit": .count(Int(status)), "ms": .count(milliseconds),
      "bytes_before": .count(bytesBefore), "bytes_after": .count(bytesAfter),
      "version": .count(version),
    ]
    if let snapshot { json["snapshot"] = .string(snapshot) }
    if let sandbox { json["sandbox"] = .string(sandbox) }
    return .object(json)
  }
}
