import SwarmOps

/// `memory import`: memory from a JSON document, in place of what is there or added to it.
enum MemoryImportCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let arguments = context.arguments
    let isMerge = arguments[.merge]
    // What replaces memory destroys it: no prefixes, as with `wipe`.
    let swarm = try context.store.resolve(arguments.positionals[0], allowsPrefix: isMerge)
    let path = arguments.positionals.count > 1 ? arguments.positionals[1] : "-"
    let archive = try archive(try InputText.bytes(path), context)
    let importer = MemoryImport(
      store: context.store, locks: context.lockOptions, isMerge: isMerge)
    let changes = try importer.plan(archive, swarm)
    let isDryRun = arguments[.dryRun]
    if !isDryRun {
      if !isMerge { try confirm(changes, context) }
      try importer.carryOut(archive, changes, swarm)
    }
    return report(changes, swarm, isMerge: isMerge, isDryRun: isDryRun)
  }

  /// The document, or any JSON as the memory of the user that is named.
  private static func archive(_ bytes: [UInt8], _ context: CommandContext)
    throws(SwarmError) -> MemoryArchive
  {
    let arguments = context.arguments
    let isNamed = arguments[.user] != nil || arguments[.shared]
    let namespace = try context.namespace()
    guard MemoryArchive.isArchive(bytes) else {
      let archive = try MemoryArchive(memoryFile: bytes, of: namespace)
      guard isNamed else {
        throw SwarmError(
          .usage, "the document is no memory export, so it does not say whose memory it is",
          hint: "say it with --user <guid> or --shared")
      }
      return archive
    }
    let archive = try MemoryArchive(document: bytes)
    guard isNamed else { return archive }
    if let own = archive.memories.first(where: { $0.namespace == namespace }) {
      return MemoryArchive(memories: [own])
    }
    guard archive.memories.count == 1 else {
      throw SwarmError(
        .noSuchUser,
        "the document has \(archive.memories.count) memories and none of "
          + namespace.folderName, hint: "without --user or --shared all of them are imported")
    }
    return MemoryArchive(memories: archive.memories.map { $0.moved(to: namespace) })
  }

  private static func confirm(_ changes: [MemoryImport.Change], _ context: CommandContext)
    throws(SwarmError)
  {
    let replaced = changes.filter { $0.isChange && $0.replacedBytes != nil }
    if replaced.isEmpty || context.arguments[.yes] { return }
    let bytes = HumanSize.text(replaced.reduce(0) { $0 + ($1.replacedBytes ?? 0) })
    let count = replaced.count == 1 ? "1 memory" : "\(replaced.count) memories"
    for change in replaced {
      context.output.note(
        "this replaces \(change.namespace.folderName), "
          + "\(HumanSize.text(change.replacedBytes ?? 0))")
    }
    try Confirmation.check(
      context.terminal.confirm("replace \(count), \(bytes)?"), "\(count), \(bytes), by replacing it"
    )
  }

  private static func report(
    _ changes: [MemoryImport.Change], _ swarm: GUID, isMerge: Bool, isDryRun: Bool
  ) -> Report {
    let rows = changes.map { $0.json(isMerge: isMerge) }
    let conflicts = changes.flatMap { change in
      change.conflicts.map { "\(change.namespace.folderName): \($0) differs; what was there stays" }
    }
    var text = ""
    for change in changes {
      text += (isDryRun ? "would have " : "") + change.words(isMerge: isMerge) + "\n"
    }
    return Report(
      json: [
        "swarm_guid": .string("\(swarm)"), "dry_run": .bool(isDryRun), "imported": .array(rows),
      ],
      rows: rows, names: changes.map(\.namespace.folderName), text: VisibleText.lines(text),
      notes: changes.isEmpty ? ["the document holds no memory"] : [], warnings: conflicts,
      exitStatus: conflicts.isEmpty ? 0 : 2,
      done: isDryRun || rows.isEmpty ? nil : "the memory was imported")
  }
}

extension MemoryImport.Change {
  fileprivate func words(isMerge: Bool) -> String {
    let name = namespace.folderName
    if isMerge {
      return "merged into \(name): \(added.count) added, \(same.count) the same, "
        + "\(conflicts.count) in conflict"
    }
    if !isChange { return "left \(name) as it was: the same bytes" }
    return replacedBytes == nil ? "imported \(name)" : "replaced \(name)"
  }

  fileprivate func json(isMerge: Bool) -> JSONValue {
    var json: JSONObject = [
      "user_guid": .string(namespace.folderName), "changed": .bool(isChange),
      "replaced_bytes": .count(isMerge ? nil : replacedBytes),
    ]
    if isMerge {
      json["added"] = .array(added.map { .string($0) })
      json["same"] = .count(same.count)
      json["conflicts"] = .array(conflicts.map { .string($0) })
    }
    return .object(json)
  }
}
