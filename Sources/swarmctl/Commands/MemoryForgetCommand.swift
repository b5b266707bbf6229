import SwarmOps

/// `memory forget`: a user's memory everywhere, with a receipt.
enum MemoryForgetCommand {
  /// What no program under the root can reach; said with every receipt.
  static let notReached = [
    "backups and copies of the root", "the file system's journal and freed blocks",
    "what agents wrote outside their memory or sent elsewhere", "memory exports",
  ]

  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let arguments = context.arguments
    guard let user = try context.namespace().user else {
      throw SwarmError(
        .badUser, "the sentinel stands for calls without a user, so there is nobody to forget",
        hint: "`swarmctl memory wipe <swarm> --shared` deletes shared memory")
    }
    let forget = MemoryForget(store: context.store, locks: context.lockOptions)
    let plan = try forget.plan(user)
    if arguments[.dryRun] { return report(plan, isDryRun: true) }
    try confirm(plan, context)
    return report(try forget.carryOut(user), isDryRun: false)
  }

  private static func confirm(_ plan: ForgetReceipt, _ context: CommandContext)
    throws(SwarmError)
  {
    let names = plan.names.map { "  the name \($0)" }
    guard plan.items.isEmpty, names.isEmpty else {
      return try Confirmation.ofDeleting(
        plan.items.map { "  \($0.words)" } + names, total: plan.total, context)
    }
    if context.terminal.isInteractive { return }
    // Also where nothing is held now: a script without --yes is wrong today as well.
    try Confirmation.ofDeleting(
      [], total: "whatever is held of user \(plan.user), now nothing", context)
  }

  private static func report(_ receipt: ForgetReceipt, isDryRun: Bool) -> Report {
    let rows = receipt.items.map(\.json)
    var json: JSONObject = [
      "user_guid": .string("\(receipt.user)"), "dry_run": .bool(isDryRun),
      "forgotten": .array(rows), "files": .count(receipt.items.count),
      "entries": .count(receipt.entries), "bytes": .count(receipt.bytes),
      "forgotten_at": isDryRun ? .null : .string(receipt.time.iso8601),
      "names": .array(receipt.names.map { .string($0) }),
      "not_reached": .array(notReached.map { .string($0) }),
    ]
    if !receipt.brokenSeals.isEmpty {
      json["broken_seals"] = .array(receipt.brokenSeals.map { .string("\($0)") })
    }
    let broken = receipt.brokenSeals.map {
      "swarm \($0) is sealed; \(isDryRun ? "this would break" : "this broke") the seal"
    }
    var text = ""
    for item in receipt.items { text += item.words + "\n" }
    if !receipt.names.isEmpty { text += "names: \(receipt.names.joined(separator: ", "))\n" }
    let total = receipt.items.isEmpty ? "nothing was held" : receipt.total
    text += "\(isDryRun ? "would forget" : "forgot") user \(receipt.user): \(total)\n"
    if !isDryRun {
      json["remaining"] = .array(
        receipt.remaining.map { ["path": .string($0.path), "reason": .string($0.reason)] })
      json["searched_files"] = .count(receipt.searchedFiles)
      json["searched_bytes"] = .count(receipt.searchedBytes)
      text +=
        "searched \(receipt.searchedFiles) files, "
        + "\(HumanSize.text(receipt.searchedBytes)), under the root for the GUID: "
        + (receipt.remaining.isEmpty ? "nothing found\n" : "see the warnings\n")
    }
    return Report(
      json: json, rows: rows, names: receipt.items.map(\.path), text: VisibleText.lines(text),
      notes: ["not reached: " + notReached.joined(separator: "; ")],
      warnings: broken + receipt.remaining.map { "left: \($0.path): \($0.reason)" },
      exitStatus: receipt.remaining.isEmpty ? 0 : 2,
      done: isDryRun || rows.isEmpty ? nil : "what was found of the user was deleted")
  }
}

extension ForgetReceipt {
  /// Entries of memory; lines of the history are none.
  var entries: Int { items.reduce(0) { $0 + ($1.place == .history ? 0 : $1.entries ?? 0) } }
  var bytes: Int { items.reduce(0) { $0 + $1.bytes } }

  var total: String {
    "\(items.count) \(items.count == 1 ? "file" : "files"), \(entries) "
      + "\(entries == 1 ? "entry" : "entries"), \(HumanSize.text(bytes))"
  }
}

extension ForgetReceipt.Item {
  private var kindWord: String {
    switch kind {
    case .file: "file"
    case .folder: "empty folder"
    case .link: "link"
    case .other: "other"
    }
  }

  fileprivate var words: String {
    var parts = ["\(bytes) bytes"]
    if let entries {
      let words = place == .history ? ("line", "lines") : ("entry", "entries")
      parts.insert("\(entries) \(entries == 1 ? words.0 : words.1)", at: 0)
    }
    if let sha256 { parts.append("sha256 \(sha256)") } else { parts.append(kindWord) }
    return "\(path)  \(parts.joined(separator: ", "))"
  }

  fileprivate var json: JSONValue {
    [
      "path": .string(path), "place": .string(place.rawValue),
      "swarm_guid": swarm.map { .string("\($0)") } ?? .null, "kind": .string(kindWord),
      "entries": .count(entries), "bytes": .count(bytes),
      "sha256": sha256.map { .string($0) } ?? .null,
      "forgotten_at": forgottenAt.map { .string($0.iso8601) } ?? .null,
    ]
  }
}
