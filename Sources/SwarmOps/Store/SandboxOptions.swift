/// What the operator allows agents, for one call or, kept in a swarm's manifest, for all of its calls
///.
///
/// Never read from a bundle and never exported.
public struct SandboxOptions: Sendable, Equatable {
  /// How much agents are kept from.
  public enum Level: String, Sendable, CaseIterable {
    /// Files and variables of others, and power over other processes.
    case standard
    /// The network as well.
    case strict
    /// Nothing.
    case off
  }

  /// The level; `nil` where nobody said.
  public var level: Level?
  /// Absolute paths that agents may read besides what they always may.
  public var readable: [String] = []
  /// Absolute paths that agents may change.
  public var writable: [String] = []
  /// Variables that agents see besides what they always do.
  public var variables: [String] = []
  /// The most bytes of address space of each process, or `nil`.
  public var memoryLimit: Int?
  /// The most bytes that a call may hold in its folders; `nil` for ``defaultDiskLimit``.
  public var diskLimit: Int?

  /// What a call may hold in its folders where nobody says: 1 GiB.
  public static let defaultDiskLimit = 1 << 30

  /// Makes options that say nothing.
  public init() {}

  /// These options for one call, with those that a swarm keeps behind them: what is allowed adds up.
  ///
  /// - Parameter kept: The swarm's own options.
  func over(_ kept: SandboxOptions) -> SandboxOptions {
    var both = self
    both.level = level ?? kept.level
    both.readable = kept.readable + readable
    both.writable = kept.writable + writable
    both.variables = kept.variables + variables
    both.memoryLimit = memoryLimit ?? kept.memoryLimit
    both.diskLimit = diskLimit ?? kept.diskLimit
    return both
  }

  /// These options where they say something, and others where they do not.
  func replacing(_ kept: SandboxOptions) -> SandboxOptions {
    var all = kept
    if let level { all.level = level }
    if !readable.isEmpty { all.readable = readable }
    if !writable.isEmpty { all.writable = writable }
    if !variables.isEmpty { all.variables = variables }
    if let memoryLimit { all.memoryLimit = memoryLimit }
    if let diskLimit { all.diskLimit = diskLimit }
    return all
  }

  // MARK: In the manifest

  /// Reads what a manifest keeps; what is not understood is left out.
  init(json: JSONValue?) {
    level = json?["level"]?.string.flatMap { Level(rawValue: $0) }
    readable = Self.strings(json?["allow_read"])
    writable = Self.strings(json?["allow_write"])
    variables = Self.strings(json?["pass_env"])
    memoryLimit = json?["max_memory"]?.int
    diskLimit = json?["max_disk"]?.int
  }

  private static func strings(_ value: JSONValue?) -> [String] {
    value?.array?.compactMap(\.string) ?? []
  }

  /// What a manifest keeps, and what programs are shown; only what was said.
  package var json: JSONObject {
    var json = JSONObject()
    json["level"] = level.map { .string($0.rawValue) }
    for (key, values) in [
      ("allow_read", readable), ("allow_write", writable), ("pass_env", variables),
    ] where !values.isEmpty {
      json[key] = .array(values.map { .string($0) })
    }
    json["max_memory"] = memoryLimit.map { .number(JSONNumber($0)) }
    json["max_disk"] = diskLimit.map { .number(JSONNumber($0)) }
    return json
  }

  // MARK: Checking

  /// Refuses what must not be allowed: everything, and everyone's memory.
  ///
  /// - Parameter layout: The root.
  /// - Throws: ``SwarmError/Code/usage``.
  package func check(_ layout: SwarmLayout) throws(SwarmError) {
    for path in readable + writable { _ = try Self.resolved(path, layout) }
    for name in variables where name.isEmpty || name.utf8.contains(where: { $0 == 0x3D }) {
      throw SwarmError(
        .usage, "\"\(name.shortened)\" is not the name of an environment variable",
        hint: "give a name alone: the value is the one that there is")
    }
  }

  /// A path that may be allowed, links followed.
  static func resolved(_ path: String, _ layout: SwarmLayout)
    throws(SwarmError) -> String
  {
    guard let real = FileSystem.realPath(path) else {
      throw SwarmError(
        .usage, "agents cannot be allowed \(path.shortenedPath): it does not exist",
        hint: "name a file or folder that is there", path: path.shortenedPath)
    }
    if real == "/" {
      throw SwarmError(
        .usage, "agents cannot be allowed /: that is everything there is",
        hint: "name what the agent needs", path: real)
    }
    let root = FileSystem.realPath(layout.root) ?? layout.root
    if PathPrefix.contains(real, root) || PathPrefix.contains(root, real) {
      throw SwarmError(
        .usage,
        "agents cannot be allowed \(path.shortenedPath): it \(real == root ? "is" : "holds, or is in,") the root "
          + "\(root.shortenedPath), where everyone's memory is",
        hint: "keep what agents need somewhere else", path: path.shortenedPath)
    }
    return real
  }
}

/// Paths as components.
enum PathPrefix {
  /// Whether a path is a folder, or below it; both absolute and without links.
  static func contains(_ folder: String, _ path: String) -> Bool {
    folder == "/" || path == folder || path.hasPrefix(folder + "/")
  }
}
