import SwarmOps

/// `memory wipe`: deletes memory in one swarm, after saying exactly what.
enum MemoryWipeCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    do throws(SwarmError) {
      return try wipe(context)
    } catch {
      let isMissing = [.noSuchSwarm, .noSuchUser, .noSuchEntry].contains(error.code)
      guard isMissing, context.arguments[.ignoreNotFound] else { throw error }
      return Report(
        json: [
          "swarm_guid": .null, "dry_run": .bool(context.arguments[.dryRun]), "wiped": [],
          "bytes": 0,
        ], rows: [], text: "nothing to wipe: \(VisibleText.line(error.message))")
    }
  }

  private static func wipe(_ context: CommandContext) throws(SwarmError) -> Report {
    let arguments = context.arguments
    let swarm = try context.store.resolve(arguments[word: .swarm], allowsPrefix: false)
    let isAll = arguments[.allUsers]
    if !isAll, !arguments[.shared], arguments[.user] == nil,
      context.environment["SWARMCTL_USER"]?.isEmpty == false
    {
      throw SwarmError(
        .usage, "SWARMCTL_USER does not say whose memory is wiped",
        hint: .either([.use(.user, to: "say whose"), .use(.shared, to: "mean anonymous calls")]))
    }
    let wipe = MemoryWipe(store: context.store, locks: context.lockOptions)
    let plan = try wipe.plan(
      swarm, isAll ? .all : .one(try context.namespace()), part(arguments))
    let isDryRun = arguments[.dryRun]
    if !isDryRun, !plan.targets.isEmpty {
      try confirm(plan, context)
      try wipe.carryOut(plan)
    }
    return report(plan, isDryRun: isDryRun)
  }

  private static func part(_ arguments: ParsedArguments) -> MemoryWipe.Part {
    if let age = arguments[.olderThan] {
      return .olderThan(Timestamp.now().seconds - age.components.seconds)
    }
    let ids = arguments[.entryIDs]
    return ids.isEmpty ? .everything : .entries(ids)
  }

  private static func confirm(_ plan: MemoryWipe.Plan, _ context: CommandContext)
    throws(SwarmError)
  {
    var word: String?
    if plan.scope == .all {
      word = (try? context.store.manifest(plan.swarm))?.name ?? "\(plan.swarm)"
    }
    try Confirmation.ofDeleting(
      plan.targets.map(\.lines) + plan.staying.map { "  stays: \($0)" }, total: plan.total,
      typing: word, context)
  }

  private static func report(_ plan: MemoryWipe.Plan, isDryRun: Bool) -> Report {
    let rows = plan.targets.map(\.json)
    let bytes = plan.targets.reduce(0) { $0 + $1.bytes }
    var text = "\(isDryRun ? "would wipe" : "wiped") \(plan.total)\n"
    if plan.targets.isEmpty { text = "nothing to wipe\n" }
    for target in plan.targets { text += target.lines + "\n" }
    var warnings = plan.staying.map { "not wiped: \($0)" }
    if plan.part != .everything {
      warnings += plan.targets.flatMap(\.kept).map {
        "what a run could not commit may hold the same entries: \($0)"
      }
    }
    return Report(
      json: [
        "swarm_guid": .string("\(plan.swarm)"), "dry_run": .bool(isDryRun), "wiped": .array(rows),
        "bytes": .count(bytes),
      ],
      rows: rows, names: plan.targets.map(\.namespace.folderName), text: VisibleText.lines(text),
      warnings: warnings, done: isDryRun || rows.isEmpty ? nil : "the memory was wiped")
  }
}

extension MemoryWipe.Plan {
  /// Everything in a few words.
  var total: String {
    let bytes = HumanSize.text(targets.reduce(0) { $0 + $1.bytes })
    let memories = Set(targets.map(\.namespace)).count
    let place = memories == 1 ? "1 memory" : "\(memories) memories"
    if part == .everything { return "\(place), \(bytes)" }
    let entries = targets.reduce(0) { $0 + ($1.entries ?? 0) }
    return "\(entries) \(entries == 1 ? "entry" : "entries") of \(place), \(bytes)"
  }
}

extension MemoryWipe.Target {
  /// The exact list, for people: one line, and one for each entry or folder of copies.
  var lines: String {
    var line = "  \(namespace.folderName)"
    line += entries.map { ", \($0) \($0 == 1 ? "entry" : "entries")" } ?? ""
    if files > 0 { line += ", \(files) \(files == 1 ? "file" : "files")" }
    line += ", \(HumanSize.text(bytes))"
    if let oddity { line += " (\(path): \(oddity))" }
    var lines = [line] + entryIDs.map { "    entry \($0)" }
    if undated > 0 {
      lines.append("    stays: \(undated) entries that do not say when they were made")
    }
    if versions > 0 {
      lines.append("    and \(versions) earlier \(versions == 1 ? "version" : "versions") of it")
    }
    lines += snapshots.map { "    stays in the snapshot \(VisibleText.line($0))" }
    if files > 0 { lines += kept.map { "    and what runs could not commit: \($0)" } }
    return lines.joined(separator: "\n")
  }

  var json: JSONValue {
    var json: JSONObject = [
      "user_guid": .string(namespace.folderName), "path": .string(path),
      "entries": .count(entries), "bytes": .count(bytes), "files": .count(files),
      "kept_copies": .array(kept.map { .string($0) }), "versions": .count(versions),
      "snapshots": .array(snapshots.map { .string($0) }),
    ]
    if files == 0 { json["entry_ids"] = .array(entryIDs.map { .string($0) }) }
    if undated > 0 { json["undated"] = .count(undated) }
    if let oddity { json["oddity"] = .string(oddity) }
    return .object(json)
  }
}
