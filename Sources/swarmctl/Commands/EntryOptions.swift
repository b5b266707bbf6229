import SwarmOps

/// What `memory add` and `memory edit` say of an entry.
extension MemoryEntryChange.Entry {
  /// The options that say something of an entry, `--content` aside.
  static let options: [OptionSpec] = [
    .value("type", "type", .text, "What kind of memory it is, such as fact or task"),
    .value("tag", "word", .text, "A word to find it by; may be repeated", repeatable: true),
    .value("importance", "number", .choice(["1", "2", "3", "4", "5"]), "From 1, a detail, to 5"),
    .value(
      "value", "json", .json,
      "The whole entry: the JSON itself, @file, or - for standard input"),
  ]

  /// An option with the whole entry leaves nothing for the others to say.
  static let choices: [OptionChoice] = ["content", "type", "tag", "importance"].map {
    OptionChoice(names: ["value", $0])
  }

  /// Reads the options.
  ///
  /// - Parameter arguments: The command line.
  init(_ arguments: ParsedArguments) throws(SwarmError) {
    self.init()
    content = arguments[.content]
    type = arguments[.type]
    let words = arguments[.tags]
    tags = words.isEmpty ? nil : words
    importance = arguments[.importance]
    if let text = arguments[.value] {
      value = try InputText.value(text, option: "--value")
    }
  }

  /// Whether nothing is said at all.
  var isEmpty: Bool {
    content == nil && type == nil && tags == nil && importance == nil && value == nil
  }
}

extension Report {
  /// What became of an entry.
  init(
    _ done: MemoryEntryChange.Done, _ word: String, _ swarm: GUID, _ namespace: Namespace
  ) {
    let id = done.id ?? "an element"
    self.init(
      json: [
        "swarm_guid": .string("\(swarm)"), "user_guid": .string(namespace.folderName),
        "entry": done.id.map { .string($0) } ?? .null, "value": done.value,
        "changed": .bool(done.isChange),
      ],
      names: done.id.map { [$0] } ?? [],
      text: VisibleText.line(
        done.isChange ? "\(word) \(id) in \(namespace.folderName)" : "\(id) is as it was"),
      warnings: [done.warning].compactMap(\.self),
      done: done.isChange ? "the entry was \(word)" : nil)
  }
}
