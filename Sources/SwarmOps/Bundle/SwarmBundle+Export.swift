extension SwarmBundle {
  /// The `manifest.json` of a deployed swarm (spec section 3).
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - createdAt: When it was made, or `nil` to leave the field out.
  ///   - createdBy: Who made it, or `nil` to leave the field out.
  /// - Returns: The known fields in the specification's order, then unknown ones; no source.
  public func manifest(swarm: GUID, createdAt: String?, createdBy: String?) -> JSONObject {
    object(.manifest, swarm, createdAt: createdAt, createdBy: createdBy)
  }

  /// The whole bundle as one document, which ``BundleReader`` reads back as the same swarm.
  ///
  /// - Parameters:
  ///   - swarm: The swarm, or `nil` for a bundle that names none.
  ///   - createdAt: When it was made, or `nil` to leave the field out.
  ///   - createdBy: Who made it, or `nil` to leave the field out.
  /// - Returns: The document.
  public func document(swarm: GUID?, createdAt: String?, createdBy: String?) -> JSONValue {
    .object(object(.document, swarm, createdAt: createdAt, createdBy: createdBy))
  }

  /// Writes the bundle unpacked: `manifest.json`, `soul.md`, `agents/`.
  ///
  /// The folder is meant for people to edit, so it holds no hashes and no counts, and the soul
  /// only in `soul.md`.
  ///
  /// - Parameter path: The folder to make, or an empty one.
  /// - Throws: ``SwarmError/Code/refused`` where something is already, ``SwarmError/Code/io`` where
  ///   writing fails; then what was written is removed again.
  public func write(toFolder path: String) throws(SwarmError) {
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
    let manifest = object(.folder, swarmGUID, createdAt: createdAt, createdBy: createdBy)
    let text = JSONValue.object(manifest).serialized(pretty: true) + [0x0A]
    try FileSystem.create(folder + "/" + SwarmLayout.manifestName, text, sync: false)
  }

  private func object(_ form: Form, _ swarm: GUID?, createdAt: String?, createdBy: String?)
    -> JSONObject
  {
    var object: JSONObject = ["schema": .string(Self.schema)]
    if let swarm { object["swarm_guid"] = .string(swarm.description) }
    object["name"] = .string(name)
    object["purpose"] = .string(purpose)
    if form != .folder { object["soul"] = .string(soul) }
    if let createdAt { object["created_at"] = .string(createdAt) }
    if let createdBy { object["created_by"] = .string(createdBy) }
    if form != .folder { object["agent_count"] = .number(JSONNumber(agents.count)) }
    object["agents"] = .array(
      agents.map {
        form.entry("filename", $0.fileName, $0.fields, source: $0.source, sha256: $0.sha256)
      })
    if !helpers.isEmpty {
      object["files"] = .array(
        helpers.map {
          form.entry(
            "path", $0.path, [:], source: $0.source, isText: $0.isText, sha256: $0.sha256)
        })
    }
    for (key, value) in otherFields where object[key] == nil { object[key] = value }
    return object
  }
}

/// What a bundle's fields are written for.
private enum Form {
  /// A deployed swarm: hashes, no sources.
  case manifest
  /// A document: hashes and sources.
  case document
  /// A folder for people to edit: neither.
  case folder

  /// One entry of `agents` or `files`.
  func entry(
    _ key: String, _ name: String, _ fields: JSONObject, source: [UInt8], isText: Bool = true,
    sha256: String
  ) -> JSONValue {
    var entry: JSONObject = [key: .string(name)]
    for (key, value) in fields { entry[key] = value }
    if self == .document {
      if !isText { entry["encoding"] = .string("base64") }
      entry["source"] = .string(
        isText ? String(decoding: source, as: UTF8.self) : Base64.encode(source))
    }
    if self != .folder { entry["sha256"] = .string(sha256) }
    return .object(entry)
  }
}

extension BundledFile {
  /// Whether a document holds the bytes as they are.
  ///
  /// A NUL is UTF-8, but six bytes in JSON: many of them would make a document too large to read.
  fileprivate var isText: Bool {
    HelperPath.isModule(path)
      || TextPosition.ofInvalidUTF8(in: source) == nil && !source.contains(0)
  }
}
