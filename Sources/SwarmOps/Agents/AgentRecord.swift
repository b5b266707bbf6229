/// What is known of one agent without running it.
public struct AgentRecord: Sendable, Equatable, HostedAgent {
  /// Whether an agent can be used, and if not, why.
  public enum State: String, Sendable {
    /// It can be run.
    case ok
    /// Its file is not Python.
    case syntax
    /// Its file, or something that the file imports, cannot be executed.
    case `import`
    /// Its file defines no agent.
    case noClass = "no_class"
    /// Its class cannot be instantiated.
    case instantiation
    /// Another file's agent has its name and comes first.
    case duplicateName = "duplicate_name"
  }

  /// The agent's name; empty where its file gives none.
  public let name: String
  /// The file that defines it.
  public let fileName: String
  /// The class that makes it; empty where its file gives none.
  public let className: String
  /// Whether it can be used.
  public var state: State
  /// What is wrong, or a warning about a usable agent; empty where there is nothing to say.
  public var message: String
  /// The line of the file that is wrong, counted from 1.
  public let line: Int?
  /// The package that was not found.
  public let missingModule: String?
  /// The module of the swarm or of the contract that was not found; no package is missing.
  package let absentModule: String?
  /// The file whose agent has its name and comes first, where it is ``State/duplicateName``.
  package internal(set) var firstFile: String?
  /// What it says of itself.
  public let description: String
  /// The schema of its arguments as it gives it, or `nil`.
  public let parameters: JSONValue?
  /// What its metadata says of its tool for models: `title`, `readOnlyHint` and the like.
  package let annotations: JSONObject
  /// Whether it has something to say in `system_context()`.
  public let hasContext: Bool
  /// What the sandbox refused while its file failed to load.
  public let refusals: [SandboxRefusal]
  /// The packages that it declares to need.
  public let requires: [String]
  /// The environment variables that it declares to need.
  public let requiresEnvironment: [String]

  /// Reads a frame of the host's `load` mode; `nil` for frames that say something else.
  init?(frame: JSONObject) {
    guard let file = frame["file"]?.string, let type = frame["type"]?.string else { return nil }
    fileName = file
    line = frame["line"]?.int
    missingModule = frame["missing_module"]?.string
    refusals = (frame["refusals"]?.array ?? []).compactMap { SandboxRefusal(json: $0) }
    absentModule = frame["absent_module"]?.string
    requires = Self.strings(frame["requires"])
    requiresEnvironment = Self.strings(frame["requires_env"])
    switch type {
    case "agent":
      name = frame["name"]?.string ?? ""
      className = frame["class"]?.string ?? ""
      state = .ok
      let warnings = [frame["warning"]?.string, Self.nameProblem(name)].compactMap(\.self)
      message = warnings.joined(separator: "; ")
      description = frame["description"]?.string ?? ""
      parameters = frame["metadata"]?["parameters"]
      annotations = Self.annotations(frame["metadata"]?.object ?? [:])
      hasContext = frame["has_context"]?.bool ?? false
    case "failed":
      (name, className, description, parameters, hasContext) = ("", "", "", nil, false)
      annotations = [:]
      state = frame["state"]?.string.flatMap(State.init(rawValue:)) ?? .import
      message = frame["message"]?.string ?? ""
    default: return nil
    }
  }

  /// The agents that cannot be used, to be said one by one: those of one file that are all in another
  /// one as well are said once, by name.
  ///
  /// - Parameter agents: All agents of a swarm.
  /// - Returns: Those that cannot be used, in their order.
  package static func problems(of agents: [AgentRecord]) -> [AgentRecord] {
    var problems: [AgentRecord] = []
    for agent in agents where agent.state != .ok {
      guard agent.state == .duplicateName, let first = agent.firstFile else {
        problems.append(agent)
        continue
      }
      let same = agents.filter {
        $0.state == .duplicateName && $0.fileName == agent.fileName && $0.firstFile == first
      }
      if same.first != agent { continue }
      var problem = agent
      problem.message = message(same.map(\.name), areIn: first)
      problems.append(problem)
    }
    return problems
  }

  /// Why agents are left out that another file has as well.
  static func message(_ names: [String], areIn first: String) -> String {
    let quoted = names.map { "\"\($0)\"" }
    guard let last = quoted.last, quoted.count > 1 else {
      return "\(first) has an agent \(quoted.first ?? "") as well, and comes first"
    }
    return "\(first) has agents \(quoted.dropLast().joined(separator: ", ")) and \(last) as well, "
      + "and comes first"
  }

  /// The annotations of the Model Context Protocol, in its own spelling or in Python's.
  private static func annotations(_ metadata: JSONObject) -> JSONObject {
    let given = metadata["annotations"]?.object ?? [:]
    var found = JSONObject()
    for title in [given["title"], metadata["title"], metadata["display_name"]] {
      if found["title"] == nil, let text = title?.string, !text.isEmpty { found["title"] = title }
    }
    let hints = [
      ("readOnlyHint", "read_only_hint"), ("destructiveHint", "destructive_hint"),
      ("idempotentHint", "idempotent_hint"), ("openWorldHint", "open_world_hint"),
    ]
    for (name, pythonName) in hints {
      let value = given[name] ?? given[pythonName] ?? metadata[name] ?? metadata[pythonName]
      if value?.bool != nil { found[name] = value }
    }
    return found
  }

  /// Whether a model can call it.
  public var isTool: Bool { Self.nameProblem(name) == nil }

  /// What is wrong with an agent's name as the name of a model's tool: the APIs take 1 to 64 letters,
  /// digits, `_` and `-`.
  private static func nameProblem(_ name: String) -> String? {
    let isTaken = name.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D: true
      default: false
      }
    }
    if isTaken, (1...64).contains(name.utf8.count) { return nil }
    return "no model can call it by the name \(name.quoted): "
      + "tools have 1 to 64 letters, digits, _ and -"
  }

  private static func strings(_ value: JSONValue?) -> [String] {
    value?.array?.compactMap(\.string) ?? []
  }
}
