extension SwarmBundle {
  /// The `manifest.json` of a deployed swarm.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - createdAt: When it was made, or `nil` to leave the field out.
  ///   - createdBy: Who made it, or `nil` to leave the field out.
  /// - Returns: The known fields in the specification's order, then unknown ones; no source.
  package func manifest(swarm: GUID, createdAt: String?, createdBy: String?) -> JSONObject {
    BundleJSON.object(
      of: self, .deployed, swarm, createdAt: createdAt, createdBy: createdBy)
  }

  /// The whole bundle as one document, which ``BundleReader`` reads back as the same swarm.
  ///
  /// - Parameters:
  ///   - swarm: The swarm, or `nil` for a bundle that names none.
  ///   - createdAt: When it was made, or `nil` to leave the field out.
  ///   - createdBy: Who made it, or `nil` to leave the field out.
  /// - Returns: The document.
  package func document(swarm: GUID?, createdAt: String?, createdBy: String?) -> JSONValue {
    .object(
      BundleJSON.object(
        of: self, .document, swarm, createdAt: createdAt, createdBy: createdBy))
  }

  /// Writes the bundle unpacked: `manifest.json`, `soul.md`, `agents/`.
  ///
  /// The folder is meant for people to edit, so it holds no hashes and no counts, and the soul
  /// only in `soul.md`.
  ///
  /// - Parameter path: The folder to make, or an empty one.
  /// - Throws: ``SwarmError/Code/refused`` where something is already, ``SwarmError/Code/io`` where
  ///   writing fails; then what was written is removed again.
  package func write(toFolder path: String) throws(SwarmError) {
    for agent in agents { try AgentFileName.check(agent.fileName) }
    for helper in helpers { try HelperPath.check(helper.path) }
    try Self.checkVacant(path)
    let isNew = try FileSystem.makeFolder(path)
    do {
      try writeFiles(path)
    } catch {
      // The failure that made writing stop is the one to report.
      for name in [SwarmLayout.agentsName, SwarmLayout.manifestName, SwarmLayout.soulName] {
        try? FolderTree.remove(path + "/" + name)
      }
      if isNew { try? FolderTree.remove(path) }
      throw error
    }
  }

  private static func checkVacant(_ path: String) throws(SwarmError) {
    guard let status = FileSystem.statusFollowingLinks(path) else { return }
    guard status.kind == .folder else {
      throw SwarmError(
        .refused, "\(path) exists and is no folder", hint: "name a new folder", path: path)
    }
    guard try FileSystem.list(path).isEmpty else {
      throw SwarmError(
        .refused, "the folder \(path) is not empty", hint: "name a new or an empty folder",
        path: path)
    }
  }

  private func writeFiles(_ folder: String) throws(SwarmError) {
    let place = folder + "/" + SwarmLayout.agentsName
    try FileSystem.makeFolder(place)
    for agent in agents {
      try FileSystem.create(place + "/" + agent.fileName, agent.source, sync: false)
    }
    for helper in helpers {
      let path = place + "/" + helper.path
      if let slash = path.utf8.lastIndex(of: 0x2F) {
        try FileSystem.makeFolders(String(path[..<slash]))
      }
      try FileSystem.create(path, helper.source, sync: false)
    }
    if !soul.isEmpty {
      try FileSystem.create(folder + "/" + SwarmLayout.soulName, Array(soul.utf8), sync: false)
    }
    let manifest = BundleJSON.object(
      of: self, .folder, swarmGUID, createdAt: createdAt, createdBy: createdBy)
    let text = JSONValue.object(manifest).serialized(pretty: true) + [0x0A]
    try FileSystem.create(folder + "/" + SwarmLayout.manifestName, text, sync: false)
  }
}
