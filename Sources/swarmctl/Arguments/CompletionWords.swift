import SwarmOps

/// Finds the words that fit under the cursor, from the command table and from what is remembered.
///
/// Never starts Python and never writes: it is asked at every press of the Tab key.
struct CompletionWords {
  /// One word that fits.
  struct Candidate: Sendable, Equatable {
    /// The whole word.
    var text: String
    /// What it is, in a few words; may be empty.
    var summary: String
    /// Whether the word is not finished by it, such as `content=`.
    var isOpen = false
  }

  /// What the shell is told.
  struct Answer: Sendable, Equatable {
    /// What the shell adds by itself.
    enum Completes: String, Sendable {
      case words
      case files
      case folders
    }

    var completes = Completes.words
    var candidates: [Candidate] = []
  }

  /// At most so many users are offered, and so many folders looked at for them.
  private static let userLimit = 200
  private static let scanLimit = 5_000

  let request: CompletionRequest
  let store: SwarmStore

  /// The words for the cursor.
  var answer: Answer {
    switch request.subject {
    case .command: Answer(candidates: commands)
    case .option: Answer(candidates: options)
    case .value(let kind): value(kind)
    case .nothing: Answer()
    }
  }

  // MARK: From the table

  private var commands: [Candidate] {
    request.command.subcommands.filter { !$0.hidden }.map {
      Candidate(text: $0.name, summary: $0.summary)
    }
  }

  private var options: [Candidate] {
    let given = Set(request.options.map(\.option.name))
    let excluded = request.command.choices.filter(\.exclusive)
      .filter { !given.isDisjoint(with: $0.names) }.flatMap(\.names)
    return (request.command.options + CommandTable.globalOptions)
      .filter { ($0.repeatable || !given.contains($0.name)) && !excluded.contains($0.name) }
      .map { Candidate(text: "--\($0.name)", summary: $0.summary) }
  }

  private func value(_ kind: ValueKind) -> Answer {
    switch kind {
    case .choice(let words): answer(words.map { ($0, "") })
    case .file: Answer(completes: .files)
    case .folder: Answer(completes: .folders)
    case .json: json
    case .swarm: answer(request.word.contains("@") ? snapshots : swarms)
    case .snapshot: snapshotAnswer
    case .version: answer(versions)
    case .guid: answer(store.rememberedSwarms.map { ("\($0.guid)", $0.name) })
    case .agent: answer(agents)
    case .agentArgument: agentArguments
    case .user: answer(users)
    case .entry: answer(entries)
    case .text, .duration, .bytes, .age, .count, .shard, .command: Answer()
    }
  }

  private func answer(_ words: [(String, String)]) -> Answer {
    Answer(
      candidates: words.map { Candidate(text: request.prefix + $0.0, summary: $0.1) })
  }

  private var json: Answer {
    request.word.hasPrefix("@") ? Answer(completes: .files) : Answer()
  }

  // MARK: From the root

  /// Names, and GUIDs for what has no name of its own or once one is being typed.
  private var swarms: [(String, String)] {
    let known = store.rememberedSwarms
    var counts: [String: Int] = [:]
    for swarm in known { counts[swarm.name, default: 0] += 1 }
    let word = request.word.lowercased()
    var words: [(String, String)] = []
    for swarm in known {
      let guid = "\(swarm.guid)"
      let agents = swarm.loadedAgents == 1 ? "1 agent" : "\(swarm.loadedAgents) agents"
      if counts[swarm.name] == 1, swarm.name != guid {
        words.append((swarm.name, swarm.purpose.isEmpty ? agents : swarm.purpose))
        if word.isEmpty || !guid.hasPrefix(word) { continue }
      }
      words.append((guid, "\(swarm.name), \(agents)"))
    }
    return words
  }

  /// The snapshots of the swarm before the `@`.
  private var snapshots: [(String, String)] {
    guard let sign = request.word.lastIndex(of: "@") else { return [] }
    let word = request.word[..<sign]
    guard let swarm = swarm(named: String(word)) else { return [] }
    let found = (try? SwarmSnapshot.all(of: swarm, layout: store.layout)) ?? []
    return found.filter { $0.damage == nil }.map { ("\(word)@\($0.name)", $0.label) }
  }

  /// A snapshot once there is an `@`; until then the swarms that have some.
  private var snapshotAnswer: Answer {
    if request.word.contains("@") { return answer(snapshots) }
    return Answer(
      candidates: swarms.filter { word, _ in
        swarm(named: word).map { swarm in
          (try? SwarmSnapshot.all(of: swarm, layout: store.layout))?.isEmpty == false
        } ?? false
      }.map { Candidate(text: "\(request.prefix)\($0)@", summary: $1, isOpen: true) })
  }

  /// The versions of the memory on the line.
  private var versions: [(String, String)] {
    guard let swarm,
      let namespace = request.text("user").map({ try? Namespace(user: $0) }) ?? .shared
    else { return [] }
    let found = (try? MemoryVersions(store: store).list(swarm, namespace)) ?? []
    return found.map {
      ("\($0.number)", "before \($0.by), \(ISODate.text($0.replacedAt / 1_000_000_000))")
    }
  }

  /// The swarm that the first positional names, or whose snapshot it names.
  private var swarm: GUID? {
    guard let word = request.positionals.first else { return nil }
    if let swarm = swarm(named: word) { return swarm }
    return word.lastIndex(of: "@").flatMap { swarm(named: String(word[..<$0])) }
  }

  private func swarm(named word: String) -> GUID? {
    if let guid = GUID(word) { return guid }
    let prefix = word.lowercased()
    let fitting = store.rememberedSwarms.filter {
      $0.name == word || (prefix.utf8.count >= 4 && $0.guid.description.hasPrefix(prefix))
    }
    return fitting.count == 1 ? fitting[0].guid : nil
  }

  private var catalog: [AgentRecord] {
    guard let swarm else { return [] }
    return AgentCatalog.remembered(of: swarm, layout: store.layout).agents
      .filter { $0.state == .ok }
  }

  private var agents: [(String, String)] { catalog.map { ($0.name, $0.description) } }

  private var agentArguments: Answer {
    guard request.positionals.count >= 2 else { return Answer() }
    let name = request.positionals[1]
    guard let agent = catalog.first(where: { $0.name == name }) else { return Answer() }
    let parameters = ArgumentSchema(parameters: agent.parameters).parameters
    guard let sign = request.word.firstIndex(of: "=") else {
      let given = request.positionals.dropFirst(2).map { word in
        word.prefix { $0 != "=" }.split(separator: ":").first ?? ""
      }
      let open = parameters.filter { !$0.isFilledIn && !given.contains(Substring($0.name)) }
      return Answer(
        candidates: open.map { parameter in
          let need = parameter.isRequired ? "required" : nil
          let summary = [need, parameter.type, parameter.range, parameter.summary]
            .compactMap(\.self).joined(separator: ", ")
          return Candidate(text: "\(parameter.name)=", summary: summary, isOpen: true)
        })
    }
    let key = request.word[..<sign]
    guard let parameter = parameters.first(where: { $0.name == key }) else { return Answer() }
    var values = parameter.allowedValues.map { value in
      value.string ?? String(decoding: value.serialized(), as: UTF8.self)
    }
    if values.isEmpty, parameter.type == "boolean" { values = ["true", "false"] }
    return Answer(
      candidates: values.map { Candidate(text: "\(key)=\($0)", summary: "") })
  }

  /// Ids of the entries in the memory that the line names; a large memory is not read for them.
  private var entries: [(String, String)] {
    guard let swarm else { return [] }
    let namespace: Namespace
    if let text = request.text("user") {
      guard let user = try? UserNames(store: store).namespace(text) else { return [] }
      namespace = user
    } else {
      namespace = .shared
    }
    return MemoryReader.rememberedEntries(of: swarm, namespace, layout: store.layout)
      .prefix(Self.userLimit).map { ($0, "") }
  }

  /// Users of the swarm on the line, or of all swarms.
  private var users: [(String, String)] {
    let asked: [GUID]
    if request.command.arguments.contains(where: { $0.kind == .swarm }) {
      guard let swarm else { return [] }
      asked = [swarm]
    } else {
      asked = store.rememberedSwarms.map(\.guid)
    }
    let word = request.word.lowercased()
    var found: Set<GUID> = []
    var looked = 0
    for swarm in asked where looked < Self.scanLimit && found.count < Self.userLimit {
      try? NamespaceScan.forEach(in: swarm, layout: store.layout) { item throws(SwarmError) in
        looked += 1
        if let user = item.namespace?.user, user.description.hasPrefix(word) { found.insert(user) }
        return looked < Self.scanLimit && found.count < Self.userLimit
      }
    }
    let names = (try? UserNames(store: store).entries()) ?? []
    let called = Dictionary(names.map { ($0.user, $0.name) }, uniquingKeysWith: { $1 })
    return names.map { ($0.name, "\($0.user)") }
      + found.sorted().map { ("\($0)", called[$0] ?? "") }
  }
}
