import SwarmOps

/// `snapshot create`: a read-only copy of a swarm as it is now.
enum SnapshotCreateCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let (swarm, named) = try context.store.resolveWithLabel(context.arguments[word: .swarm])
    let label = context.arguments.word(.label) ?? named ?? SwarmSnapshot.plainLabel
    let made = try SnapshotCreation(store: context.store, locks: context.lockOptions)
      .create(swarm, label: label)
    let snapshot = made.snapshot
    var json = snapshot.json
    json["files"] = .count(made.files)
    json["bytes"] = .count(made.bytes)
    return Report(
      json: json, names: [snapshot.name],
      text: "made snapshot \(snapshot.name) of swarm \(swarm): \(made.files) "
        + "\(made.files == 1 ? "file" : "files"), \(HumanSize.text(made.bytes))\n"
        + "read it as \(swarm)@\(snapshot.name)",
      warnings: made.left.map { "not in the snapshot: \($0)" }, done: "the snapshot was made")
  }
}

extension SwarmSnapshot {
  /// The snapshot as programs see it.
  var json: JSONObject {
    var json: JSONObject = [
      "swarm_guid": .string("\(swarm)"), "snapshot_name": .string(name),
      "snapshot_label": .string(label), "snapshot_iso": .string(takenAt), "path": .string(path),
      "state": damage == nil ? "ok" : "damaged",
    ]
    if let damage { json["damage"] = .string(damage) }
    return json
  }
}
