/// The agents of one swarm and which file holds which, remembered until a file changes.
///
/// A run imports the one file that it needs; the catalog says which. It is kept under the state
/// folder and follows name, size, time and inode of each file, so an edited file is seen at once.
package struct AgentCatalog: Sendable {
  /// The agents and the files that give none, in the order of the file names.
  package let agents: [AgentRecord]

  /// The agent of a name.
  ///
  /// - Parameters:
  ///   - name: The agent's name or, where no agent has that name, a file's name.
  ///   - swarm: What to call the swarm in an error.
  /// - Throws: ``SwarmError/Code/noSuchAgent`` with the names that there are.
  package func agent(_ name: String, swarm: String) throws(SwarmError) -> AgentRecord {
    if let agent = agents.first(where: { $0.name == name && $0.state == .ok }) { return agent }
    let inFile = agents.filter { $0.fileName == name || $0.fileName == name + ".py" }
    if inFile.count == 1 { return inFile[0] }
    // A file that does not load gives no name; the one that is called like the agent is meant, and
    // why it does not load is what the person needs to know.
    let meant = agents.filter { $0.name.isEmpty && Self.stem($0.fileName) == Self.stem(name) }
    if meant.count == 1 { return meant[0] }
    let names = agents.filter { $0.state == .ok }.map(\.name)
    let failed = agents.filter { $0.state != .ok }
    let files = failed.map(\.fileName).joined(separator: ", ")
    let hint: Hint =
      if let meant = Suggestion.closest(to: name, among: names) {
        .didYouMean(meant)
      } else if failed.isEmpty {
        .run(.agents(swarm), "shows what there is")
      } else if failed.count == 1 {
        "\(files) could not be loaded: \(failed[0].message)"
      } else {
        .all(["these files could not be loaded: \(files)", .run(.agents(swarm), "says why")])
      }
    throw SwarmError(
      .noSuchAgent, "swarm \(swarm) has no agent \"\(name.shortened)\"", hint: hint,
      available: names)
  }

  /// What a file's name and the name of the agent in it have in common.
  private static func stem(_ name: String) -> String {
    var stem = name.lowercased()
    if stem.hasSuffix(".py") { stem.removeLast(3) }
    stem.removeAll { $0 == "_" || $0 == "-" || $0 == " " }
    if stem.hasSuffix("agent") { stem.removeLast(5) }
    return stem
  }

  // MARK: Making

  /// Changes with what is remembered, so that another version's memory is not read.
  private static let format = "3"

  /// The catalog of a deployed swarm: from memory where the files are the same, by loading the
  /// others.
  ///
  /// - Parameters:
  ///   - swarm: The swarm, which the caller has locked.
  ///   - wanted: The agent that the caller is after. Files that failed before are tried again only
  ///     where no agent has that name; without a name they always are, for they may load by now.
  ///   - isFresh: Whether to load every file whatever memory says.
  ///   - loader: Loads what must be loaded.
  static func of(
    _ swarm: GUID, wanted: String? = nil, isFresh: Bool = false, loader: AgentLoader
  ) throws(SwarmError) -> AgentCatalog {
    let layout = loader.layout
    let folder = layout.agents(swarm)
    let files = try AgentFiles.of(folder)
    var known = isFresh ? nil : CacheFile.read(layout.catalog(swarm))
    let isOfPython = known?["python"]?.string == loader.python.path
    // What loads with one interpreter may not load with another. A run needs only to know the
    // file, and finds out by itself.
    if wanted == nil && !isOfPython { known = nil }
    var frames = remembered(files, known: known)
    let isOfThisPython = frames.isEmpty || isOfPython
    var missing = files.agents.filter { frames[$0.name] == nil }.map(\.name)
    let isThere = wanted.map { name in
      frames.values.joined().contains { $0["name"]?.string == name }
    }
    if isThere != true {
      missing += frames.filter { $0.value.contains(where: isFailure) }.map(\.key)
    }
    if !missing.isEmpty {
      let loaded = try loader.load(
        missing.sorted(), in: folder, shownFolder: folder, swarm: swarm)
      frames.merge(loaded) { $1 }
      let memory = memory(files, frames, python: isOfThisPython ? loader.python : nil)
      CacheFile.write(layout.catalog(swarm), memory, layout: layout)
    }
    return AgentCatalog(files, frames)
  }

  /// The catalog of a swarm that is being deployed, and what to remember once it is in place.
  ///
  /// - Parameters:
  ///   - folder: The staged folder of agents.
  ///   - swarm: The swarm that they will be.
  ///   - loader: Loads them.
  static func ofStaged(_ folder: String, swarm: GUID, loader: AgentLoader) throws(SwarmError)
    -> (catalog: AgentCatalog, memory: JSONObject)
  {
    let files = try AgentFiles.of(folder)
    let frames = try loader.load(
      files.agents.map(\.name), in: folder, shownFolder: loader.layout.agents(swarm), swarm: swarm)
    return (AgentCatalog(files, frames), memory(files, frames, python: loader.python))
  }

  /// What is remembered of a deployed swarm's agents, without starting Python or writing anything.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - layout: The root.
  /// - Returns: The agents of the files that have not changed since they were loaded.
  package static func remembered(of swarm: GUID, layout: SwarmLayout) -> AgentCatalog {
    guard let known = CacheFile.read(layout.catalog(swarm)),
      let files = try? AgentFiles.of(layout.agents(swarm))
    else { return AgentCatalog(AgentFiles(agents: [], helpers: ""), [:]) }
    return AgentCatalog(files, remembered(files, known: known))
  }

  private init(_ files: AgentFiles, _ frames: [String: [JSONObject]]) {
    var records: [AgentRecord] = []
    var owners: [String: String] = [:]
    for file in files.agents {
      for frame in frames[file.name] ?? [] {
        guard var record = AgentRecord(frame: frame) else { continue }
        if record.state == .ok, let owner = owners[record.name] {
          record.state = .duplicateName
          record.firstFile = owner
          record.message = AgentRecord.message([record.name], areIn: owner)
        } else if record.state == .ok {
          owners[record.name] = record.fileName
        }
        records.append(record)
      }
    }
    agents = records
  }

  private static func isFailure(_ frame: JSONObject) -> Bool { frame["type"]?.string == "failed" }

  private static func remembered(_ files: AgentFiles, known: JSONObject?)
    -> [String: [JSONObject]]
  {
    guard let known, known["format"]?.string == format, known["helpers"]?.string == files.helpers,
      let entries = known["files"]?.object
    else { return [:] }
    var frames: [String: [JSONObject]] = [:]
    for file in files.agents {
      guard let entry = entries[file.name], entry["identity"]?.string == file.identity,
        let said = entry["frames"]?.array
      else { continue }
      frames[file.name] = said.compactMap(\.object)
    }
    return frames
  }

  /// What to remember; `python` loaded all of it, or is `nil` where several did.
  private static func memory(
    _ files: AgentFiles, _ frames: [String: [JSONObject]], python: PythonInterpreter?
  ) -> JSONObject {
    var entries = JSONObject()
    for file in files.agents {
      guard let said = frames[file.name] else { continue }
      entries[file.name] = [
        "identity": .string(file.identity), "frames": .array(said.map { .object($0) }),
      ]
    }
    return [
      "format": .string(format), "helpers": .string(files.helpers), "files": .object(entries),
      "python": .string(python?.path ?? ""),
    ]
  }
}

/// The Python files of a swarm and what tells whether they have changed.
struct AgentFiles {
  /// The files that may hold agents, by name, in order.
  let agents: [(name: String, identity: String)]
  /// The identity of all other Python files together: agents may import them.
  let helpers: String

  /// Looks at a folder of agents; one that is missing has none.
  static func of(_ folder: String) throws(SwarmError) -> AgentFiles {
    guard try FileSystem.status(folder) != nil else { return AgentFiles(agents: [], helpers: "") }
    var agents: [(name: String, identity: String)] = []
    var helpers = ""
    for entry in try FolderTree.entries(of: folder)
    where entry.status.kind == .file && entry.path.text.hasSuffix(".py") {
      let (path, status) = (entry.path.text, entry.status)
      let identity = "\(status.size):\(status.modified):\(status.inode)"
      if !entry.path.isNested && path.hasSuffix("_agent.py") {
        agents.append((path, identity))
      } else {
        helpers += "\(path):\(identity) "
      }
    }
    return AgentFiles(agents: agents, helpers: helpers)
  }
}
