/// One swarm's manifest and agents.
extension Doctor {
  mutating func report(strange name: String) {
    let path = "\(layout.swarms)/\(name)"
    let advice: Hint
    if let guid = GUID(name) {
      advice =
        "other programs may not find it either: if nothing else is called \(guid), rename it to that"
    } else {
      advice = "move it out of \(layout.swarms); nothing here reads it"
    }
    find(
      .strangeFolder, .warning, "\(name) among the swarms has no GUID in lower case for a name",
      path: path, advice: advice)
  }

  mutating func examineSwarm(_ swarm: GUID) {
    let manifest: SwarmManifest
    do throws(SwarmError) {
      manifest = try store.manifest(swarm)
    } catch {
      return find(
        .damagedSwarm, .error, error.message, path: error.path ?? layout.swarm(swarm),
        advice: error.hint ?? .deployAgain(swarm))
    }
    if let python = manifest.python {
      var selection = PythonInterpreter.Selection(searchPath: environment.python.searchPath)
      selection.chosen = python
      do throws(SwarmError) {
        _ = try PythonInterpreter.find(
          selection, swarmSetting: nil, environment: environment.variables, layout: layout)
      } catch {
        find(
          .python, .error,
          "swarm \(manifest.name) asks for the Python at \(python): "
            + error.message,
          path: python, advice: .use(.python, to: "deploy it again"))
      }
    }
    examineFiles(swarm, manifest)
    examinePackages(swarm, manifest)
  }

  private mutating func examineFiles(_ swarm: GUID, _ manifest: SwarmManifest) {
    let folder = layout.agents(swarm)
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
        find(
          .agentMissing, .error, "\(name) of swarm \(manifest.name) is missing or unreadable",
          path: path, advice: "deploy the bundle again")
        continue
      }
      guard let expected = file.sha256 else { continue }
      if SHA256.hex(of: bytes) != expected.lowercased() {
        find(
          .agentChanged, .warning,
          "\(name) of swarm \(manifest.name) is not what was deployed: its SHA-256 differs from "
            + "the manifest's",
          path: path, advice: again)
      }
    }
    let present = (try? AgentFiles.of(folder))?.agents.map(\.name) ?? []
    for name in present where !listed.contains(name) && !HelperPath.isSupplied(name) {
      find(
        .agentExtra, .warning, "\(name) of swarm \(manifest.name) is not in its manifest",
        path: folder + "/" + name, advice: again)
    }
  }
}
