import SwarmOps

/// `seal` and `unseal`: closing a swarm, and opening it again.
enum SealCommand {
  static func seal(_ context: CommandContext) throws(SwarmError) -> Report? {
    let arguments = context.arguments
    let swarm = try context.store.resolve(arguments[word: .swarm], allowsPrefix: false)
    let person = arguments[.by] ?? context.environment["USER"] ?? "swarmctl"
    let (seal, isNew) = try SwarmSealing(store: context.store, locks: context.lockOptions)
      .seal(swarm, by: person)
    var json = seal.json
    json["swarm_guid"] = .string("\(swarm)")
    json["changed"] = .bool(isNew)
    return Report(
      json: json, names: ["\(swarm)"],
      text: isNew
        ? "sealed swarm \(swarm): its memory does not change any more"
        : "swarm \(swarm) was \(seal.words) already",
      done: isNew ? "the swarm was sealed" : nil)
  }

  static func unseal(_ context: CommandContext) throws(SwarmError) -> Report? {
    let arguments = context.arguments
    let swarm = try context.store.resolve(arguments[word: .swarm], allowsPrefix: false)
    let sealing = SwarmSealing(store: context.store, locks: context.lockOptions)
    let isDryRun = arguments[.dryRun]
    let seal = try sealing.removableSeal(of: swarm)
    if let seal, !isDryRun {
      if !arguments[.yes] {
        try Confirmation.check(
          context.terminal.confirm("open swarm \(swarm), \(seal.words)?"),
          "the seal of swarm \(swarm)")
      }
      try sealing.unseal(swarm)
    }
    return Report(
      json: [
        "swarm_guid": .string("\(swarm)"), "changed": .bool(seal != nil && !isDryRun),
        "dry_run": .bool(isDryRun),
      ],
      names: ["\(swarm)"],
      text: seal == nil
        ? "swarm \(swarm) is open already"
        : "\(isDryRun ? "would open" : "opened") swarm \(swarm)",
      done: seal == nil || isDryRun ? nil : "the swarm was opened")
  }
}

extension SwarmSeal {
  /// The seal in a few words, such as `sealed since … by …`.
  var words: String {
    let what =
      switch status {
      case "eternal": "sealed for ever"
      case "sealed": "sealed"
      default: "sealed (in a form that says neither sealed nor eternal)"
      }
    return VisibleText.line(
      what + (sealedAt.map { " since \($0)" } ?? "") + (sealedBy.map { " by \($0)" } ?? ""))
  }

  /// The seal as programs see it.
  var json: JSONObject {
    [
      "sealing": [
        "status": .string(status), "sealed_at": sealedAt.map { .string($0) } ?? .null,
        "sealed_by": sealedBy.map { .string($0) } ?? .null,
        "trigger": trigger.map { .string($0) } ?? .null,
      ]
    ]
  }
}
