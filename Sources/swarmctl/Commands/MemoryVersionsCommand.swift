import SwarmOps

/// `memory versions`: what a memory was before its changes.
enum MemoryVersionsCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let swarm = try context.swarm()
    let reader = MemoryReader(store: context.store, locks: context.lockOptions)
    let namespace = try context.namespaceByPrefix(reader, swarm)
    let versions = MemoryVersions(store: context.store)
    var rows: [JSONValue] = []
    var cells: [[String]] = []
    var names: [String] = []
    let now = Timestamp.now().seconds
    for version in try versions.list(swarm, namespace) {
      let document = try? versions.document(swarm, namespace, at: version.number)
      let entries = version.isNone ? 0 : document?.count
      rows.append([
        "version": .count(version.number), "replaced_at": .date(version.replacedAt),
        "by": .string(version.by), "bytes": .count(version.bytes), "entries": .count(entries),
        "path": .string(version.path),
      ])
      cells.append([
        "\(version.number)", HumanAge.text(.seconds(now - version.replacedAt / 1_000_000_000)),
        version.by, version.isNone ? "no memory" : HumanSize.text(version.bytes),
        entries.map { "\($0)" } ?? "-",
      ])
      names.append("\(version.number)")
    }
    return Report(
      json: [
        "swarm_guid": .string("\(swarm)"), "user_guid": .string(namespace.folderName),
        "versions": .array(rows),
      ],
      rows: rows,
      table: Table(
        columns: [
          .init("VERSION", .right), .init("REPLACED"), .init("BY", canShrink: true),
          .init("SIZE", .right), .init("ENTRIES", .right),
        ], rows: cells),
      names: names,
      notes: rows.isEmpty ? ["no earlier versions: nothing has changed since they are kept"] : [])
  }
}
