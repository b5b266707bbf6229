import SwarmOps

/// `configure`: what a swarm allows its agents in all of its calls.
enum ConfigureCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let swarm = try context.swarm()
    let configuration = SwarmConfiguration(store: context.store, locks: context.lockOptions)
    let given = SandboxOptions(context.arguments)
    let isReset = context.arguments[.reset]
    let isChange = isReset || given != SandboxOptions()
    let kept =
      isChange
      ? try configuration.keep(given, for: swarm, isReset: isReset)
      : try configuration.sandbox(of: swarm)
    return Report(
      json: ["swarm_guid": .string("\(swarm)"), "sandbox": .object(kept.json)],
      names: ["\(swarm)"], text: VisibleText.lines(kept.lines.joined(separator: "\n")))
  }
}

extension SandboxOptions {
  /// What is kept, a line for each option, as `inspect` and `configure` show it.
  var lines: [String] {
    var lines = ["sandbox     \(level?.rawValue ?? "standard")"]
    lines += readable.map { "  may read    \($0)" }
    lines += writable.map { "  may change  \($0)" }
    lines += variables.map { "  sees        \($0)" }
    if let memoryLimit { lines.append("  memory      \(HumanSize.text(memoryLimit)) a process") }
    if let diskLimit { lines.append("  disk        \(HumanSize.text(diskLimit)) a call") }
    return lines
  }
}
