/// Notices that a swarm, or one memory of it, is another than before, without opening anything.
package struct SwarmWatch: Sendable {
  private let manifestPath: String
  private let agentsPath: String
  private let memoryPath: String
  private var manifest: FileStatus?
  private var agents: FileStatus?
  private var memory: FileStatus?

  /// Remembers how things are now.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - namespace: Whose memory.
  ///   - layout: The root.
  package init(_ swarm: GUID, _ namespace: Namespace, layout: SwarmLayout) {
    manifestPath = layout.manifest(swarm)
    agentsPath = layout.agents(swarm)
    memoryPath = layout.memoryFile(swarm, namespace)
    _ = swarmHasChanged()
    _ = memoryHasChanged()
  }

  /// Whether the swarm was deployed, removed or edited since it was last looked at.
  package mutating func swarmHasChanged() -> Bool {
    let (newManifest, newAgents) = (Self.status(manifestPath), Self.status(agentsPath))
    defer { (manifest, agents) = (newManifest, newAgents) }
    return !Self.isSame(manifest, newManifest) || !Self.isSame(agents, newAgents)
  }

  /// Whether the memory was written or removed since it was last looked at.
  package mutating func memoryHasChanged() -> Bool {
    let new = Self.status(memoryPath)
    defer { memory = new }
    return !Self.isSame(memory, new)
  }

  private static func status(_ path: String) -> FileStatus? {
    (try? FileSystem.status(path)) ?? nil
  }

  private static func isSame(_ old: FileStatus?, _ new: FileStatus?) -> Bool {
    guard let old, let new else { return old == nil && new == nil }
    return new.hasContent(of: old)
  }
}
