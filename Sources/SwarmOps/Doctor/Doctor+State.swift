/// What is under `.swarmctl/`, and what a deploy may have left.
extension Doctor {
  mutating func examineState() {
    let layout = layout
    let dead = (try? StagingFolder.countDead(layout)) ?? 0
    if dead > 0 {
      find(
        .deadStaging, .note,
        "\(Self.counted(dead, "folder")) of operations that died "
          + (dead == 1 ? "is left" : "are left"),
        path: layout.staging,
        advice: .all(["the next deploy or run may remove them", .run(.fix, "does it now")])
      ) {
        let removed = StagingFolder.sweep(layout)
        return "removed \(Self.counted(removed, "folder")) of dead operations"
      }
    }
    examineKept()
    examineCaches()
  }

  private mutating func examineKept() {
    for swarm in names(layout.kept) {
      for namespace in names("\(layout.kept)/\(swarm)") {
        let place = "\(layout.kept)/\(swarm)/\(namespace)"
        for name in names(place) {
          let reason = name.split(separator: "-").last.map(String.init) ?? ""
          let why =
            switch reason {
            case "conflict": "an agent's memory that was not committed because of a conflict"
            case "invalid": "an agent's memory that was not committed because it is not JSON"
            case "torn": "a torn memory file, kept when it was salvaged"
            default: "a memory that was not committed"
            }
          find(
            .keptMemory, .note, "\(why) is kept for \(namespace) of swarm \(swarm)",
            path: "\(place)/\(name)",
            advice: "compare it with the memory, take over what matters, then delete the folder")
        }
      }
    }
  }

  private mutating func examineCaches() {
    let layout = layout
    let swarms = Set(((try? store.folderNames())?.guids ?? []).map(\.description))
    var stale: [String] = []
    for name in names(layout.cache + "/catalog")
    where !swarms.contains(name.hasSuffix(".json") ? String(name.dropLast(5)) : name) {
      stale.append("\(layout.cache)/catalog/\(name)")
    }
    for name in names(layout.cache + "/code") where !swarms.contains(name) {
      stale.append("\(layout.cache)/code/\(name)")
    }
    guard let first = stale.first else { return }
    find(
      .staleCache, .note,
      "\(Self.counted(stale.count, "cache")) of swarms that are gone "
        + (stale.count == 1 ? "is left" : "are left"),
      path: first, advice: .run(.fix, "removes what nobody needs any more")
    ) {
      for path in stale { try FolderTree.remove(path) }
      return "removed \(Self.counted(stale.count, "cache"))"
    }
  }

  /// Finishes deploys that were cut off between their two steps.
  mutating func examineSwitches(of swarm: GUID?) {
    for name in names(layout.swarms) where name.hasPrefix(SwarmLayout.formerSwitchPrefix) {
      let path = "\(layout.swarms)/\(name)"
      guard let guid = GUID(name.dropFirst(SwarmLayout.formerSwitchPrefix.count)) else {
        find(
          .strangeFolder, .warning, "\(name) is named like a deploy under way and is none",
          path: path, advice: "look into it and move it away")
        continue
      }
      if swarm == nil || swarm == guid { reportSwitch(of: guid, path: path) }
    }
    for guid in swarm.map({ [$0] }) ?? ((try? store.folderNames())?.guids ?? []) {
      reportSwitch(of: guid, path: layout.nextDeploy(guid))
    }
  }

  private mutating func reportSwitch(of swarm: GUID, path: String) {
    let (layout, locks) = (layout, locks)
    guard (try? FileSystem.status(path)) != nil else { return }
    // A deploy may be at work this very moment; then there is nothing to find.
    guard let lock = try? StoreLocks(layout).trySwarm(swarm) else { return }
    lock.release()
    guard (try? FileSystem.status(path)) != nil else { return }
    find(
      .halfSwitched, .warning, "a deploy of swarm \(swarm) was cut off before its last step",
      path: path,
      advice: .all([
        "its memory is where it belongs and the next command on the swarm finishes it",
        .run(.fix, "does it now"),
      ])
    ) {
      try SwarmSwitch.recover(swarm, layout: layout, locks: locks)
      return "finished the deploy of swarm \(swarm)"
    }
  }

  /// The names in a folder, in order; none where it cannot be read.
  private func names(_ folder: String) -> [String] {
    ((try? FileSystem.list(folder)) ?? []).sorted()
  }
}
