/// Finishes deploys that an earlier version of swarmctl left half done.
///
/// That version exchanged the whole folder of a swarm, with a link in it to the memory in the other
/// folder, and then link and memory. A crash in between leaves both folders.
enum FormerSwitch {
  private static let deployed: Set<String> = [SwarmLayout.manifestName, SwarmLayout.agentsName]

  /// Brings what was carried over home, and removes the rest.
  ///
  /// The caller holds the swarm alone.
  static func finish(_ swarm: GUID, layout: SwarmLayout) throws(SwarmError) {
    let other = layout.formerSwitch(swarm)
    let target = layout.swarm(swarm)
    guard try FileSystem.status(other) != nil else { return }
    let staging = try StagingFolder.make(in: layout.staging)
    try FileChanges.perform { changes throws(SwarmError) in
      for name in try FileSystem.list(other) where !deployed.contains(name) {
        let (away, home) = (other + "/" + name, target + "/" + name)
        // A sign stands for what is at home already; anything else, other links too, must go home.
        if FileSystem.linkTarget(away) == Array(sign(of: name, swarm).utf8) { continue }
        guard try FileSystem.status(away) != nil else { continue }
        switch try FileSystem.status(home)?.kind {
        case .link: try changes.exchange(home, with: away)
        case nil: try changes.move(away, to: home)
        default:
          throw SwarmError(
            .io, "a deploy of swarm \(swarm) was cut off, and both \(home) and \(away) exist",
            hint: "decide which one is right and move the other away", path: away)
        }
      }
    }
    // Nothing lists a switch that is over, so one rename ends it, however long deleting takes.
    try FileChanges.perform { changes throws(SwarmError) in
      try changes.remove(other, to: staging.path + "/switched")
    }
  }

  /// Where a link leads that stands for what is still in the other folder.
  private static func sign(of name: String, _ swarm: GUID) -> String {
    "../\(SwarmLayout.formerSwitchPrefix)\(swarm)/\(name)"
  }
}
