/// What a deploy changes in a swarm.
public struct DeployDifference: Sendable, Equatable {
  /// Agent files that the swarm does not have yet.
  public private(set) var addedAgents: [String] = []
  /// Agent files that go.
  public private(set) var removedAgents: [String] = []
  /// Agent files with other bytes, or about which the manifest says something else.
  public private(set) var changedAgents: [String] = []
  /// Helper modules and data files that come, go or change, as paths below the agents.
  public private(set) var otherFiles: [String] = []
  /// The manifest's fields that change, such as `soul`, and the settings that the deploy names.
  public private(set) var fields: [String] = []

  /// Whether the swarm stays as it is.
  public var isEmpty: Bool {
    addedAgents.isEmpty && removedAgents.isEmpty && changedAgents.isEmpty && otherFiles.isEmpty
      && fields.isEmpty
  }

  /// Fields that follow from the others.
  private static let derived = ["schema", "agent_count", "agents", "files", SwarmManifest.ownField]

  /// Compares a new deploy with the one in place.
  ///
  /// - Parameters:
  ///   - bundle: The new agents and files.
  ///   - manifest: The new manifest.
  ///   - current: What is in place.
  init(_ bundle: SwarmBundle, _ manifest: SwarmManifest, from current: DeployedState) {
    var old = current.files
    let entries = Self.entries(of: manifest)
    let oldEntries = Self.entries(of: current.manifest)
    for agent in bundle.agents {
      let key = JSONKey(agent.fileName)
      guard old.remove(key) != nil else {
        addedAgents.append(agent.fileName)
        continue
      }
      if !current.holds(agent.source, at: agent.fileName) || entries[key] != oldEntries[key] {
        changedAgents.append(agent.fileName)
      }
    }
    for helper in bundle.helpers {
      old.remove(JSONKey(helper.path))
      if !current.holds(helper.source, at: helper.path) { otherFiles.append(helper.path) }
    }
    for path in old.map(\.text).sorted(by: Self.inByteOrder) {
      if AgentFileName.problem(path) == nil {
        removedAgents.append(path)
      } else {
        otherFiles.append(path)
      }
    }
    otherFiles.sort(by: Self.inByteOrder)
    // A manifest that is damaged changes as a whole.
    if current.exists { compareFields(manifest, current.manifest ?? SwarmManifest(fields: [:])) }
  }

  private mutating func compareFields(_ new: SwarmManifest, _ old: SwarmManifest) {
    var keys: [String] = []
    for key in new.fields.keys + old.fields.keys
    where !Self.derived.contains(key) && !keys.contains(where: { $0.hasSameBytes(as: key) }) {
      keys.append(key)
    }
    fields = keys.filter { new.fields[$0] != old.fields[$0] }
    if new.python != old.python { fields.append("python") }
  }

  private static func entries(of manifest: SwarmManifest?) -> [JSONKey: JSONValue] {
    var entries: [JSONKey: JSONValue] = [:]
    for entry in manifest?.fields["agents"]?.array ?? [] {
      if let name = entry["filename"]?.string { entries[JSONKey(name)] = entry }
    }
    return entries
  }

  private static func inByteOrder(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }
}
