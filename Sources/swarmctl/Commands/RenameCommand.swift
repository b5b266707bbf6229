import SwarmOps

/// `rename`: another name for a swarm.
enum RenameCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let arguments = context.arguments
    let swarm = try context.swarm()
    let name = arguments[word: .name]
    let isDryRun = arguments[.dryRun]
    let old = try SwarmRenaming(store: context.store, locks: context.lockOptions)
      .rename(swarm, to: name, isDryRun: isDryRun)
    let verb = isDryRun ? "would rename" : "renamed"
    return Report(
      json: [
        "swarm_guid": .string("\(swarm)"), "name": .string(name), "old_name": .string(old),
        "changed": .bool(old != name), "dry_run": .bool(isDryRun),
      ],
      names: ["\(swarm)"],
      text: VisibleText.lines("\(verb) swarm \(old) (\(swarm)) to \(name)\n"),
      done: isDryRun ? nil : "swarm \(swarm) was renamed")
  }
}

/// `copy`: a swarm once more, under another name.
enum CopyCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let arguments = context.arguments
    let swarm = try context.swarm()
    let name = arguments[word: .name]
    let isDryRun = arguments[.dryRun]
    let hasMemory = arguments[.memory]
    let copy = try SwarmCopy(store: context.store, locks: context.lockOptions)
      .copy(swarm, as: name, withMemory: hasMemory, isDryRun: isDryRun)
    var text =
      isDryRun ? "would copy swarm \(swarm) to \(name)" : "copied swarm \(swarm) to \(name)"
    if !isDryRun { text += " (\(copy.swarm))" }
    text += copy.agentCount == 1 ? ", 1 agent file" : ", \(copy.agentCount) agent files"
    if hasMemory {
      text +=
        ", memory of \(copy.users) " + (copy.users == 1 ? "user" : "users")
        + ", \(HumanSize.text(copy.bytes))"
    }
    var json: JSONObject = [
      "swarm_guid": isDryRun ? .null : .string("\(copy.swarm)"), "name": .string(name),
      "copied_from": .string("\(swarm)"), "agent_count": .number(JSONNumber(copy.agentCount)),
      "dry_run": .bool(isDryRun),
    ]
    if hasMemory {
      json["users"] = .number(JSONNumber(copy.users))
      json["bytes"] = .number(JSONNumber(copy.bytes))
    }
    return Report(
      json: json, names: isDryRun ? [] : ["\(copy.swarm)"], text: VisibleText.lines(text + "\n"),
      warnings: copy.leftOut.map { "left out: \($0) is no memory of a user" },
      done: isDryRun ? nil : "swarm \(copy.swarm) was made")
  }
}
