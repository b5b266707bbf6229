import SwarmOps

/// What a person probably meant, where a command could not know that a word was wrong before it
/// looked the word up.
enum MistakeAdvice {
  /// The error with the hint that helps most.
  static func improved(_ error: SwarmError, _ context: CommandContext) -> SwarmError {
    var error = error
    if let hint = hint(for: error, context) { error.hint = hint }
    return naming(error, context)
  }

  /// The error with the swarm called as it was on the command line, where that was a name.
  private static func naming(_ error: SwarmError, _ context: CommandContext) -> SwarmError {
    guard let word = context.arguments.positionals.first,
      let kind = context.arguments.command.arguments.first?.kind,
      kind == .swarm || kind == .snapshot
    else { return error }
    let name = String(word.prefix { $0 != "@" })
    guard GUID(name) == nil, let guid = try? context.store.resolve(name) else { return error }
    var error = error
    error.message = error.message.replacing("swarm \(guid)", with: "swarm \(name)")
    if let hint = error.hint {
      // Between backticks are commands, where a name will do as well.
      var parts = HintWording.text(hint).split(separator: "`", omittingEmptySubsequences: false)
        .map(String.init)
      for index in stride(from: 1, to: parts.count, by: 2) {
        parts[index] = parts[index].replacing("\(guid)", with: HintWording.quoted(name))
      }
      error.hint = .text(parts.joined(separator: "`"))
    }
    return error
  }

  private static func hint(for error: SwarmError, _ context: CommandContext) -> Hint? {
    let arguments = context.arguments
    let words = arguments.positionals
    switch (arguments.path, error.code) {
    case (["deploy"], .noSuchFile):
      guard let word = words.first, ["http://", "https://"].contains(where: { word.hasPrefix($0) })
      else {
        return nil
      }
      return "fetch it first: `curl -fsSL \(word.shortened) | swarmctl deploy -`"
    case (["run"], .noSuchSwarm):
      // `run SaveMemory lab`
      guard words.count > 1, (try? context.store.resolve(words[1])) != nil else { return nil }
      return .run(.call(words[1], agent: words[0]), "names the swarm first")
    case (["users"], .noSuchSwarm):
      guard let word = words.first, GUID(word) != nil else { return nil }
      return "for a user: `swarmctl users --user \(word)`"
    case (_, .badUser): return userHint(error, context)
    default: return nil
    }
  }

  private static func userHint(_ error: SwarmError, _ context: CommandContext) -> Hint? {
    let arguments = context.arguments
    var hints: [Hint] = [error.hint].compactMap(\.self)
    // `run lab Agent --user 3f25`: the whole GUID is what is needed.
    if let text = arguments[.user],
      arguments.path == ["run"] || arguments.path == ["context"],
      let swarm = try? context.swarm()
    {
      let reader = MemoryReader(store: context.store, locks: context.lockOptions)
      if let user = (try? reader.resolve(text, in: swarm))?.user, GUID(text) == nil {
        hints = ["a call needs the whole GUID, or a name", .didYouMean("\(user)")]
      }
    }
    if arguments.command.options.contains(where: { $0.name == "shared" }) {
      hints.append("for anonymous calls use --shared")
    }
    return hints.isEmpty ? nil : .all(hints)
  }
}
