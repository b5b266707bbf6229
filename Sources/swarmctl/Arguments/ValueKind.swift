/// What a value is: how it is checked while parsing and what completes it.
enum ValueKind: Sendable, Equatable {
  /// Any text.
  case text
  /// One of a few words.
  case choice([String])
  /// A span of time such as `30s`, `1h30m` or `500ms`; a plain number is seconds.
  case duration
  /// A size such as `1MB` or `64KiB`; a plain number is bytes.
  case bytes
  /// How long ago, such as `30d`, `12h` or `2w`; always with its unit.
  case age
  /// A whole number that is not less than the minimum.
  case count(atLeast: Int)
  /// A file, or `-` where the command says so.
  case file
  /// A folder.
  case folder
  /// A swarm's GUID, prefix or name; resolved against the store later.
  case swarm
  /// A snapshot, as `<swarm>@<snapshot>`; resolved against the store later.
  case snapshot
  /// The number of a version of a memory.
  case version
  /// An agent's name; looked up in the swarm later.
  case agent
  /// A user's GUID, or a prefix where nothing is destroyed; resolved against the store later.
  case user
  /// A GUID in full.
  case guid
  /// The id of a memory entry.
  case entry
  /// One part of many, `i/n`, counted from 1.
  case shard
  /// JSON, `@file` or `-`; read later.
  case json
  /// An agent's argument: `key=value` or `key:=json`.
  case agentArgument
  /// A command of swarmctl.
  case command

  /// Says what is wrong with a value, or nil when it is right.
  ///
  /// - Parameter text: The value as typed.
  /// - Returns: What the value must be, with an example: "must be a duration such as 30s or 5m".
  func complaint(about text: String) -> String? {
    switch self {
    case .text, .file, .folder, .swarm, .snapshot, .agent, .user, .entry, .json, .command:
      nil
    case .choice(let choices):
      choices.contains(text) ? nil : "must be \(Self.list(choices))"
    case .duration:
      ValueReader.duration(text) == nil
        ? "must be a duration such as 30s, 5m, 1h30m or 500ms (a plain number is seconds)" : nil
    case .age:
      ValueReader.age(text) == nil
        ? "must be an age with its unit such as 12h, 30d, 2w or 1y (minutes are min)" : nil
    case .bytes:
      ValueReader.bytes(text) == nil ? "must be a size such as 1000, 64KiB, 1MB or 2GB" : nil
    case .version:
      ValueReader.count(text).map { $0 >= 1 } == true
        ? nil : "must be the number of a version, such as 3"
    case .count(let minimum):
      ValueReader.count(text).map { $0 >= minimum } == true
        ? nil : "must be a whole number, \(minimum) or more"
    case .guid:
      ValueReader.isGUID(text)
        ? nil : "must be a GUID such as 3f2504e0-4f89-41d3-9a0c-0305e82c3301"
    case .shard:
      ValueReader.shard(text) == nil ? "must be i/n, such as 2/8 for the second of eight" : nil
    case .agentArgument:
      Self.isAgentArgument(text)
        ? nil : "must be key=value, or key:=json for a value that is not text"
    }
  }

  /// Whether a word is `key=…` or `key:=…` with a key.
  private static func isAgentArgument(_ text: String) -> Bool {
    guard let equals = text.firstIndex(of: "=") else { return false }
    let key = text[..<equals]
    return !key.isEmpty && key != ":"
  }

  /// `a`, `a or b`, `a, b or c`.
  static func list(_ words: [String], last: String = "or") -> String {
    guard let final = words.last, words.count > 1 else { return words.first ?? "" }
    return "\(words.dropLast().joined(separator: ", ")) \(last) \(final)"
  }
}
