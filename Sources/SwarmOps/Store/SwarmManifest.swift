/// A swarm's `manifest.json` as it is on disk: known fields to read, every other field kept.
package struct SwarmManifest: Sendable, Equatable {
  /// All fields in their order.
  package var fields: JSONObject

  /// Wraps the fields of a manifest.
  ///
  /// - Parameter fields: The manifest's object.
  package init(fields: JSONObject) { self.fields = fields }

  /// The swarm's name; empty where the manifest has none.
  package var name: String { fields["name"]?.string ?? "" }
  /// What the swarm is for.
  package var purpose: String { fields["purpose"]?.string ?? "" }
  /// The system prompt text.
  package var soul: String { fields["soul"]?.string ?? "" }
  /// When the swarm was made, as the bundle says it.
  package var createdAt: String { fields["created_at"]?.string ?? "" }
  /// Who made the swarm.
  package var createdBy: String { fields["created_by"]?.string ?? "" }
  /// How many agent files the manifest counts or, without a count, lists.
  package var agentCount: Int { fields["agent_count"]?.int ?? fields["agents"]?.array?.count ?? 0 }

  /// What closes the swarm, as far as the manifest says it.
  package var seal: SwarmSeal? { SwarmSeal(fields[SwarmSeal.field]) }

  /// One file below `agents/` as a manifest lists it.
  package struct ListedFile: Sendable, Equatable {
    /// The path below `agents/`.
    package let path: String
    /// Its SHA-256 where the manifest says it.
    package let sha256: String?
  }

  /// The agents and other files that the manifest lists; other servers list agents by name alone.
  package var listedFiles: [ListedFile] {
    let agents = (fields["agents"]?.array ?? []).map { entry in
      (entry.string ?? entry["filename"]?.string, entry["sha256"]?.string)
    }
    let others = (fields["files"]?.array ?? []).map { entry in
      (entry["path"]?.string, entry["sha256"]?.string)
    }
    return (agents + others).compactMap { path, hash in
      path.map { ListedFile(path: $0, sha256: hash) }
    }
  }

  /// The interpreter that the swarm itself names, set by `deploy --python`.
  package var python: String? {
    get { own["python"]?.string }
    set { own["python"] = newValue.map { .string($0) } }
  }

  /// How many agents loaded when the swarm was deployed; `nil` where another program made it.
  package var loadedAgents: Int? {
    get { own["loaded_agents"]?.int }
    set { own["loaded_agents"] = newValue.map { .number(JSONNumber($0)) } }
  }

  /// What the last deploy noted about itself; `nil` where another program made the swarm.
  package var deploy: DeployNote? {
    get { DeployNote(own["deploy"]) }
    set { own["deploy"] = newValue?.json }
  }

  /// Our own field: settings of this machine, and notes.
  var own: JSONObject {
    get { fields[Self.ownField]?.object ?? [:] }
    set { fields[Self.ownField] = newValue.isEmpty ? nil : .object(newValue) }
  }

  /// What the swarm allows its agents, set by `configure`.
  package var sandbox: SandboxOptions? {
    get { own["sandbox"].map { SandboxOptions(json: $0) } }
    set {
      let json = newValue?.json ?? [:]
      own["sandbox"] = json.isEmpty ? nil : .object(json)
    }
  }

  /// The field that holds settings of ours; other readers may ignore it.
  static let ownField = "swarmctl"
  /// The most bytes that a manifest may have.
  static let sizeLimit = 64 << 20

  /// Reads a manifest.
  ///
  /// - Throws: ``SwarmError/Code/badData`` where it is missing or no JSON object.
  static func read(_ path: String) throws(SwarmError) -> SwarmManifest {
    guard let bytes = try FileSystem.readIfPresent(path, limit: sizeLimit) else {
      throw SwarmError(.badData, "\(path) is missing", path: path)
    }
    let value: JSONValue
    do throws(JSONSyntaxError) {
      value = try JSONValue.parse(bytes, options: .allowNonFinite)
    } catch {
      throw SwarmError(.badData, "\(path) is not JSON: \(error)", path: path)
    }
    guard let fields = value.object else {
      throw SwarmError(.badData, "\(path) does not hold a JSON object", path: path)
    }
    return SwarmManifest(fields: fields)
  }
}
