/// What is known of a swarm from its manifest alone.
public struct SwarmSummary: Sendable, Equatable {
  /// The swarm.
  public let guid: GUID
  /// Its name; its GUID where the manifest names none.
  public let name: String
  /// What it is for.
  public let purpose: String
  /// How many agent files the manifest counts.
  public let agentCount: Int
  /// How many agents loaded when it was deployed; as many as files where nobody noted it.
  public let loadedAgents: Int
  /// When it was made, as the bundle says it.
  public let createdAt: String
  /// Who made it.
  package let createdBy: String
  /// What closes it, `sealed` or `eternal`, as far as the manifest says it; `nil` for an open one.
  package let seal: String?
  /// Why the swarm cannot be used, or `nil` for a sound one.
  public let damage: String?

  init(guid: GUID, manifest: SwarmManifest) {
    self.guid = guid
    name = manifest.name.isEmpty ? guid.description : manifest.name
    purpose = manifest.purpose
    agentCount = manifest.agentCount
    loadedAgents = manifest.loadedAgents ?? manifest.agentCount
    createdAt = manifest.createdAt
    createdBy = manifest.createdBy
    seal = manifest.seal?.status
    damage = nil
  }

  init(guid: GUID, damage: String) {
    self.guid = guid
    name = ""
    purpose = ""
    agentCount = 0
    loadedAgents = 0
    createdAt = ""
    createdBy = ""
    seal = nil
    self.damage = damage
  }

  private init(
    guid: GUID, name: String, purpose: String, agentCount: Int, loadedAgents: Int,
    createdAt: String, createdBy: String, seal: String?
  ) {
    self.guid = guid
    self.name = name
    self.purpose = purpose
    self.agentCount = agentCount
    self.loadedAgents = loadedAgents
    self.createdAt = createdAt
    self.createdBy = createdBy
    self.seal = seal
    damage = nil
  }

  /// What closes it, `sealed` or `eternal`: the manifest, or the mark in its folder; `nil` for an
  /// open one.
  ///
  /// - Parameter store: The swarms.
  /// - Returns: The status.
  package func sealStatus(_ store: SwarmStore) -> String? {
    if let seal { return seal }
    return (try? FileSystem.status(store.layout.sealMark(guid))) == nil ? nil : "sealed"
  }

  // MARK: In the index

  /// The fields in the order of the index.
  var indexed: [JSONValue] {
    [
      .string(name), .string(purpose), .number(JSONNumber(agentCount)), .string(createdAt),
      .string(createdBy), seal.map { .string($0) } ?? .null, .number(JSONNumber(loadedAgents)),
    ]
  }

  init?(guid: GUID, indexed: ArraySlice<JSONValue>) {
    let fields = Array(indexed)
    guard fields.count == 7, let name = fields[0].string, let purpose = fields[1].string,
      let agentCount = fields[2].int, let createdAt = fields[3].string,
      let createdBy = fields[4].string, let loadedAgents = fields[6].int
    else { return nil }
    self.init(
      guid: guid, name: name, purpose: purpose, agentCount: agentCount,
      loadedAgents: loadedAgents, createdAt: createdAt, createdBy: createdBy,
      seal: fields[5].string)
  }
}
