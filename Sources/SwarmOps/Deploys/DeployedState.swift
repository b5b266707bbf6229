/// What is in place before a deploy.
struct DeployedState {
  /// Whether the swarm is there at all.
  let exists: Bool
  /// Its manifest; `nil` where it is missing or damaged.
  let manifest: SwarmManifest?
  /// The files below `agents/` but what Python compiled by itself.
  let files: Set<JSONKey>
  /// Those that were made since the last deploy.
  let made: [String]

  private let folder: String

  /// Looks at a swarm.
  init(of swarm: GUID, layout: SwarmLayout) throws(SwarmError) {
    exists = try FileSystem.status(layout.swarm(swarm)) != nil
    folder = layout.agents(swarm)
    var files: Set<JSONKey> = []
    if try FileSystem.status(folder)?.kind == .folder {
      for entry in try FolderTree.entries(of: folder)
      where entry.status.kind != .folder && !DeployedFiles.isCompiled(entry.path.text) {
        files.insert(JSONKey(entry.path.text))
      }
    }
    self.files = files
    let manifest = try? SwarmManifest.read(layout.manifest(swarm))
    self.manifest = manifest
    guard let manifest else {
      made = []
      return
    }
    // Others' manifests do not list helper modules, so only an agent can be told to be new.
    made = try DeployedFiles(folder, listedBy: manifest).unlisted.filter { path in
      manifest.deploy != nil || AgentFileName.problem(path) == nil
    }
  }

  /// The agent files.
  var agentFiles: Set<JSONKey> { files.filter { AgentFileName.problem($0.text) == nil } }

  /// Whether a file is there with exactly these bytes.
  func holds(_ bytes: [UInt8], at path: String) -> Bool {
    guard files.contains(JSONKey(path)) else { return false }
    return
      (try? FileSystem.readIfPresent(
        folder + "/" + path, limit: bytes.count, followLinks: false)) == bytes
  }
}
