import SwarmOps

/// `memory edit`: one entry, by options or in an editor.
enum MemoryEditCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let arguments = context.arguments
    let swarm = try context.swarm()
    let namespace = try context.namespace()
    let id = arguments[word: .entry]
    let change = MemoryEntryChange(store: context.store, locks: context.lockOptions)
    let entry = try MemoryEntryChange.Entry(arguments)
    if !entry.isEmpty {
      return Report(
        try change.edit(id, entry, of: swarm, namespace), "changed", swarm, namespace)
    }
    let before = try change.entry(id, of: swarm, namespace)
    var edited = entry
    let editor = try EntryEditor(context)
    edited.value = try editor.edit(before)
    do throws(SwarmError) {
      let done = try change.edit(id, edited, expecting: before, of: swarm, namespace)
      editor.remove()
      return Report(done, "changed", swarm, namespace)
    } catch {
      throw editor.keeping(error)
    }
  }
}
