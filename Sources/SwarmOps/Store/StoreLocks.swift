/// How an operation takes locks: how long it waits and what it does meanwhile.
public struct LockOptions: Sendable {
  /// How long to wait for a lock; `nil` for as long as it takes.
  public var timeout: Duration?
  /// Ends the waiting early.
  public var cancellation: Cancellation?
  /// Called once after a second of waiting, with a sentence for a person.
  public var onWait: @Sendable (String) -> Void

  /// Makes options; by default 30 seconds, silently.
  ///
  /// - Parameters:
  ///   - timeout: How long to wait; `nil` for as long as it takes.
  ///   - cancellation: Ends the waiting early.
  ///   - onWait: Called once after a second of waiting.
  public init(
    timeout: Duration? = .seconds(30), cancellation: Cancellation? = nil,
    onWait: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.timeout = timeout
    self.cancellation = cancellation
    self.onWait = onWait
  }
}

/// The locks of a root: a run holds its swarm shared and its namespace alone;
/// deploy and remove hold the swarm alone.
struct StoreLocks: Sendable {
  private let layout: SwarmLayout

  init(_ layout: SwarmLayout) { self.layout = layout }

  /// Locks a swarm.
  ///
  /// - Throws: ``SwarmError/Code/busy`` past the timeout; ``SwarmError/Code/refused`` where the
  ///   holder is a run that this process is part of.
  func swarm(_ swarm: GUID, _ mode: FileLock.Mode, _ options: LockOptions) throws(SwarmError)
    -> FileLock
  {
    let (what, name) = ("swarm \(swarm)", "swarm/\(swarm)")
    if mode == .shared { return try acquire(what, name: name, mode, options) }
    try FileSystem.makeFolders(layout.state)
    if let lock = try trySwarm(swarm) { return lock }
    // Batches see this one, and let go of the swarm; otherwise two of them would never leave a gap.
    let wanted = try acquire(what, name: Self.wanted(swarm), .exclusive, options)
    defer { wanted.release() }
    return try acquire(what, name: name, mode, options)
  }

  /// Whether somebody waits for a swarm alone.
  func isWanted(_ swarm: GUID) -> Bool {
    FileLock.isHeldAlone(layout.lockFile, name: Self.wanted(swarm))
  }

  /// Waits until nobody waits for a swarm alone any more.
  func waitForTurn(_ swarm: GUID, _ options: LockOptions) throws(SwarmError) {
    try acquire("swarm \(swarm)", name: Self.wanted(swarm), .shared, options).release()
  }

  private static func wanted(_ swarm: GUID) -> String { "wanted/\(swarm)" }

  /// Locks a swarm alone if nobody has it.
  func trySwarm(_ swarm: GUID) throws(SwarmError) -> FileLock? {
    try FileLock.tryAcquire(layout.lockFile, name: "swarm/\(swarm)", mode: .exclusive)
  }

  /// Locks the changes of a swarm's memory: shared for one change, alone while all must stand still.
  ///
  /// Use ``ChangeGate``. Whoever wants it alone announces that, so that many changes, one after the
  /// other, leave a gap.
  func changes(of swarm: GUID, _ mode: FileLock.Mode, _ options: LockOptions) throws(SwarmError)
    -> FileLock
  {
    let (what, name) = ("the memory of swarm \(swarm)", "changes/\(swarm)")
    try FileSystem.makeFolders(layout.state)
    if mode == .shared {
      if FileLock.isHeldAlone(layout.lockFile, name: "stillness/\(swarm)") {
        try acquire(what, name: "stillness/\(swarm)", .shared, options).release()
      }
      return try acquire(what, name: name, .shared, options)
    }
    if let lock = try FileLock.tryAcquire(layout.lockFile, name: name, mode: .exclusive) {
      return lock
    }
    let wanted = try acquire(what, name: "stillness/\(swarm)", .exclusive, options)
    defer { wanted.release() }
    return try acquire(what, name: name, .exclusive, options)
  }

  /// Locks deploys of one name against each other.
  func deploys(of name: String, _ options: LockOptions) throws(SwarmError) -> FileLock {
    try acquire("the name \"\(name)\"", name: "deploy/\(name)", .exclusive, options)
  }

  /// Locks the names of users.
  func userNames(_ options: LockOptions) throws(SwarmError) -> FileLock {
    try acquire("the names of users", name: "users", .exclusive, options)
  }

  /// Locks one namespace alone.
  ///
  /// - Throws: As ``swarm(_:_:_:)``.
  func namespace(_ swarm: GUID, _ namespace: Namespace, _ options: LockOptions)
    throws(SwarmError) -> FileLock
  {
    let what =
      switch namespace {
      case .shared: "the shared memory of swarm \(swarm)"
      case .user(let user): "the memory of user \(user) in swarm \(swarm)"
      }
    return try acquire(what, name: Self.name(swarm, namespace), .exclusive, options)
  }

  /// Locks one namespace alone if nobody has it.
  func tryNamespace(_ swarm: GUID, _ namespace: Namespace) throws(SwarmError) -> FileLock? {
    try FileLock.tryAcquire(
      layout.lockFile, name: Self.name(swarm, namespace), mode: .exclusive)
  }

  private static func name(_ swarm: GUID, _ namespace: Namespace) -> String {
    "memory/\(swarm)/\(namespace.folderName)"
  }

  private func acquire(
    _ what: String, name: String, _ mode: FileLock.Mode, _ options: LockOptions
  ) throws(SwarmError) -> FileLock {
    guard let cancellation = options.cancellation else {
      return try wait(what, name: name, mode, options)
    }
    return try cancellation.watched { () throws(SwarmError) in
      try wait(what, name: name, mode, options)
    }
  }

  private func wait(
    _ what: String, name: String, _ mode: FileLock.Mode, _ options: LockOptions
  ) throws(SwarmError) -> FileLock {
    try FileSystem.makeFolders(layout.state)
    let outcome = try FileLock.acquire(
      layout.lockFile, name: name, mode: mode, timeout: options.timeout,
      cancellation: options.cancellation,
      onContention: { holder throws(SwarmError) in
        // Waiting for a run that waits for this very process would never end.
        guard let holder else { return }
        throw SwarmError(
          .refused, "\(what) is in use by the run that started this swarmctl (process \(holder))",
          hint: .ownCall)
      },
      onWait: { holder in options.onWait("waiting for \(what)\(Self.heldBy(holder)) …") })
    switch outcome {
    case .acquired(let lock): return lock
    case .cancelled: throw options.cancellation?.error ?? SwarmError(.interrupted, "interrupted")
    case .timedOut(let holder):
      throw SwarmError(
        .busy, "\(what) is busy\(Self.heldBy(holder))",
        hint: .either(["try again", .use(.lockTimeout, to: "wait longer")]))
    }
  }

  private static func heldBy(_ holder: Int32?) -> String {
    holder.map { ", held by process \($0)" } ?? ", held by another process"
  }
}
