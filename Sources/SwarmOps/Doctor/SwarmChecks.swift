extension Finding.Code {
  /// A swarm without a readable manifest.
  package static let damagedSwarm = Self(rawValue: "damaged_swarm")
  /// An agent file differs from the manifest's SHA-256.
  package static let agentChanged = Self(rawValue: "agent_changed")
  /// An agent file of the manifest is missing.
  package static let agentMissing = Self(rawValue: "agent_missing")
  /// An agent file is not in the manifest.
  package static let agentExtra = Self(rawValue: "agent_extra")
  /// Agents did not load, for want of a package.
  package static let missingPackage = Self(rawValue: "missing_package")
}

/// One swarm's manifest and agents.
enum SwarmChecks {
  static let all: [SwarmCheck] = [python, files, packages]

  /// The interpreter that the swarm asks for.
  @Sendable
  private static func python(_ examination: Examination, _ swarm: GUID) -> CheckResult {
    var result = CheckResult()
    guard let manifest = try? examination.store.manifest(swarm) else { return result }
    if let python = manifest.python {
      var selection = PythonInterpreter.Selection(
        searchPath: examination.environment.python.searchPath)
      selection.chosen = python
      do throws(SwarmError) {
        _ = try PythonInterpreter.find(
          selection, swarmSetting: nil, environment: examination.environment.variables,
          layout: examination.layout)
      } catch {
        result.find(
          .python, .error,
          "swarm \(manifest.name) asks for the Python at \(python): "
            + error.message,
          path: python, advice: .use(.python, to: "deploy it again"))
      }
    }
    return result
  }

  /// Packages for want of which agents did not load.
  @Sendable
  private static func packages(_ examination: Examination, _ swarm: GUID) -> CheckResult {
    var result = CheckResult()
    let agents = AgentCatalog.remembered(of: swarm, layout: examination.layout).agents
    let failed = agents.filter { $0.missingModule != nil }
    guard !failed.isEmpty, let manifest = try? examination.store.manifest(swarm) else {
      return result
    }
    let modules = Set(failed.compactMap(\.missingModule)).sorted()
    let files = Set(failed.map(\.fileName)).count
    result.find(
      .missingPackage, .warning,
      "\(files.counted("agent")) of swarm \(manifest.name) did not load for want of "
        + modules.joined(separator: ", "),
      path: nil,
      advice: .either([
        .all(["install what is missing", .run(.requirements(manifest.name), "lists it")]),
        .use(.python, to: "deploy it again"),
      ]))
    return result
  }

  /// Whether the files are those of the manifest.
  @Sendable
  private static func files(_ examination: Examination, _ swarm: GUID) -> CheckResult {
    var result = CheckResult()
    let manifest: SwarmManifest
    do throws(SwarmError) {
      manifest = try examination.store.manifest(swarm)
    } catch {
      result.find(
        .damagedSwarm, .error, error.message,
        path: error.path ?? examination.layout.swarm(swarm),
        advice: error.hint ?? .deployAgain(swarm))
      return result
    }
    let folder = examination.layout.agents(swarm)
    let again: Hint = .either([
      "deploy the bundle again", .run(.export("\(swarm)"), "keeps what is there"),
    ])
    var listed: Set<String> = []
    for file in manifest.listedFiles
    where AgentFileName.problem(file.path) == nil || HelperPath.problem(file.path) == nil {
      let name = file.path
      listed.insert(name)
      let path = folder + "/" + name
      guard let bytes = try? FileSystem.readIfPresent(path, followLinks: false) else {
        result.find(
          .agentMissing, .error, "\(name) of swarm \(manifest.name) is missing or unreadable",
          path: path, advice: "deploy the bundle again")
        continue
      }
      guard let expected = file.sha256 else { continue }
      if SHA256.hex(of: bytes) != expected.lowercased() {
        result.find(
          .agentChanged, .warning,
          "\(name) of swarm \(manifest.name) is not what was deployed: its SHA-256 differs from "
            + "the manifest's",
          path: path, advice: again)
      }
    }
    let present = (try? AgentFiles.of(folder))?.agents.map(\.name) ?? []
    for name in present where !listed.contains(name) && !HelperPath.isSupplied(name) {
      result.find(
        .agentExtra, .warning, "\(name) of swarm \(manifest.name) is not in its manifest",
        path: folder + "/" + name, advice: again)
    }
    return result
  }
}
