/// The built-in swarm: SaveMemory and RecallMemory, to try things with and to copy from.
package enum StarterSwarm {
  /// The bundle.
  ///
  /// - Throws: ``SwarmError/Code/internalError`` where the program was built wrong.
  package static func bundle() throws(SwarmError) -> SwarmBundle {
    let sources: [String: [UInt8]] = [
      "save_memory_agent.py": PackageResources.save_memory_agent_py,
      "recall_memory_agent.py": PackageResources.recall_memory_agent_py,
    ]
    guard var document = (try? JSONValue.parse(PackageResources.manifest_json))?.object else {
      throw SwarmError(.internalError, "the built-in starter swarm has no manifest")
    }
    document["soul"] = .string(String(decoding: PackageResources.soul_md, as: UTF8.self))
    document["agents"] = .array(
      (document["agents"]?.array ?? []).map { entry in
        var entry = entry.object ?? [:]
        let source = entry["filename"]?.string.flatMap { sources[$0] } ?? []
        entry["source"] = .string(String(decoding: source, as: UTF8.self))
        return .object(entry)
      })
    return try BundleReader.read(
      .bytes(JSONValue.object(document).serialized(), name: "the built-in starter swarm"))
  }
}
