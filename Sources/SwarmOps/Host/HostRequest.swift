/// What the host is asked: each key of the wire in this direction is spelled here and in
/// `agent_host.py`, `agent_serving.py` and `agent_child.py`.
enum HostRequest {
  /// Where the host finds a swarm's files.
  struct Place {
    /// The folder with the agents.
    let agents: String
    /// The folder as messages name it.
    let shown: String
    /// Where bytecode is kept.
    let code: String

    init(agents: String, shown: String, code: String) {
      (self.agents, self.shown, self.code) = (agents, shown, code)
    }

    /// A swarm as it is deployed.
    init(_ swarm: GUID, _ layout: SwarmLayout) {
      let agents = layout.agents(swarm)
      self.init(agents: agents, shown: agents, code: layout.code(swarm))
    }

    fileprivate var members: JSONObject {
      [
        "agents_dir": .string(agents), "display_dir": .string(shown), "code_cache": .string(code),
      ]
    }
  }

  /// Whose memory agents are bound to, and where its copy is.
  struct Binding {
    let namespace: Namespace
    /// The copy of `memory.json`, the value of `BRAINSTEM_MEMORY_PATH`.
    let memory: String

    fileprivate var members: JSONObject {
      [
        "user_guid": namespace.user.map { .string("\($0)") } ?? .null,
        "memory_path": .string(memory),
      ]
    }
  }

  /// What a process needs to fence itself and its children.
  struct ChildFence {
    /// The process's own temporary folder.
    let temporary: String
    /// The folder around the copy of the memory.
    let copies: String
  }

  /// One call in a process of its own.
  ///
  /// - Parameters:
  ///   - agent: The agent.
  ///   - arguments: The checked arguments.
  ///   - place: Where the swarm's files are.
  ///   - binding: Whose memory it works on.
  ///   - policy: What the process was started with.
  static func run(
    _ agent: some HostedAgent, arguments: JSONObject, in place: Place, binding: Binding,
    policy: SandboxPolicy
  ) -> HostFrame {
    var members: JSONObject = ["mode": "run"]
    members.merge(place.members)
    members.merge(name(agent))
    members["args"] = .object(arguments)
    members.merge(binding.members)
    members["output_limit"] = .number(JSONNumber(HostProcess.outputLimit))
    members["sandbox"] = policy.member
    return frame(members)
  }

  /// What agents have to say before a conversation.
  static func context(
    _ agents: [some HostedAgent], in place: Place, binding: Binding, policy: SandboxPolicy
  ) -> HostFrame {
    var members: JSONObject = ["mode": "context"]
    members.merge(place.members)
    members["agents"] = .array(agents.map { .object(name($0)) })
    members.merge(binding.members)
    members["sandbox"] = policy.member
    return frame(members)
  }

  /// What files hold which agents; the process fences itself once it has compiled them.
  static func load(
    _ files: [String], in place: Place, binding: Binding, policy: SandboxPolicy
  ) -> HostFrame {
    var members: JSONObject = ["mode": "load"]
    members.merge(place.members)
    members["files"] = .array(files.map { .string($0) })
    members.merge(binding.members)
    members["sandbox"] = policy.memberForLater
    return frame(members)
  }

  /// Files to be compiled, of which nothing is executed.
  static func compile(_ files: [String], in place: Place) -> HostFrame {
    reading("compile", files, in: place)
  }

  /// Files to be read for what they declare and import; nothing of them is executed.
  static func requirements(of files: [String], in place: Place) -> HostFrame {
    reading("requirements", files, in: place)
  }

  private static func reading(_ mode: String, _ files: [String], in place: Place) -> HostFrame {
    var members: JSONObject = ["mode": .string(mode)]
    members.merge(place.members)
    members["files"] = .array(files.map { .string($0) })
    return frame(members)
  }

  /// A process that forks others, each of which fences itself.
  static func serve(_ place: Place, policy: SandboxPolicy) -> HostFrame {
    var members: JSONObject = ["mode": "serve"]
    members.merge(place.members)
    members["sandbox"] = policy.memberForLater
    return frame(members)
  }

  /// A forked process for one namespace.
  ///
  /// - Parameters:
  ///   - files: Files of agents that will be called first.
  ///   - pipes: The FIFOs for requests, answers and prints.
  ///   - binding: Whose memory it works on.
  ///   - fence: What it needs to fence itself, or `nil` where it is to be free.
  static func fork(
    files: [String], pipes: (requests: String, answers: String, prints: String), binding: Binding,
    fence: ChildFence?
  ) -> HostFrame {
    var members: JSONObject = [
      "files": .array(files.map { .string($0) }), "requests": .string(pipes.requests),
      "answers": .string(pipes.answers), "output": .string(pipes.prints),
      "output_limit": .number(JSONNumber(HostProcess.outputLimit)),
    ]
    members.merge(binding.members)
    if let fence {
      members["temporary"] = .string(fence.temporary)
      members["copies"] = .string(fence.copies)
      members["access"] = .number(JSONNumber(Int(LandlockAccess.changing.rawValue)))
    }
    return frame(members)
  }

  /// Asks for a forked process that has ended to be collected: until then nobody has its number.
  static func collect(_ process: Int32) -> HostFrame {
    frame(["collect": .number(JSONNumber(Int(process)))])
  }

  /// One call of a forked process.
  ///
  /// - Parameters:
  ///   - number: What its answer is known by.
  ///   - agent: ``members(of:environment:)`` of its agent.
  ///   - arguments: The arguments, as JSON.
  ///   - isFresh: Whether the copy of the memory was put in place since the last call.
  static func call(_ number: Int, agent: [UInt8], arguments: [UInt8], isFresh: Bool) -> HostFrame {
    var bytes = Array("{\"n\":\(number),\(isFresh ? "\"fresh\":true," : "")".utf8)
    bytes.reserveCapacity(bytes.count + agent.count + arguments.count + 16)
    bytes += agent
    bytes += Array(",\"args\":".utf8)
    bytes += arguments
    bytes.append(UInt8(ascii: "}"))
    return HostFrame(header: bytes)
  }

  /// The members of a request that name an agent, as JSON without brackets.
  ///
  /// - Parameters:
  ///   - agent: The agent.
  ///   - environment: Variables that it alone is given.
  static func members(of agent: some HostedAgent, environment: [String: String]) -> [UInt8] {
    var members = name(agent)
    if !environment.isEmpty {
      members["environment"] = .object(
        JSONObject(environment.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }
    return Array(JSONValue.object(members).serialized().dropFirst().dropLast())
  }

  private static func name(_ agent: some HostedAgent) -> JSONObject {
    [
      "file": .string(agent.fileName), "class": .string(agent.className),
      "agent": .string(agent.name),
    ]
  }

  private static func frame(_ members: JSONObject) -> HostFrame {
    HostFrame(header: JSONValue.object(members).serialized())
  }
}

extension JSONObject {
  /// Adds the members of another, which win.
  fileprivate mutating func merge(_ other: JSONObject) {
    for (key, value) in other { self[key] = value }
  }
}

/// An agent, as far as a process that is to call it must know.
protocol HostedAgent {
  /// The file that it is in.
  var fileName: String { get }
  /// Its class in that file.
  var className: String { get }
  /// What it is called.
  var name: String { get }
}
