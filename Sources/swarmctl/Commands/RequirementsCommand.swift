import SwarmOps

/// `requirements`: what the agents of a swarm need from a package index.
enum RequirementsCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let swarm = try context.swarm()
    let reader = RequirementsReader(
      store: context.store, environment: context.agentEnvironment, options: context.runOptions)
    let found = try reader.read(swarm)
    let rows = found.rows.map(\.json)
    let lines = found.rows.map { "\($0.line)  # \($0.files.joined(separator: ", "))" }
    return Report(
      json: [
        "swarm_guid": .string("\(swarm)"), "requirements": .array(rows),
        "refused": .array(
          found.refused.map { ["filename": .string($0.file), "text": .string($0.text)] }),
        "python": .string(found.python.path),
      ],
      rows: rows, names: found.rows.map(\.line),
      text: lines.isEmpty ? nil : lines.map(VisibleText.line).joined(separator: "\n"),
      notes: lines.isEmpty ? ["the agents need nothing beyond Python's own modules"] : [],
      warnings: found.refused.map {
        "left out: \($0.file) declares \"\($0.text)\", which is not a distribution's name and version"
      })
  }
}

extension SwarmRequirements.Row {
  /// The distribution as programs see it.
  fileprivate var json: JSONValue {
    [
      "requirement": .string(line), "name": .string(name),
      "modules": .array(modules.map { .string($0) }),
      "files": .array(files.map { .string($0) }), "declared": .bool(isDeclared),
    ]
  }
}
