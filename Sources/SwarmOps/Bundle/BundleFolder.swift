/// The folder form of a bundle.
///
/// What is read: `*_agent.py` beside the top and in `agents/`, `manifest.json`, `soul.md`, the
/// helper modules that the agents import and the data files that they name. Everything else, hidden files included, is left alone,
/// except that links, devices and FIFOs beside those files are refused.
enum BundleFolder {
  /// Reads and checks a folder.
  ///
  /// - Parameters:
  ///   - path: The folder, as the user gave it.
  ///   - name: A name that replaces the folder's own.
  static func read(_ path: String, named name: String?) throws(SwarmError) -> SwarmBundle {
    let folder = trimmed(path)
    var files = BundleFiles(folder, isStrict: true)
    let top = try files.names(folder)
    var manifest: BundleJSON?
    let file = folder + "/" + SwarmLayout.manifestName
    if let bytes = try files.read(file) {
      manifest = try BundleJSON(try BundleDocument.fields(bytes, file: file), .folder)
    }
    let soulText = try files.readText(folder + "/" + SwarmLayout.soulName)
    var places = [folder]
    let inner = folder + "/" + SwarmLayout.agentsName
    if top.contains(SwarmLayout.agentsName), try files.kind(inner) == .folder {
      places.insert(inner, at: 0)
    }
    let found = try agentFiles(folder, top, places, files)
    guard !found.isEmpty else { throw noAgents(folder, top) }
    let agents = try self.agents(found, manifest, &files)
    var modules = HelperModules(places: places, files: files)
    let homes = places.filter { place in found.contains { $0.path == place + "/" + $0.name } }
    let helpers = try modules.collect(for: agents, in: homes, listed: manifest?.helpers ?? [])
    let bundle = SwarmBundle(
      swarmGUID: manifest?.swarmGUID,
      name: try self.name(folder, manifest, override: name),
      purpose: manifest?.purpose ?? "",
      soul: soulText.map { String(decoding: $0, as: UTF8.self) } ?? manifest?.soul ?? "",
      createdAt: manifest?.createdAt, createdBy: manifest?.createdBy, agents: agents,
      helpers: helpers, otherFields: manifest?.otherFields ?? [:])
    try bundle.check(folder)
    return bundle
  }

  /// A path without slashes at its end.
  private static func trimmed(_ path: String) -> String {
    var bytes = path.utf8[...]
    while bytes.count > 1 && bytes.last == 0x2F { bytes.removeLast() }
    return String(Substring(bytes))
  }

  /// The agents' file names and paths, by name.
  private static func agentFiles(
    _ folder: String, _ top: [String], _ places: [String], _ files: BundleFiles
  ) throws(SwarmError) -> [(name: String, path: String)] {
    var found: [String: String] = [:]
    for place in places {
      for name in place == folder ? top : try files.names(place)
      where name.utf8.ends(with: AgentFileName.suffix) && !HelperPath.isSupplied(name) {
        let path = place + "/" + name
        if let problem = AgentFileName.problem(name) {
          throw SwarmError(
            .badBundle, "\(place): the file name \(name.quoted) \(problem)",
            hint: AgentFileName.hint, path: path)
        }
        guard try files.kind(path) == .file else {
          throw SwarmError(
            .badBundle, "\(path) is a folder but named like an agent", hint: "rename it",
            path: path)
        }
        if let other = found.updateValue(path, forKey: name) {
          throw SwarmError(
            .badBundle, "two agents have the file name \(name.quoted): \(other) and \(path)",
            hint: "remove or rename one of them", path: path)
        }
      }
    }
    try SwarmBundle.checkCount(found.count, of: "agents", in: folder)
    return found.map { ($0.key, $0.value) }
      .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  private static func noAgents(_ folder: String, _ top: [String]) -> SwarmError {
    let documents = top.filter { $0.utf8.ends(with: ".swarm.json") }
    let python = top.filter { $0.utf8.ends(with: ".py") && !$0.hasPrefix("test_") }
    let otherNames =
      python.prefix(5).map { $0.shortened }.joined(separator: ", ")
      + (python.count > 5 ? " and \(python.count - 5) more" : "")
    let hint: Hint =
      documents.count == 1
      ? "deploy the file in it: \(folder)/\(documents[0])"
      : otherNames.isEmpty
        ? "agents are files named *\(AgentFileName.suffix), in the folder or in its agents/"
        : "an agent's file ends in \(AgentFileName.suffix): rename \(otherNames)"
    return SwarmError(.badBundle, "\(folder) holds no agent", hint: hint, path: folder)
  }

  /// Reads the agents and puts to each what the manifest says about it.
  private static func agents(
    _ found: [(name: String, path: String)], _ manifest: BundleJSON?,
    _ files: inout BundleFiles
  ) throws(SwarmError) -> [BundledAgent] {
    var entries: [String: BundleJSON.Entry] = [:]
    for entry in manifest?.agents ?? [] {
      if entries.updateValue(entry, forKey: entry.name) != nil {
        throw entry.place.error("filename", "\(entry.name.quoted) is there twice")
      }
    }
    var agents: [BundledAgent] = []
    for (name, path) in found {
      guard let source = try files.readText(path) else {
        throw SwarmError(.io, "\(path) went away while it was read", path: path)
      }
      let entry = entries.removeValue(forKey: name)
      let agent = BundledAgent(fileName: name, source: source, fields: entry?.fields ?? [:])
      try entry?.verify(agent.sha256)
      if let stated = entry?.source, stated != source {
        throw SwarmError(
          .badBundle, "\(path) differs from the source that manifest.json has for it",
          hint: "remove the source from manifest.json: in a folder the files hold it", path: path)
      }
      agents.append(agent)
    }
    if let entry = (manifest?.agents ?? []).first(where: { entries[$0.name] != nil }) {
      throw entry.place.error(
        "filename", "names \(entry.name.quoted), which the folder does not hold",
        hint: "add the file, or remove the entry from manifest.json")
    }
    return agents
  }

  private static func name(
    _ folder: String, _ manifest: BundleJSON?, override: String?
  ) throws(SwarmError) -> String {
    if let override { return override }
    if let manifest, let name = manifest.name {
      guard let problem = SwarmBundle.nameProblem(name) else { return name }
      throw manifest.fields.error(
        BundleJSON.Key.name, problem, hint: .use(.name, to: "give it one"))
    }
    var name = lastComponent(folder)
    if name == "." || name == ".." || name.isEmpty {
      guard let resolved = FileSystem.realPath(folder) else {
        throw SwarmError(.io, "cannot resolve \(folder)", path: folder)
      }
      name = lastComponent(resolved)
    }
    guard let problem = SwarmBundle.nameProblem(name) else { return name }
    throw SwarmError(
      .badBundle, "\(folder): the folder's name, which would be the swarm's, \(problem)",
      hint: .use(.name, to: "give the swarm a name"), path: folder)
  }

  private static func lastComponent(_ path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: 0x2F) else { return path }
    return String(path[path.utf8.index(after: slash)...])
  }
}
