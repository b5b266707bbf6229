/// Something that is about to be done to a swarm.
enum SwarmChange: Sendable {
  /// Other agents, or another manifest.
  case deploy
  /// Another name.
  case rename
  /// The end of the swarm.
  case removal
  /// Another memory of one or more users.
  case memory

  /// The one place that permits or refuses a change of a swarm.
  ///
  /// To be asked under the swarm's lock, right before the change: what forbids it may have come while
  /// the lock was waited for.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - layout: The root.
  /// - Throws: ``SwarmError/Code/noSuchSwarm`` for a swarm that was removed meanwhile;
  ///   ``SwarmError/Code/sealed`` and ``SwarmError/Code/snapshot`` for what does not change.
  func check(_ swarm: GUID, layout: SwarmLayout) throws(SwarmError) {
    switch self {
    case .deploy: break
    case .rename, .removal, .memory:
      guard try FileSystem.status(layout.swarm(swarm)) != nil else {
        throw SwarmError(
          .noSuchSwarm, "there is no swarm \(swarm)", hint: .run(.list, "shows what there is"))
      }
    }
    try ChangeGate.check(damaged: swarm, layout: layout)
  }
}
