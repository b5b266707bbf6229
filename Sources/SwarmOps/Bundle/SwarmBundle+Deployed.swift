extension SwarmBundle {
  /// Reads a deployed swarm's folder back as a bundle, for export.
  ///
  /// Another program may have written the folder: what is on disk counts, entries of the manifest
  /// only describe it, and hashes there may be missing or old. The `swarmctl` field, settings of
  /// this machine, stays behind.
  ///
  /// - Parameters:
  ///   - folder: The swarm's folder.
  ///   - manifestName: The manifest's name in it, where it is another, as in a snapshot.
  ///   - swarm: The swarm.
  /// - Returns: The agents in the manifest's order, then the others by file name.
  /// - Throws: ``SwarmError/Code/badData`` for a manifest that is missing or no JSON object and for
  ///   an agent that is not UTF-8, ``SwarmError/Code/io`` for what cannot be read.
  package static func deployed(
    folder: String, manifestName: String? = nil, swarm: GUID
  ) throws(SwarmError) -> SwarmBundle {
    var files = BundleFiles(folder, isStrict: false)
    let manifest = try deployedManifest(
      folder + "/" + (manifestName ?? SwarmLayout.manifestName), &files)
    let place = folder + "/" + SwarmLayout.agentsName
    var names: [String] = []
    if try files.kind(place) == .folder {
      names = try files.names(place).filter { name in
        AgentFileName.problem(name) == nil && !HelperPath.isSupplied(name)
      }
    }
    var entries: [JSONKey: (order: Int, fields: JSONObject)] = [:]
    for (order, entry) in (manifest.agents ?? []).enumerated() {
      entries[JSONKey(entry.name)] = (order, entry.fields)
    }
    var agents: [BundledAgent] = []
    for name in names {
      guard let source = try files.readText(place + "/" + name) else { continue }
      agents.append(
        BundledAgent(fileName: name, source: source, fields: entries[JSONKey(name)]?.fields ?? [:]))
    }
    let orders = agents.enumerated().map { place, agent in
      (place: place, order: entries[JSONKey(agent.fileName)]?.order ?? .max)
    }
    agents = orders.sorted { ($0.order, $0.place) < ($1.order, $1.place) }.map { agents[$0.place] }
    var modules = HelperModules(places: [place], files: files)
    let helpers = try modules.collect(
      for: agents, in: agents.isEmpty ? [] : [place], listed: manifest.helpers)
    return SwarmBundle(
      swarmGUID: swarm, name: manifest.name ?? swarm.description,
      purpose: manifest.purpose ?? "", soul: manifest.soul ?? "", createdAt: manifest.createdAt,
      createdBy: manifest.createdBy, agents: agents, helpers: helpers,
      otherFields: manifest.otherFields)
  }

  private static func deployedManifest(_ path: String, _ files: inout BundleFiles)
    throws(SwarmError) -> BundleJSON
  {
    let hint: Hint = .either(["deploy the swarm again", .run(.doctor, "says more")])
    guard let bytes = try files.read(path) else {
      throw SwarmError(.badData, "\(path) does not exist", hint: hint, path: path)
    }
    do {
      // Python's json module writes NaN and reads it again.
      let object = try BundleDocument.object(
        bytes, file: path, options: [.skipByteOrderMark, .allowNonFinite])
      return BundleJSON(deployed: object, file: path)
    } catch {
      throw SwarmError(.badData, error.message, hint: hint, path: path)
    }
  }
}
