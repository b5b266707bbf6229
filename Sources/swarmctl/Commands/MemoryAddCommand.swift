import SwarmOps

/// `memory add`: one entry, in the form that the swarm's memory has.
enum MemoryAddCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let arguments = context.arguments
    let swarm = try context.swarm()
    let namespace = try context.namespace()
    var entry = try MemoryEntryChange.Entry(arguments)
    let words = arguments.words(.words)
    if !words.isEmpty {
      guard entry.value == nil else {
        throw SwarmError(
          .usage, "--value is the whole entry, so there is nothing for the words to say",
          hint: "give the words or --value")
      }
      entry.content = words.joined(separator: " ")
    }
    guard entry.value != nil || entry.content?.contains(where: { !$0.isWhitespace }) == true else {
      throw SwarmError(
        .usage, "there is nothing to remember",
        hint: "say it after the swarm, or give the whole entry with --value")
    }
    let change = MemoryEntryChange(store: context.store, locks: context.lockOptions)
    let done = try change.add(entry, id: arguments[.newEntry], to: swarm, namespace)
    return Report(done, "added", swarm, namespace)
  }
}
