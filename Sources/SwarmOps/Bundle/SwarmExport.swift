/// Reads deployed swarms back as bundles.
package struct SwarmExport: Sendable {
  private let store: SwarmStore
  private let locks: LockOptions

  /// Prepares exports.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - locks: How locks are waited for.
  package init(store: SwarmStore, locks: LockOptions) {
    self.store = store
    self.locks = locks
  }

  /// The bundle that a swarm was deployed from, as it is on disk now.
  ///
  /// No lock is taken, so a root that cannot be written can be exported.
  ///
  /// - Parameter swarm: The swarm.
  /// - Returns: Its bundle.
  /// - Throws: ``SwarmError/Code/badData`` for a damaged swarm, ``SwarmError/Code/noSuchSwarm``.
  package func bundle(_ swarm: GUID) throws(SwarmError) -> SwarmBundle {
    try SwarmSwitch.readUnlocked(swarm, layout: store.layout) { () throws(SwarmError) in
      _ = try store.manifest(swarm)
      return try SwarmBundle.deployed(
        folder: store.layout.swarm(swarm), manifestName: store.layout.manifestName(swarm),
        swarm: swarm)
    }
  }
}
