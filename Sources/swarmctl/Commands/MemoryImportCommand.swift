import SwarmOps

/// `memory import`: memory from a JSON document, in place of what is there or added to it.
enum MemoryImportCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let arguments = context.arguments
    let isMerge = arguments[.merge]
    // What replaces memory destroys it: no prefixes, as with `wipe`.
    let swarm = try context.store.resolve(arguments[word: .swarm], allowsPrefix: isMerge)
    let path = arguments.word(.file) ?? "-"
    let importer = MemoryImport(
      store: context.store, locks: context.lockOptions, isMerge: isMerge)
    let archive = try archive(path, importer, context)
    let changes = try importer.plan(archive, swarm)
    let isDryRun = arguments[.dryRun]
    var kept: [Namespace: String] = [:]
    if !isDryRun {
      if !isMerge { try confirm(changes, context) }
      kept = try importer.carryOut(archive, changes, swarm)
    }
    return report(changes, kept, swarm, isMerge: isMerge, isDryRun: isDryRun)
  }

  /// The document, or any JSON as the memory of the user that is named.
  private static func archive(
    _ path: String, _ importer: MemoryImport, _ context: CommandContext
  ) throws(SwarmError) -> MemoryArchive {
    let arguments = context.arguments
    let isNamed = arguments[.user] != nil || arguments[.shared]
    let namespace = try context.namespace()
    if path == "-" { Terminal.sayReading() }
    let input = path == "-" ? InputPieces.standardInput : try InputPieces(path: path)
    let archive = try importer.read(input, for: namespace)
    guard archive.isExport else {
      guard isNamed else {
        throw SwarmError(
          .usage, "the document is no memory export, so it does not say whose memory it is",
          hint: "say it with --user <guid> or --shared")
      }
      return archive
    }
    guard isNamed else { return archive }
    if let own = archive.memories.first(where: { $0.namespace == namespace }) {
      return archive.with([own])
    }
    guard archive.memories.count == 1 else {
      throw SwarmError(
        .noSuchUser,
        "the document has \(archive.memories.count) memories and none of "
          + namespace.folderName, hint: "without --user or --shared all of them are imported")
    }
    return archive.with(archive.memories.map { $0.moved(to: namespace) })
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
          + "\(HumanSize.text(change.replacedBytes ?? 0))"
          + (change.isTorn ? "; it is not JSON, so it is kept beside" : ""))
    }
    try Confirmation.check(
      context.terminal.confirm("replace \(count), \(bytes)?"), "\(count), \(bytes), by replacing it"
    )
  }

  private static func report(
    _ changes: [MemoryImport.Change], _ kept: [Namespace: String], _ swarm: GUID, isMerge: Bool,
    isDryRun: Bool
  ) -> Report {
    let rows = changes.map { $0.json(isMerge: isMerge, kept: kept[$0.namespace]) }
    let torn = changes.compactMap { change in
      kept[change.namespace].map {
        "the memory of \(change.namespace.folderName) was not JSON; what was there is kept as \($0)"
      }
    }
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
      notes: changes.isEmpty ? ["the document holds no memory"] : [],
      warnings: torn + conflicts,
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

  fileprivate func json(isMerge: Bool, kept: String?) -> JSONValue {
    var json: JSONObject = [
      "user_guid": .string(namespace.folderName), "changed": .bool(isChange),
      "replaced_bytes": .count(isMerge ? nil : replacedBytes),
    ]
    if let kept { json["kept"] = .string(kept) }
    if isMerge {
      json["added"] = .array(added.map { .string($0) })
      json["same"] = .count(same.count)
      json["conflicts"] = .array(conflicts.map { .string($0) })
    }
    return .object(json)
  }
}
