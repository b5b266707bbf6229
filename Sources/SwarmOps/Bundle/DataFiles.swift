/// Finds the data files beside agents that the sources that travel name in a string literal.
///
/// A file below folders is named where the folders are named as well, as in `"words/en.txt"` and
/// `join(here, "words", "en.txt")`, or hold a helper module that travels.
struct DataFiles {
  private var literals = LiteralScan()
  private var moduleFolders: Set<String> = []

  /// Reads the sources.
  ///
  /// - Parameters:
  ///   - agents: The agents.
  ///   - helpers: The helper modules that travel with them.
  init(_ agents: [BundledAgent], _ helpers: [BundledFile]) {
    for agent in agents { literals.add(agent.source) }
    for helper in helpers where HelperPath.isModule(helper.path) {
      literals.add(helper.source)
      var folder = helper.path[...]
      while let slash = folder.utf8.lastIndex(of: 0x2F) {
        folder = folder[..<slash]
        moduleFolders.insert(String(folder))
      }
    }
  }

  /// The named files' paths below a folder of agents.
  ///
  /// - Parameters:
  ///   - place: The folder.
  ///   - others: Other folders of agents, which are not gone into.
  ///   - files: What refuses links and special files.
  func paths(in place: String, besides others: [String], _ files: BundleFiles)
    throws(SwarmError) -> [String]
  {
    var found: [String] = []
    var folders = [""]
    while let folder = folders.popLast() {
      for name in try FileSystem.list(place + "/" + folder) {
        let path = folder + name
        guard HelperPath.problem(path) == nil, !HelperPath.isModule(path),
          !HelperPath.isAboutBundle(path)
        else { continue }
        // Last, since it goes through all the text.
        let isNamed = literals.names(name)
        guard isNamed || moduleFolders.contains(path) else { continue }
        let full = place + "/" + path
        switch try files.kind(full) {
        case .folder where !others.contains(full): folders.append(path + "/")
        case .file where isNamed: found.append(path)
        default: break
        }
      }
    }
    return found
  }
}
