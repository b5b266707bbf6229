import SwarmOps

/// `users name`: gives a user a name, or takes it away.
enum UserNameCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let arguments = context.arguments
    let name = arguments[word: .name]
    let guid = arguments.word(.guid).flatMap { GUID($0) }
    if arguments[.remove] {
      if guid != nil {
        throw SwarmError(.usage, "a name is taken away without a GUID", hint: "give the name alone")
      }
      let user = try context.userNames.remove(name)
      return Report(
        json: ["name": .string(name), "user_guid": .text(user), "removed": true],
        names: [name], text: "\(VisibleText.line(name)) is no longer a name; memory stays")
    }
    let (user, isNew) = try context.userNames.assign(name, to: guid)
    return Report(
      json: ["name": .string(name), "user_guid": .string("\(user)"), "changed": .bool(isNew)],
      names: ["\(user)"],
      text: "\(VisibleText.line(name)) is user \(user)" + (isNew ? "" : ", as before"),
      done: isNew ? "the name was given" : nil)
  }
}

/// `users names`: which names there are.
enum UserNamesCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let entries = try context.userNames.entries()
    let rows = entries.map { entry -> JSONValue in
      ["name": .string(entry.name), "user_guid": .string("\(entry.user)")]
    }
    return Report(
      json: ["names": .array(rows)], rows: rows,
      table: Table(
        columns: [.init("NAME", canShrink: true), .init("USER")],
        rows: entries.map { [$0.name, "\($0.user)"] }),
      names: entries.map(\.name),
      notes: entries.isEmpty
        ? ["no user has a name yet: `swarmctl users name <name>` gives one"] : [])
  }
}

extension JSONValue {
  /// A GUID as text, or null.
  fileprivate static func text(_ guid: GUID?) -> JSONValue {
    guid.map { .string("\($0)") } ?? .null
  }
}
