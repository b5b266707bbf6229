import SwarmOps

/// `snapshot remove`: snapshots go, after a question.
enum SnapshotRemoveCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let removal = SnapshotRemoval(store: context.store, locks: context.lockOptions)
    var snapshots: [SwarmSnapshot] = []
    // All of them are found before any goes: a mistyped name removes nothing by half.
    for word in context.arguments.words(.snapshot) {
      let snapshot = try context.store.resolveSnapshot(word)
      try removal.check(snapshot)
      if !snapshots.contains(snapshot) { snapshots.append(snapshot) }
    }
    let isDryRun = context.arguments[.dryRun]
    var removed: [String] = []
    if !isDryRun {
      try Confirmation.ofDeleting(
        snapshots.map { "  \($0.swarm)@\(VisibleText.line($0.name))" },
        total: snapshots.count == 1 ? "1 snapshot" : "\(snapshots.count) snapshots", context)
      for snapshot in snapshots {
        do throws(SwarmError) {
          try removal.remove(snapshot)
          removed.append("\(snapshot.swarm)@\(snapshot.name)")
        } catch {
          guard !removed.isEmpty else { throw error }
          var error = error
          error.message += "; removed before that: \(removed.joined(separator: ", "))"
          throw error
        }
      }
    }
    let rows = snapshots.map { JSONValue.object($0.json) }
    return Report(
      json: ["removed": .array(rows), "dry_run": .bool(isDryRun)], rows: rows,
      names: snapshots.map(\.name),
      text: snapshots.map {
        "\(isDryRun ? "would remove" : "removed") snapshot \(VisibleText.line($0.name)) of swarm "
          + "\($0.swarm)\n"
      }.joined(),
      done: removed.isEmpty ? nil : "removed: \(removed.joined(separator: ", "))")
  }
}
