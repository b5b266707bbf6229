/// Collects the helper modules that a folder's agents import, directly or through one another, and
/// the data files beside the agents that these sources name.
///
/// Modules are found beside the agents or beside the folder's top; those that the agent host
/// supplies itself never travel, whatever lies in the folder.
struct HelperModules {
  /// Where modules are looked for, first place first.
  let places: [String]
  private var files: BundleFiles
  private var included: [BundledFile] = []
  /// Paths looked at already, found or not: most imports are of the standard library, and repeated.
  private var visited: Set<String> = []
  private var queue: [(source: [UInt8], package: [String])] = []

  /// Starts a collection.
  ///
  /// - Parameters:
  ///   - places: The folders where modules are looked for; the first that has one wins.
  ///   - files: Reads the files, within what the bundle may still hold.
  init(places: [String], files: BundleFiles) {
    self.places = places
    self.files = files
  }

  /// Collects the helper modules and data files.
  ///
  /// - Parameters:
  ///   - agents: The agents.
  ///   - homes: The folders that hold the agents.
  ///   - listed: Entries of a manifest; their files come along even where no source asks for them.
  /// - Returns: The files by path.
  mutating func collect(
    for agents: [BundledAgent], in homes: [String], listed: [BundleJSON.Entry]
  ) throws(SwarmError) -> [BundledFile] {
    for agent in agents { visited.insert(agent.fileName) }
    for entry in listed {
      guard try include(entry.name) else {
        if !files.isStrict { continue }
        throw entry.place.error(
          "path", "names \(entry.name.quoted), which the folder does not hold",
          hint: "add the file, or remove the entry from manifest.json")
      }
      if files.isStrict, let file = included.last(where: { $0.path == entry.name }) {
        try entry.verify(file.sha256)
      }
    }
    queue += agents.map { ($0.source, []) }
    var next = 0
    while next < queue.count {
      let (source, package) = queue[next]
      next += 1
      for module in ImportScan.modules(in: source) { try resolve(module, from: package) }
    }
    let data = DataFiles(agents, included)
    for home in homes {
      for path in try data.paths(in: home, besides: homes, files) { try include(path, in: [home]) }
    }
    return included.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  /// Takes the files that an import may mean.
  private mutating func resolve(_ module: ImportScan.Module, from package: [String])
    throws(SwarmError)
  {
    var parts = module.parts
    if module.level > 0 {
      parts = package.dropLast(module.level - 1) + parts
    } else {
      // The agents' folder is a place of its own, the package `agents` and `openrappter.agents`.
      if parts.first == "openrappter" { parts.removeFirst() }
      if parts.first == "agents" { parts.removeFirst() }
    }
    var path = ""
    for (index, part) in parts.enumerated() {
      path += index == 0 ? part : "/" + part
      if try include(path + "/__init__.py") || index < parts.count - 1 { continue }
      try include(path + ".py")
    }
    for name in module.names {
      let inner = path.isEmpty ? name : path + "/" + name
      if try !include(inner + "/__init__.py") { try include(inner + ".py") }
    }
  }

  /// Takes one file if it is there and travels.
  ///
  /// - Parameters:
  ///   - path: Its path below one of the places.
  ///   - places: Where to look for it, if not in all of them.
  /// - Returns: Whether it is there.
  @discardableResult
  private mutating func include(_ path: String, in places: [String]? = nil) throws(SwarmError)
    -> Bool
  {
    guard visited.insert(path).inserted else { return included.contains { $0.path == path } }
    guard HelperPath.problem(path) == nil, !HelperPath.isSupplied(path) else { return false }
    let components = path.utf8.split(separator: 0x2F).map { String(Substring($0)) }
    for place in places ?? self.places {
      guard let source = try read(components, in: place) else { continue }
      included.append(BundledFile(path: path, source: source))
      try SwarmBundle.checkCount(included.count, of: SwarmBundle.filesName, in: files.folder)
      if HelperPath.isModule(path) { queue.append((source, components.dropLast())) }
      return true
    }
    return false
  }

  /// Reads a file after a look at each folder on the way, since only the last component of an
  /// opened path is protected against links.
  private mutating func read(_ components: [String], in place: String) throws(SwarmError)
    -> [UInt8]?
  {
    var path = place
    for folder in components.dropLast() {
      path += "/" + folder
      guard try files.kind(path) == .folder else { return nil }
    }
    guard let name = components.last else { return nil }
    path += "/" + name
    return try HelperPath.isModule(name) ? files.readText(path) : files.read(path)
  }
}
