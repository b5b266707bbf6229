/// The locks of a root: a run holds its swarm shared and its namespace alone;
/// deploy and remove hold the swarm alone.
///
/// A root that one machine uses has locks of the kernel, one that several machines share has leases.
/// Whoever waits for a lease alone is seen by those who come to share it; the kernel has no such queue,
/// so there it is a lock of its own that says so.
struct StoreLocks: Sendable {
  private let layout: SwarmLayout

  init(_ layout: SwarmLayout) { self.layout = layout }

  // MARK: Swarms

  /// Locks a swarm.
  ///
  /// - Throws: ``SwarmError/Code/busy`` past the timeout; ``SwarmError/Code/refused`` where the
  ///   holder is a run that this process is part of.
  func swarm(_ swarm: GUID, _ mode: StoreLock.Mode, _ options: LockOptions) throws(SwarmError)
    -> StoreLock
  {
    if mode == .shared { return try target(swarm).acquire(mode, options) }
    try FileSystem.makeFolders(layout.state)
    if let lock = try trySwarm(swarm) { return lock }
    // Batches see this one, and let go of the swarm; otherwise two of them would never leave a gap.
    let wanted = try queue(wanted(swarm), options)
    defer { wanted?.release() }
    return try target(swarm).acquire(mode, options)
  }

  /// Whether somebody waits for a swarm alone.
  func isWanted(_ swarm: GUID) -> Bool {
    isLeased ? target(swarm).isHeldAlone : wanted(swarm).isHeldAlone
  }

  /// Waits until nobody waits for a swarm alone any more.
  func waitForTurn(_ swarm: GUID, _ options: LockOptions) throws(SwarmError) {
    if isLeased { return }
    try wanted(swarm).acquire(.shared, options).release()
  }

  /// Locks a swarm alone if nobody has it.
  func trySwarm(_ swarm: GUID) throws(SwarmError) -> StoreLock? {
    try target(swarm).tryAcquire()
  }

  private func target(_ swarm: GUID) -> LockTarget {
    let layout = layout.live
    return LockTarget(
      layout: layout, text: "swarm \(swarm)", name: "swarm/\(swarm)", lease: layout.lease(swarm),
      isOutermost: true,
      folders: [layout.swarms, layout.swarm(swarm), layout.agents(swarm)],
      files: [layout.manifest(swarm)])
  }

  private func wanted(_ swarm: GUID) -> LockTarget {
    LockTarget(
      layout: layout, text: "swarm \(swarm)", name: "wanted/\(swarm)",
      lease: layout.lease(swarm) + "-wanted")
  }

  /// Stands in a queue that leases do not need.
  private func queue(_ target: LockTarget, _ options: LockOptions) throws(SwarmError) -> StoreLock?
  {
    isLeased ? nil : try target.acquire(.exclusive, options)
  }

  private var isLeased: Bool { (try? RootSettings.isShared(layout)) == true }

  // MARK: Memory

  /// Locks the changes of a swarm's memory: shared for one change, alone while all must stand still.
  ///
  /// Use ``ChangeGate``. Whoever wants it alone announces that, so that many changes, one after the
  /// other, leave a gap.
  func changes(of swarm: GUID, _ mode: StoreLock.Mode, _ options: LockOptions) throws(SwarmError)
    -> StoreLock
  {
    let text = "the memory of swarm \(swarm)"
    let stillness = LockTarget(
      layout: layout, text: text, name: "stillness/\(swarm)",
      lease: layout.changesLease(swarm) + "-stillness")
    let changes = LockTarget(
      layout: layout, text: text, name: "changes/\(swarm)", lease: layout.changesLease(swarm),
      folders: [layout.swarm(swarm)], files: [layout.manifest(swarm)])
    try FileSystem.makeFolders(layout.state)
    if isLeased { return try changes.acquire(mode, options) }
    if mode == .shared {
      if stillness.isHeldAlone { try stillness.acquire(.shared, options).release() }
      return try changes.acquire(.shared, options)
    }
    if let lock = try changes.tryAcquire() { return lock }
    let wanted = try stillness.acquire(.exclusive, options)
    defer { wanted.release() }
    return try changes.acquire(.exclusive, options)
  }

  /// Locks one namespace alone.
  ///
  /// - Throws: As ``swarm(_:_:_:)``.
  func namespace(_ swarm: GUID, _ namespace: Namespace, _ options: LockOptions)
    throws(SwarmError) -> StoreLock
  {
    try target(swarm, namespace).acquire(.exclusive, options)
  }

  /// Locks one namespace alone if nobody has it.
  func tryNamespace(_ swarm: GUID, _ namespace: Namespace) throws(SwarmError) -> StoreLock? {
    try target(swarm, namespace).tryAcquire()
  }

  private func target(_ swarm: GUID, _ namespace: Namespace) -> LockTarget {
    let text =
      switch namespace {
      case .shared: "the shared memory of swarm \(swarm)"
      case .user(let user): "the memory of user \(user) in swarm \(swarm)"
      }
    return LockTarget(
      layout: layout, text: text, name: "memory/\(swarm)/\(namespace.folderName)",
      lease: layout.lease(swarm, namespace), isShared: false,
      // From the swarm down: that there was no memory yet is remembered as well.
      folders: [layout.swarm(swarm), layout.memory(swarm), layout.memory(swarm, namespace)],
      files: [layout.memoryFile(swarm, namespace)])
  }

  /// Checks that what this process holds of a swarm is still held; to be called right before something
  /// is changed.
  ///
  /// The kernel's locks are held until they are freed. A lease may have been taken over while its
  /// holder was paused.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - namespace: What is about to be changed of it, or `nil` for all that is held.
  /// - Throws: ``SwarmError/Code/conflict`` where something was taken over.
  func confirm(_ swarm: GUID, _ namespace: Namespace?) throws(SwarmError) {
    let whole = layout.lease(swarm)
    let part = namespace.map { layout.lease(swarm, $0) } ?? layout.leases(swarm)
    try LeaseKeeper.shared.confirm { $0.hasPrefix(whole) || $0.hasPrefix(part) }
  }

  // MARK: Of the whole root

  /// Locks deploys of one name against each other.
  func deploys(of name: String, _ options: LockOptions) throws(SwarmError) -> StoreLock {
    try LockTarget(
      layout: layout, text: "the name \"\(name)\"", name: "deploy/\(name)",
      lease: layout.lease(name: name), isShared: false, isOutermost: true, folders: [layout.swarms]
    ).acquire(.exclusive, options)
  }

  /// Locks the names of users.
  func userNames(_ options: LockOptions) throws(SwarmError) -> StoreLock {
    try LockTarget(
      layout: layout, text: "the names of users", name: "users", lease: layout.userNamesLease,
      isShared: false, isOutermost: true, folders: [layout.root], files: [layout.userNames]
    ).acquire(.exclusive, options)
  }

  /// Locks the history against being cut.
  func history(_ options: LockOptions) throws(SwarmError) -> StoreLock {
    try historyTarget.acquire(.exclusive, options)
  }

  /// Locks the history against being cut if nobody has it.
  func tryHistory() throws(SwarmError) -> StoreLock? { try historyTarget.tryAcquire() }

  private var historyTarget: LockTarget {
    LockTarget(
      layout: layout, text: "the history", name: "history", lease: layout.historyLease,
      isShared: false, folders: [layout.state], files: [layout.history])
  }
}
