extension SwarmBundle {
  /// Reads a deployed swarm's folder back as a bundle, for export.
  ///
  /// Another program may have written the folder: what is on disk counts, entries of the manifest
  /// only describe it, and hashes there may be missing or old. The `swarmctl` field, settings of
  /// this machine, stays behind.
  ///
  /// - Parameters:
  ///   - folder: The swarm's folder.
  ///   - swarm: The swarm.
  /// - Returns: The agents in the manifest's order, then the others by file name.
  /// - Throws: ``SwarmError/Code/badData`` for a manifest that is missing or no JSON object and for
  ///   an agent that is not UTF-8, ``SwarmError/Code/io`` for what cannot be read.
  public static func deployed(folder: String, swarm: GUID) throws(SwarmError) -> SwarmBundle {
    var files = BundleFiles(folder, isStrict: false)
    let manifest = try deployedManifest(folder, &files)
    let place = folder + "/" + SwarmLayout.agentsName
    var names: [String] = []
    if try files.kind(place) == .folder {
      names = try files.names(place).filter { name in
        AgentFileName.problem(name) == nil && !HelperPath.isSupplied(name)
      }
    }
    var entries: [String: (order: Int, fields: JSONObject)] = [:]
    for (order, value) in (manifest["agents"]?.array ?? []).enumerated() {
      guard let entry = value.object, let name = entry["filename"]?.string else { continue }
      entries[name] = (order, describing(entry))
    }
    var agents: [BundledAgent] = []
    for name in names {
      guard let source = try files.readText(place + "/" + name) else { continue }
      agents.append(
        BundledAgent(fileName: name, source: source, fields: entries[name]?.fields ?? [:]))
    }
    let orders = agents.enumerated().map { place, agent in
      (place: place, order: entries[agent.fileName]?.order ?? .max)
    }
    agents = orders.sorted { ($0.order, $0.place) < ($1.order, $1.place) }.map { agents[$0.place] }
    var modules = HelperModules(places: [place], files: files)
    let helpers = try modules.collect(
      for: agents, in: agents.isEmpty ? [] : [place], listed: listedHelpers(manifest, folder))
    return SwarmBundle(
      swarmGUID: swarm, name: manifest["name"]?.string ?? swarm.description,
      purpose: manifest["purpose"]?.string ?? "", soul: manifest["soul"]?.string ?? "",
      createdAt: manifest["created_at"]?.string, createdBy: manifest["created_by"]?.string,
      agents: agents, helpers: helpers, otherFields: BundleManifest.otherFields(manifest))
  }

  private static func deployedManifest(_ folder: String, _ files: inout BundleFiles)
    throws(SwarmError) -> JSONObject
  {
    let path = folder + "/" + SwarmLayout.manifestName
    let hint = "deploy the swarm again, or look at it with `swarmctl doctor`"
    guard let bytes = try files.read(path) else {
      throw SwarmError(.badData, "\(path) does not exist", hint: hint, path: path)
    }
    do {
      // Python's json module writes NaN and reads it again.
      return try BundleDocument.object(
        bytes, file: path, options: [.skipByteOrderMark, .allowNonFinite])
    } catch {
      throw SwarmError(.badData, error.message, hint: hint, path: path)
    }
  }

  /// What an entry says about its agent, without what a deploy would refuse.
  private static func describing(_ entry: JSONObject) -> JSONObject {
    var fields = entry
    for key in ["filename", "source", "sha256"] { fields[key] = nil }
    for key in ["name", "display_name", "description"] where fields[key]?.string == nil {
      fields[key] = nil
    }
    return fields
  }

  private static func listedHelpers(_ manifest: JSONObject, _ folder: String)
    -> [BundleManifest.Entry]
  {
    guard BundleManifest.isHelperList(manifest["files"]) else { return [] }
    return (manifest["files"]?.array ?? []).compactMap { value in
      guard let object = value.object, let path = object["path"]?.string else { return nil }
      return BundleManifest.Entry(
        place: BundleFields(object: object, file: folder), name: path, source: nil, sha256: nil)
    }
  }
}
