/// A folder to begin a swarm with: a manifest, a soul, one agent with memory, and a test.
package struct BundleTemplate: Sendable {
  /// The swarm's name.
  package let name: String

  /// Prepares a template.
  ///
  /// - Parameter name: The swarm's name.
  /// - Throws: ``SwarmError/Code/usage`` for what cannot be a name.
  package init(name: String) throws(SwarmError) {
    if let problem = SwarmBundle.nameProblem(name) {
      throw SwarmError(
        .usage, "the folder's name, which would be the swarm's, \(problem)",
        hint: "name another folder")
    }
    self.name = name
  }

  /// The files and what is in them.
  private var files: [(path: String, content: [UInt8])] {
    let manifest: JSONObject = [
      "schema": .string(SwarmBundle.schema), "name": .string(name),
      "purpose": "Keeps notes, for each user apart.",
      "agents": [["filename": "notes_agent.py", "name": "Notes", "display_name": "Notes"]],
    ]
    return [
      (
        SwarmLayout.manifestName,
        JSONValue.object(manifest).serialized(pretty: true) + [UInt8(ascii: "\n")]
      ),
      (SwarmLayout.soulName, PackageResources.template_soul_md),
      (SwarmLayout.agentsName + "/notes_agent.py", PackageResources.notes_agent_py),
      ("tests/test_notes.py", PackageResources.test_notes_py),
    ]
  }

  /// Writes the files into a folder, which is made or is empty.
  ///
  /// - Parameter folder: The folder.
  /// - Returns: The files that were made, below the folder.
  /// - Throws: ``SwarmError/Code/refused`` where the folder holds something; ``SwarmError/Code/io``.
  package func write(to folder: String) throws(SwarmError) -> [String] {
    if let status = FileSystem.statusFollowingLinks(folder) {
      guard status.kind == .folder else {
        throw SwarmError(
          .refused, "\(folder) exists and is no folder", hint: "name a new folder", path: folder)
      }
      guard try FileSystem.list(folder).isEmpty else {
        throw SwarmError(
          .refused, "the folder \(folder) is not empty; nothing was changed",
          hint: "name a new or an empty folder", path: folder)
      }
    }
    for (path, content) in files {
      let target = folder + "/" + path
      guard let slash = target.lastIndex(of: "/") else { continue }
      try FileSystem.makeFolders(String(target[..<slash]))
      try FileSystem.create(target, content, sync: false)
    }
    return files.map(\.path)
  }
}
