import SwarmOps

/// `root`: how the root is locked, and a change of that.
enum RootCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let store = context.store
    var hasChanged = false
    if let locks = wanted(context.arguments) {
      hasChanged = try store.setLocks(locks, context.lockOptions)
    }
    let locks = try store.settings().locks
    let fileSystem = store.networkFileSystem
    let state =
      switch locks {
      case .kernel: "for one machine: its locks are the kernel's"
      case .leases: "shared by several machines: its locks are leases"
      }
    var warnings: [String] = []
    if let fileSystem, locks == .kernel { warnings = [CommandContext.warning(of: fileSystem)] }
    return Report(
      json: [
        "path": .string(store.layout.root), "locks": .string(locks.rawValue),
        "network_file_system": fileSystem.map(JSONValue.string) ?? .null,
        "changed": .bool(hasChanged),
      ],
      names: [store.layout.root],
      text: "\(VisibleText.line(store.layout.root)): \(state)\(hasChanged ? " from now on" : "")",
      warnings: warnings, done: hasChanged ? "the root was changed" : nil)
  }

  private static func wanted(_ arguments: ParsedArguments) -> RootSettings.Locks? {
    if arguments[.shared] { return .leases }
    return arguments[.local] ? .kernel : nil
  }
}
