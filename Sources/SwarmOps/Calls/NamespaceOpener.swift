/// Locks namespaces and looks at them, on other threads.
final class NamespaceOpener {
  /// A namespace that was locked, and what was found of it.
  struct Opened: Sendable {
    let lock: StoreLock
    let memory: FoundMemory
  }

  /// Locks that may be waited for at once.
  private static let lockWaits = 64

  private let layout: SwarmLayout
  private let locks: LockOptions
  private let workers: WorkerPool
  /// Waits for namespaces that others have: none of these waits may hold up the rest.
  private let waiters: WorkerPool

  init(layout: SwarmLayout, locks: LockOptions, workers: WorkerPool) throws(SwarmError) {
    (self.layout, self.locks, self.workers) = (layout, locks, workers)
    waiters = try WorkerPool(limit: Self.lockWaits)
  }

  /// Locks a namespace, unless somebody else has it, and looks at it.
  ///
  /// - Parameters:
  ///   - key: The namespace.
  ///   - held: Its lock, where that is held already; one that was lost is taken again.
  ///   - known: Its memory, or `nil` for none, as it was last seen.
  ///   - isKnown: Whether `known` says anything.
  ///   - then: Called with what was found; with `nil` where somebody else has the lock.
  func open(
    _ key: NamespaceKey, holding held: StoreLock?, known: MemoryVersion?, isKnown: Bool,
    then: @escaping (Result<Opened?, SwarmError>) -> Void
  ) {
    let (layout, locks) = (layout, locks)
    workers.attempt(
      { () throws(SwarmError) -> Opened? in
        let lock: StoreLock? =
          if let held, !held.isLost { held } else {
            try StoreLocks(layout).tryNamespace(key.swarm, key.namespace)
          }
        guard let lock else { return nil }
        let memory = try FoundMemory.look(
          at: key, layout: layout, known: known, isKnown: isKnown, locks: locks)
        return Opened(lock: lock, memory: memory)
      }, then: then)
  }

  /// Waits for the lock of a namespace that somebody else has.
  func waitForLock(
    of key: NamespaceKey, then: @escaping (Result<StoreLock, SwarmError>) -> Void
  ) {
    let (layout, locks) = (layout, locks)
    waiters.attempt(
      { () throws(SwarmError) in
        try StoreLocks(layout).namespace(key.swarm, key.namespace, locks)
      }, then: then)
  }

  /// Readable while ``runCompletions()`` has something to do.
  var wakeDescriptor: Int32 { waiters.wakeDescriptor }

  /// Calls what was waited for.
  func runCompletions() { waiters.runCompletions() }

  /// Accepts nothing more.
  func close() { waiters.close() }
}
