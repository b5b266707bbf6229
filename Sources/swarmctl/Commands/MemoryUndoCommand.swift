import SwarmOps

/// `memory undo`: a memory as it was before a change.
enum MemoryUndoCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let arguments = context.arguments
    // What puts another memory in place needs the swarm and the user in full.
    let swarm = try context.store.resolve(arguments[word: .swarm], allowsPrefix: false)
    let namespace = try context.namespace()
    let undo = MemoryUndo(store: context.store, locks: context.lockOptions)
    let plan = try undo.plan(swarm, namespace, to: arguments[.to])
    let isDryRun = arguments[.dryRun]
    var kept: Int?
    var warnings: [String] = []
    if !isDryRun, !plan.difference.isEmpty {
      // Nothing is lost by it, so a script need not agree.
      if context.terminal.isInteractive, !arguments[.yes] {
        context.output.note(plan.difference.text)
        try Confirmation.check(
          context.terminal.confirm("put version \(plan.version.number) back?"),
          "the memory as it is")
      }
      let done = try undo.carryOut(plan)
      kept = done.kept
      warnings = [done.warning].compactMap(\.self)
    }
    return report(plan, kept: kept, warnings, isDryRun: isDryRun)
  }

  private static func report(
    _ plan: MemoryUndo.Plan, kept: Int?, _ warnings: [String], isDryRun: Bool
  ) -> Report {
    let isChange = !plan.difference.isEmpty
    var json = plan.difference.json
    json["swarm_guid"] = .string("\(plan.swarm)")
    json["user_guid"] = .string(plan.namespace.folderName)
    json["version"] = .count(plan.version.number)
    json["kept_version"] = .count(kept)
    json["changed"] = .bool(isChange && !isDryRun)
    json["dry_run"] = .bool(isDryRun)
    var text = "the memory is as it was in version \(plan.version.number) already\n"
    if isChange {
      text =
        isDryRun
        ? "would put version \(plan.version.number) back"
        : "put version \(plan.version.number) back"
      text += kept.map { "; what was there is version \($0) now\n" } ?? "\n"
      text += plan.difference.text
    }
    return Report(
      json: json, names: ["\(plan.version.number)"], text: text, warnings: warnings,
      done: isChange && !isDryRun ? "the memory was put back" : nil)
  }
}
