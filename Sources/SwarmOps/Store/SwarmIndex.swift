/// The summaries of all swarms, remembered by the identity of each manifest.
///
/// Finding a swarm by name among a thousand must not read a thousand manifests. Each use still
/// looks at the status of every manifest, so a change by anybody is seen at once.
struct SwarmIndex {
  let layout: RootLayout
  /// Whether what was found out is written down; a dry run writes nothing.
  var remembers = true

  /// The summaries, in the order of the GUIDs.
  func summaries(of guids: [GUID]) -> [SwarmSummary] {
    if guids.isEmpty { return [] }
    let known = CacheFile.read(layout.swarmIndex) ?? JSONObject()
    var found: [SwarmSummary] = []
    var index = JSONObject()
    var isNew = known.count != guids.count
    found.reserveCapacity(guids.count)
    for guid in guids {
      let key = guid.description
      guard let identity = identity(guid) else {
        found.append(SwarmSummary(guid: guid, damage: "manifest.json is missing"))
        continue
      }
      if let row = known[key]?.array, row.first?.string == identity,
        let summary = SwarmSummary(guid: guid, indexed: row.dropFirst())
      {
        found.append(summary)
        index[key] = .array(row)
        continue
      }
      do throws(SwarmError) {
        let summary = SwarmSummary(
          guid: guid, manifest: try SwarmManifest.read(layout.manifest(guid)))
        found.append(summary)
        index[key] = .array([.string(identity)] + summary.indexed)
        isNew = true
      } catch {
        found.append(SwarmSummary(guid: guid, damage: error.message))
      }
    }
    if remembers && isNew && index.count > 0 {
      CacheFile.write(layout.swarmIndex, index, layout: layout)
    }
    return found
  }

  /// The summaries that are remembered, true or not any more.
  func remembered(of guids: [GUID]) -> [SwarmSummary] {
    let known = CacheFile.read(layout.swarmIndex) ?? JSONObject()
    return guids.compactMap { guid in
      known[guid.description]?.array.flatMap {
        SwarmSummary(guid: guid, indexed: $0.dropFirst())
      }
    }
  }

  private func identity(_ guid: GUID) -> String? {
    guard let status = FileSystem.statusFollowingLinks(layout.manifest(guid)), status.kind == .file
    else { return nil }
    return "\(status.inode):\(status.size):\(status.modified):\(status.changed)"
  }
}
