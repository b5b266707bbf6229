import SwarmOps

/// Renders the command table as data, for `help --json`.
enum HelpJSON {
  /// A command with everything below it; what is empty is left out.
  ///
  /// - Parameters:
  ///   - command: The command, group or root.
  ///   - path: Its names; empty for the root.
  /// - Returns: An object with `name`, `usage`, `summary`, `description`, `aliases`, `arguments`,
  ///   `options`, `examples` and `commands`.
  static func value(for command: CommandSpec, path: [String]) -> JSONObject {
    var object: JSONObject = [
      "name": .string(command.name), "summary": .string(command.summary),
      "usage": .string(HelpText.usage(of: command, path: path)),
    ]
    object["group"] = command.group.map { .string($0.rawValue.lowercased()) }
    object["aliases"] = list(command.aliases) { .string($0) }
    object["description"] = list(command.discussion) { .string($0) }
    object["arguments"] = list(command.arguments, argument)
    object["options"] = list(command.options, option)
    object["examples"] = list(command.examples) {
      ["command": .string($0.command), "explanation": .string($0.explanation)]
    }
    object["commands"] = list(command.subcommands.filter { !$0.hidden }) {
      .object(value(for: $0, path: path + [$0.name]))
    }
    return object
  }

  private static func list<Element>(
    _ elements: [Element], _ value: (Element) -> JSONValue
  ) -> JSONValue? {
    elements.isEmpty ? nil : .array(elements.map(value))
  }

  private static func argument(_ argument: ArgumentSpec) -> JSONValue {
    var object: JSONObject = [
      "name": .string(argument.name), "summary": .string(argument.summary),
      "required": .bool(argument.arity.isRequired), "repeated": .bool(argument.arity.isRepeated),
      "type": .string(argument.kind.word),
    ]
    if case .choice(let choices) = argument.kind {
      object["choices"] = list(choices) { .string($0) }
    }
    return .object(object)
  }

  private static func option(_ option: OptionSpec) -> JSONValue {
    var object: JSONObject = [
      "name": .string("--\(option.name)"), "summary": .string(option.summary),
      "type": .string(option.value?.kind.word ?? "flag"), "required": .bool(option.required),
      "repeated": .bool(option.repeatable),
    ]
    object["short"] = option.short.map { .string("-\($0)") }
    object["placeholder"] = option.value.map { .string($0.placeholder) }
    object["choices"] = list(option.choices) { .string($0) }
    object["default"] = (option.defaultValue ?? option.defaultNote).map(JSONValue.string)
    object["environment"] = option.environment.map(JSONValue.string)
    return .object(object)
  }
}

extension ValueKind {
  /// The kind in one stable word, for programs.
  fileprivate var word: String {
    switch self {
    case .text: "text"
    case .choice: "choice"
    case .duration: "duration"
    case .bytes: "bytes"
    case .age: "age"
    case .count: "count"
    case .file: "file"
    case .folder: "folder"
    case .swarm: "swarm"
    case .snapshot: "snapshot"
    case .version: "version"
    case .agent: "agent"
    case .user: "user"
    case .guid: "guid"
    case .entry: "entry"
    case .shard: "shard"
    case .json: "json"
    case .agentArgument: "agent_argument"
    case .command: "command"
    }
  }
}
