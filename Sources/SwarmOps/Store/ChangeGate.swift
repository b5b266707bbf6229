/// The one door to a change of a swarm's memory.
///
/// Whatever puts new memory in place holds the gate of the swarm for that moment, shared with other
/// changes, and is refused where the swarm is sealed or is seen through a snapshot. Whatever needs
/// all memory of a swarm to stand still for a moment, a seal or a snapshot, closes the gate: it
/// waits for changes that are being written, never for agents that are still at work.
enum ChangeGate {
  /// Enters the gate, for one change; to be released when the change is on disk.
  ///
  /// What the caller holds of the swarm is confirmed: on a root that several machines share, another
  /// may have taken it over while this process was paused.
  ///
  /// - Parameters:
  ///   - swarm: The swarm, whose lock the caller holds, shared or alone.
  ///   - namespace: The namespace that changes, whose lock the caller holds; `nil` for several.
  ///   - layout: The root.
  ///   - locks: How to wait while the gate is closed.
  /// - Returns: The lock.
  /// - Throws: ``SwarmError/Code/sealed``, ``SwarmError/Code/snapshot``, ``SwarmError/Code/busy``,
  ///   ``SwarmError/Code/conflict``.
  static func enter(
    _ swarm: GUID, _ namespace: Namespace? = nil, layout: SwarmLayout,
    locks: LockOptions = LockOptions()
  ) throws(SwarmError) -> StoreLock {
    try checkIsLive(swarm, layout: layout)
    let lock = try StoreLocks(layout).changes(of: swarm, .shared, locks)
    do throws(SwarmError) {
      try SwarmSeal.check(swarm, layout: layout)
      try StoreLocks(layout).confirm(swarm, namespace)
    } catch {
      lock.release()
      throw error
    }
    return lock
  }

  /// Refuses what would be refused at the gate, before anybody is asked or waits.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - layout: The root.
  /// - Throws: ``SwarmError/Code/sealed``, ``SwarmError/Code/snapshot``.
  static func check(_ swarm: GUID, layout: SwarmLayout) throws(SwarmError) {
    try checkIsLive(swarm, layout: layout)
    try SwarmSeal.check(swarm, layout: layout)
  }

  /// ``check(_:layout:)`` for what may be done to a damaged swarm too, such as a deploy: one whose
  /// manifest cannot be read is sealed only by its mark.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - layout: The root.
  /// - Throws: ``SwarmError/Code/sealed``, ``SwarmError/Code/snapshot``.
  static func check(damaged swarm: GUID, layout: SwarmLayout) throws(SwarmError) {
    try checkIsLive(swarm, layout: layout)
    do throws(SwarmError) {
      try SwarmSeal.check(swarm, layout: layout)
    } catch {
      guard error.code == .badData else { throw error }
      if try FileSystem.status(layout.sealMark(swarm)) != nil {
        throw SwarmSeal(status: "sealed").refusal(swarm)
      }
    }
  }

  /// Closes the gate, so that no memory of a swarm changes while the lock is held.
  ///
  /// - Parameters:
  ///   - swarm: The swarm, whose lock the caller holds, shared or alone.
  ///   - layout: The root.
  ///   - locks: How to wait for changes under way.
  /// - Returns: The lock.
  static func close(_ swarm: GUID, layout: SwarmLayout, locks: LockOptions) throws(SwarmError)
    -> StoreLock
  {
    try StoreLocks(layout).changes(of: swarm, .exclusive, locks)
  }

  private static func checkIsLive(_ swarm: GUID, layout: SwarmLayout) throws(SwarmError) {
    guard let view = layout.view, view.swarm == swarm else { return }
    throw view.refusal
  }
}
