import Synchronization

/// Renews the leases that this process holds, on a thread that lives while there are any.
final class LeaseKeeper: Sendable {
  /// The one of this process.
  static let shared = LeaseKeeper()

  private struct Kept {
    let holding: LeaseHolding
    var due: ContinuousClock.Instant
  }

  private struct State {
    var leases: [ObjectIdentifier: Kept] = [:]
    var isRunning = false
  }

  private let state = Mutex(State())

  /// Renews a lease from now on, until it is forgotten.
  func keep(_ holding: LeaseHolding) {
    let mustStart = state.withLock { state in
      state.leases[ObjectIdentifier(holding)] = Kept(
        holding: holding, due: .now + holding.interval)
      defer { state.isRunning = true }
      return !state.isRunning
    }
    guard mustStart else { return }
    do {
      try NativeThread { [self] in run() }.detach()
    } catch {
      // Without a thread the lease lasts one term; whoever holds it finds out by confirming it.
      state.withLock { $0.isRunning = false }
    }
  }

  /// Renews a lease no more.
  func forget(_ holding: LeaseHolding) {
    _ = state.withLock { $0.leases.removeValue(forKey: ObjectIdentifier(holding)) }
  }

  /// Confirms the leases of this process that are meant.
  ///
  /// - Parameter isMeant: Says it of the file of a lease.
  /// - Throws: ``SwarmError/Code/conflict`` where another process took one over.
  func confirm(where isMeant: (String) -> Bool) throws(SwarmError) {
    let meant = state.withLock { state in
      state.leases.values.map(\.holding).filter { isMeant($0.path) }
    }
    for holding in meant { try holding.confirm() }
  }

  private func run() {
    while true {
      let now = ContinuousClock.now
      let (due, next) = state.withLock { state -> ([LeaseHolding], ContinuousClock.Instant?) in
        var due: [LeaseHolding] = []
        for (key, kept) in state.leases where kept.due <= now {
          state.leases[key]?.due = now + kept.holding.interval
          due.append(kept.holding)
        }
        let next = state.leases.values.map(\.due).min()
        if next == nil { state.isRunning = false }
        return (due, next)
      }
      // A failure may pass; what is lost is told by confirming it.
      for holding in due { _ = try? holding.renew() }
      guard let next else { return }
      // Short, so that a new lease of a short term does not wait for an old one of a long term.
      let left = Pipe.milliseconds(until: next)
      FileSystem.pause(milliseconds: UInt32(min(max(left, 1), 100)))
    }
  }
}
