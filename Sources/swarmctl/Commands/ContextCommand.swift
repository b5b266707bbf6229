import SwarmOps

/// `context`: what the agents of a swarm add to the system prompt.
enum ContextCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let (context, swarm) = try context.reading()
    let namespace = try context.namespace()
    let reader = ContextReader(
      store: context.store, environment: context.agentEnvironment, options: context.runOptions)
    let pieces = try reader.read(swarm, namespace)
    let spoken = pieces.filter { $0.text != nil }
    let rows = spoken.map { piece -> JSONValue in
      ["agent": .string(piece.agent), "context": piece.text.map { .string($0) } ?? .null]
    }
    return Report(
      json: [
        "swarm_guid": .string("\(swarm)"), "soul": .string(try context.store.manifest(swarm).soul),
        "user_guid": namespace.user.map { .string("\($0)") } ?? .null, "contexts": .array(rows),
      ],
      rows: rows, names: spoken.map(\.agent),
      text: spoken.isEmpty ? nil : spoken.compactMap(\.text).joined(separator: "\n\n"),
      notes: spoken.isEmpty ? ["no agent of this swarm has anything to say"] : [],
      warnings: pieces.compactMap { piece in
        piece.problem.map { problem in
          ([problem] + piece.refusals.map { HintWording.text($0.hint) })
            .joined(separator: "; ")
        }.map { "\(piece.agent) could not say its context: \($0)" }
      })
  }
}
