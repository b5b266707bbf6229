import SwarmOps

/// `memory diff`: what differs between two versions of a memory.
enum MemoryDiffCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let swarm = try context.swarm()
    let reader = MemoryReader(store: context.store, locks: context.lockOptions)
    let namespace = try context.namespaceByPrefix(reader, swarm)
    let versions = MemoryVersions(store: context.store)
    let named = context.arguments[.from]
    let from = if let named { named } else { try versions.latest(swarm, namespace) }
    let to = context.arguments[.to]
    let difference = try versions.difference(swarm, namespace, from: from, to: to)
    var json = difference.json
    json["swarm_guid"] = .string("\(swarm)")
    json["user_guid"] = .string(namespace.folderName)
    json["from"] = .count(from)
    json["to"] = .count(to)
    return Report(
      json: json, names: difference.entries.map(\.id) + difference.files.map(\.path),
      text: difference.isEmpty ? nil : difference.text,
      notes: difference.isEmpty ? ["no differences"] : [],
      exitStatus: difference.isEmpty ? 0 : 2)
  }
}

extension MemoryDifference {
  /// The difference as programs see it.
  var json: JSONObject {
    var (added, removed, changed) = ([JSONValue](), [JSONValue](), [JSONValue]())
    for entry in entries {
      let id = JSONValue.string(entry.id)
      switch (entry.before, entry.after) {
      case (nil, let after?): added.append(["id": id, "entry": after])
      case (let before?, nil): removed.append(["id": id, "entry": before])
      case (let before?, let after?):
        changed.append(["id": id, "before": before, "after": after])
      case (nil, nil): break
      }
    }
    return [
      "added": .array(added), "removed": .array(removed), "changed": .array(changed),
      "files": .array(
        files.map {
          [
            "path": .string($0.path), "bytes_before": .count($0.before),
            "bytes_after": .count($0.after),
          ]
        }),
    ]
  }

  /// The difference for people: a line for each entry that went, came, or is another.
  var text: String {
    var lines: [String] = []
    for entry in entries {
      if let before = entry.before { lines.append("- \(entry.id)  \(EntryFields(before).content)") }
      if let after = entry.after { lines.append("+ \(entry.id)  \(EntryFields(after).content)") }
    }
    for file in files {
      if let before = file.before { lines.append("- \(file.path), \(HumanSize.text(before))") }
      if let after = file.after { lines.append("+ \(file.path), \(HumanSize.text(after))") }
    }
    return lines.map { VisibleText.line($0) + "\n" }.joined()
  }
}
