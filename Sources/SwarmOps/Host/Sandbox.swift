/// What agents of one swarm may do, worked out once for all of its calls.
struct Sandbox: Sendable {
  /// The operator's options, for this call and kept with the swarm.
  let options: SandboxOptions
  /// The level in force.
  let level: SandboxOptions.Level
  /// The interpreter's own folders.
  let interpreter: InterpreterFolders
  private let environment: EnvironmentVariables
  private let layout: SwarmLayout
  private let shared: [String]
  private let allowedReading: [String]
  private let allowedWriting: [String]

  /// What a call has of its own.
  struct Call {
    /// Folders of agents, where they are and where they will be.
    var agents: [String]
    /// The copy of the memory that the agents work on, if they have one.
    var copy: String?
    /// The private temporary folder, which exists.
    var temporary: String?
    /// Variables that the agents declare to need.
    var declared: [String] = []
    /// Where the host's files are.
    var hostFolder: String
    /// Where compiled agents are.
    var code: String
  }

  /// Works out what a swarm's agents may do.
  ///
  /// - Parameters:
  ///   - agents: What agent processes are given, with the operator's options for this call.
  ///   - kept: The options that the swarm keeps.
  ///   - python: The interpreter.
  ///   - layout: The root.
  ///   - remembers: Whether the cache may be written.
  /// - Throws: ``SwarmError/Code/usage`` for what must not be allowed, ``SwarmError/Code/setup``
  ///   where the kernel cannot give what `strict` promises.
  init(
    _ agents: AgentEnvironment, kept: SandboxOptions?, python: PythonInterpreter,
    layout: SwarmLayout, remembers: Bool = true
  ) throws(SwarmError) {
    options = kept.map { agents.sandbox.over($0) } ?? agents.sandbox
    level = options.level ?? .standard
    environment = agents.variables
    self.layout = layout
    interpreter = try .of(
      python, environment: agents.variables, layout: layout, remembers: remembers)
    try agents.sandbox.check(layout)
    guard level != .off else {
      (shared, allowedReading, allowedWriting) = ([], [], [])
      return
    }
    if level == .strict { try Self.checkKernel() }
    var (reading, writing): ([String], [String]) = ([], [])
    // What a swarm keeps may be gone by now, but must not have become a way to everyone's memory.
    for path in options.readable where FileSystem.realPath(path) != nil {
      reading.append(try SandboxOptions.resolved(path, layout))
    }
    for path in options.writable where FileSystem.realPath(path) != nil {
      writing.append(try SandboxOptions.resolved(path, layout))
    }
    (allowedReading, allowedWriting) = (reading, writing)
    let root = FileSystem.realPath(layout.root) ?? layout.root
    let home = environment["HOME"].flatMap { FileSystem.realPath($0) }
    // A home folder that everything is in, as in some containers, cannot be left out.
    let homes = home.map { [$0] }?.filter { $0 != "/" } ?? []
    let system = SystemFolders.readable(isRoot: ProcessOwner.isRoot)
    let packages = ([python.path] + interpreter.paths).filter { path in
      !system.contains { PathPrefix.contains($0, path) }
    }
    shared =
      SystemFolders.leavingOut([root] + homes, of: system)
      + SystemFolders.leavingOut([root], of: packages)
  }

  private static func checkKernel() throws(SwarmError) {
    let missing = SandboxSupport.missing
    guard let first = missing.first else { return try Fence.checkRoom() }
    throw SwarmError(
      .setup, "this system cannot give all that the level strict promises: \(first)",
      hint: .either([
        .use(.sandbox, to: "take what there is of standard"),
        .run(.doctor, "says what is missing"),
      ]))
  }

  /// Whether a forked process can restrict its files itself, or needs not to.
  var canFenceChildren: Bool {
    level == .off || Fence.possible.landlock == 0 || interpreter.canFenceItself
  }

  /// The variables of an agent beyond what all agents of the swarm are given.
  ///
  /// - Parameter declared: Variables that the agent declares to need.
  func environment(declaring declared: [String]) -> [String: String] {
    var variables: [String: String] = [:]
    for name in declared where withholds(name) { variables[name] = environment[name] }
    return variables
  }

  /// Whether an agent that declares a variable would be given it, and is not given it otherwise.
  func withholds(_ variable: String) -> Bool {
    level == .standard && environment[variable] != nil && !options.variables.contains(variable)
  }

  /// What the processes of one call may do.
  func policy(_ call: Call) -> SandboxPolicy {
    let root = FileSystem.realPath(layout.root) ?? layout.root
    let copies = call.copy.map { [$0] } ?? []
    let temporary = call.temporary.map { [$0] } ?? []
    guard level != .off else {
      return SandboxPolicy(
        level: .off, readable: [], writable: [], ownFolders: [],
        variables: SandboxVariables(all: environment), memoryLimit: options.memoryLimit,
        diskLimit: options.diskLimit, heldFolders: copies, root: root)
    }
    var names = Set(options.variables)
    if level == .standard { names.formUnion(call.declared) }
    // Modules that the operator points at are meant to be read.
    let modules =
      names.contains("PYTHONPATH")
      ? (environment["PYTHONPATH"] ?? "").split(separator: ":").map(String.init)
        .filter { (try? SandboxOptions.resolved($0, layout)) != nil } : []
    let own = allowedReading + modules + call.agents + [call.hostFolder, call.code]
    return SandboxPolicy(
      level: level, readable: shared + own, writable: copies + temporary + allowedWriting,
      ownFolders: own,
      variables: SandboxVariables(environment, passing: names, temporary: call.temporary),
      memoryLimit: options.memoryLimit,
      diskLimit: options.diskLimit ?? SandboxOptions.defaultDiskLimit,
      heldFolders: copies + temporary, root: root)
  }
}

extension Sandbox {
  /// What agents may do that work in a staging folder, in which their folders are made.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - staging: The operation's own folder.
  ///   - hostFolder: Where the host's files are.
  ///   - declared: Variables that the agents declare to need.
  func policy(
    of swarm: GUID, in staging: StagingFolder, hostFolder: String, declared: [String]
  ) throws(SwarmError) -> SandboxPolicy {
    let copies = SwarmLayout(root: staging.path).memory(swarm)
    let temporary = SwarmLayout.temporary(in: staging.path)
    try FileSystem.makeFolders(copies)
    try FileSystem.makeFolder(temporary)
    return policy(
      Call(
        agents: [layout.agents(swarm)], copy: copies, temporary: temporary, declared: declared,
        hostFolder: hostFolder, code: layout.code(swarm)))
  }
}

/// What a call was kept from: the level that was asked for, and what of it the kernel gave.
public struct SandboxReach: Sendable, Equatable {
  /// The level that was asked for.
  public let level: SandboxOptions.Level
  /// The version of Landlock that restricted files; 0 for none.
  public let landlock: Int
  /// Whether system calls were filtered.
  public let isFiltered: Bool

  init(_ level: SandboxOptions.Level, _ reach: Fence.Reach) {
    self.level = level
    landlock = reach.landlock
    isFiltered = reach.isFiltered
  }

  /// Whether all was given that the level promises.
  public var isWhole: Bool {
    level == .off || landlock >= Landlock.scopeVersion && isFiltered
  }

  /// The level and what was in force, in a few words.
  public var text: String {
    if level == .off { return level.rawValue }
    let parts = (landlock > 0 ? ["Landlock \(landlock)"] : []) + (isFiltered ? ["seccomp"] : [])
    return "\(level.rawValue) (\(parts.isEmpty ? "nothing" : parts.joined(separator: ", ")))"
  }

  /// The member of an envelope.
  package var json: JSONObject {
    [
      "level": .string(level.rawValue), "whole": .bool(isWhole),
      "landlock": .number(JSONNumber(landlock)), "seccomp": .bool(isFiltered),
    ]
  }
}

/// What this system can give of a sandbox.
package enum SandboxSupport {
  /// What it cannot, in words; empty where it gives everything.
  package static var missing: [String] {
    let possible = Fence.possible
    var missing: [String] = []
    if possible.landlock == 0 {
      missing.append("there is no Landlock, so agents can read and change all that you can")
    } else if possible.landlock < Landlock.scopeVersion {
      missing.append(
        "Landlock is of version \(possible.landlock), and before \(Landlock.scopeVersion) agents can "
          + "send signals to your other processes")
    }
    if !possible.isFiltered {
      missing.append(
        "system calls cannot be filtered, so agents can change modes and times of your files, use "
          + "sockets with names and, under strict, the network")
    }
    return missing
  }

  /// What it gives, in a few words.
  package static var summary: String {
    let possible = Fence.possible
    var parts: [String] = []
    if possible.landlock > 0 { parts.append("Landlock \(possible.landlock)") }
    if possible.isFiltered { parts.append("seccomp") }
    return parts.isEmpty ? "not available" : parts.joined(separator: ", ")
  }
}
