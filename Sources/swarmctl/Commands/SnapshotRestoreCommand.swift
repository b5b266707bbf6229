import SwarmOps

/// `snapshot restore`: the memory of a snapshot comes back.
enum SnapshotRestoreCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let arguments = context.arguments
    let snapshot = try context.store.resolveSnapshot(arguments[word: .snapshot])
    let isOne = arguments[.user] != nil || arguments[.shared]
    let restore = SnapshotRestore(store: context.store, locks: context.lockOptions)
    let plan = try restore.plan(snapshot, isOne ? .one(try context.namespace()) : .all)
    let isDryRun = arguments[.dryRun]
    var warnings: [String] = []
    if !isDryRun, !plan.changes.isEmpty {
      try confirm(plan, context)
      warnings = try restore.carryOut(plan)
    }
    return report(plan, warnings, isDryRun: isDryRun)
  }

  private static func confirm(_ plan: SnapshotRestore.Plan, _ context: CommandContext)
    throws(SwarmError)
  {
    if context.arguments[.yes] { return }
    let what = "\(count(plan)) of swarm \(plan.snapshot.swarm)"
    if context.terminal.isInteractive {
      context.output.note("this puts \(plan.snapshot.name) in the place of what is there:")
      for change in plan.changes { context.output.note("  \(change.words)") }
    }
    try Confirmation.check(context.terminal.confirm("restore \(what)?"), "\(what), by restoring it")
  }

  private static func count(_ plan: SnapshotRestore.Plan) -> String {
    plan.changes.count == 1 ? "1 memory" : "\(plan.changes.count) memories"
  }

  private static func report(
    _ plan: SnapshotRestore.Plan, _ warnings: [String], isDryRun: Bool
  ) -> Report {
    let rows = plan.changes.map(\.json)
    var text =
      plan.changes.isEmpty
      ? "nothing to restore: the memory is the same\n"
      : "\(isDryRun ? "would restore" : "restored") \(count(plan)) from \(plan.snapshot.name)\n"
    for change in plan.changes { text += "  \(change.words)\n" }
    return Report(
      json: [
        "swarm_guid": .string("\(plan.snapshot.swarm)"),
        "snapshot_name": .string(plan.snapshot.name), "dry_run": .bool(isDryRun),
        "restored": .array(rows), "unchanged": .count(plan.same),
      ],
      rows: rows, names: plan.changes.map(\.namespace.folderName), text: VisibleText.lines(text),
      warnings: warnings, done: isDryRun || rows.isEmpty ? nil : "the memory was restored")
  }
}

extension SnapshotRestore.Change {
  fileprivate var words: String {
    let name = namespace.folderName
    switch (before, after) {
    case (nil, let after?): return "\(name): comes back, \(HumanSize.text(after))"
    case (let before?, nil): return "\(name): goes, \(HumanSize.text(before))"
    case (let before?, let after?):
      return "\(name): \(HumanSize.text(before)) becomes \(HumanSize.text(after))"
    case (nil, nil): return name
    }
  }

  fileprivate var json: JSONValue {
    [
      "user_guid": .string(namespace.folderName), "bytes_before": .count(before),
      "bytes_after": .count(after),
    ]
  }
}
