/// Something in a root that can be locked, in the way in which the root is locked (``RootSettings``).
struct LockTarget {
  /// What taking it at once, or waiting for it, is told of.
  private enum Holder {
    case process(Int32?)
    case owner(LeaseOwner?)

    /// Who holds it, for a sentence.
    var text: String {
      switch self {
      case .process(let process?): ", held by process \(process)"
      case .owner(let owner?): ", held by process \(owner.process) on \(owner.host)"
      case .process(nil), .owner(nil): ", held by another process"
      }
    }
  }

  let layout: SwarmLayout
  /// In words, for messages.
  let text: String
  /// By which the kernel's lock is told.
  let name: String
  /// The file of a lease on it.
  let lease: String
  /// Whether it is ever shared.
  var isShared = true
  /// Whether it is taken under no other lock, so that the way of locking may change before it is held.
  var isOutermost = false
  /// The folders that others may have changed before it is held, from the top down.
  var folders: [String] = []
  /// The files in them that are looked at under it.
  var files: [String] = []

  /// Locks it alone if nobody has it.
  func tryAcquire() throws(SwarmError) -> StoreLock? {
    while true {
      switch try RootSettings.read(layout).locks {
      case .kernel:
        let lock = try KernelLock.tryAcquire(layout.lockFile, name: name, mode: .exclusive)
        if let lock, try isLeasedNow() {
          lock.release()
          continue
        }
        return lock.map { StoreLock($0) }
      case .leases:
        guard let lease = try Lease.tryAcquire(lease, mode: isShared ? .exclusive : .sole) else {
          return nil
        }
        ServerView.refresh(folders: folders, files: files)
        return StoreLock(lease)
      }
    }
  }

  /// Locks it, waiting for whoever has it.
  ///
  /// - Throws: ``SwarmError/Code/busy`` past the timeout; ``SwarmError/Code/refused`` where the
  ///   holder is a run that this process is part of.
  func acquire(_ mode: StoreLock.Mode, _ options: LockOptions) throws(SwarmError) -> StoreLock {
    guard let cancellation = options.cancellation else { return try wait(mode, options) }
    return try cancellation.watched { () throws(SwarmError) in try wait(mode, options) }
  }

  private func wait(_ mode: StoreLock.Mode, _ options: LockOptions) throws(SwarmError) -> StoreLock
  {
    try FileSystem.makeFolders(layout.state)
    while true {
      switch try RootSettings.read(layout).locks {
      case .kernel:
        let lock = try waitForKernel(mode, options)
        if try !isLeasedNow() { return StoreLock(lock) }
        lock.release()
      case .leases:
        let lease = try waitForLease(mode, options)
        ServerView.refresh(folders: folders, files: files)
        return StoreLock(lease)
      }
    }
  }

  /// Whether the root was made a shared one while its old lock was waited for.
  private func isLeasedNow() throws(SwarmError) -> Bool {
    if !isOutermost { return false }
    return try RootSettings.isShared(layout)
  }

  private func waitForKernel(_ mode: StoreLock.Mode, _ options: LockOptions) throws(SwarmError)
    -> KernelLock
  {
    let outcome = try KernelLock.acquire(
      layout.lockFile, name: name, mode: mode == .shared ? .shared : .exclusive,
      timeout: options.timeout, cancellation: options.cancellation,
      onContention: { holder throws(SwarmError) in
        // Waiting for a run that waits for this very process would never end.
        if let holder { throw heldByCaller(holder) }
      },
      onWait: { notice(.process($0), options) })
    switch outcome {
    case .acquired(let lock): return lock
    case .cancelled: throw Self.cancelled(options)
    case .timedOut(let holder): throw busy(.process(holder))
    }
  }

  private func waitForLease(_ mode: StoreLock.Mode, _ options: LockOptions) throws(SwarmError)
    -> Lease
  {
    let outcome = try Lease.acquire(
      lease, mode: mode == .shared ? .shared : isShared ? .exclusive : .sole,
      timeout: options.timeout, cancellation: options.cancellation,
      onContention: { holder throws(SwarmError) in
        guard let holder, holder.machine == LeaseOwner.current.machine,
          ProcessTree.ancestors().contains(holder.process)
        else { return }
        throw heldByCaller(holder.process)
      },
      onWait: { notice(.owner($0), options) })
    switch outcome {
    case .acquired(let lease): return lease
    case .cancelled: throw Self.cancelled(options)
    case .timedOut(let holder): throw busy(.owner(holder))
    }
  }

  /// Whether somebody holds it alone.
  var isHeldAlone: Bool {
    guard (try? RootSettings.read(layout).locks) == .leases else {
      return KernelLock.isHeldAlone(layout.lockFile, name: name)
    }
    return Lease.isHeldAlone(lease)
  }

  // MARK: Words

  private func notice(_ holder: Holder, _ options: LockOptions) {
    options.onWait("waiting for \(text)\(holder.text) …")
  }

  private func heldByCaller(_ holder: Int32) -> SwarmError {
    SwarmError(
      .refused, "\(text) is in use by the run that started this swarmctl (process \(holder))",
      hint: .ownCall)
  }

  private func busy(_ holder: Holder) -> SwarmError {
    SwarmError(
      .busy, "\(text) is busy\(holder.text)",
      hint: .either(["try again", .use(.lockTimeout, to: "wait longer")]))
  }

  private static func cancelled(_ options: LockOptions) -> SwarmError {
    options.cancellation?.error ?? SwarmError(.interrupted, "interrupted")
  }
}
