#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A lock that holds between machines which share a file system: a folder that only one can make.
///
/// On SMB and NFS, kernel locks are granted twice or not kept at all. What a server does as a whole is
/// making a name, and renaming one. So a lease is a folder (``LeaseFolder``) with one name in it, which says
/// who holds it. The holder renews that while it lives (``LeaseKeeper``); a waiter that sees no renewal for
/// a whole term, by its own clock, renames exactly that name to its own. A holder that was paused for longer
/// finds out by ``confirm()``, which must be called right before anything is changed under the lease.
///
/// Several may share a lease: each has a folder of its own beside the name of the exclusive one, and an
/// exclusive holder that has made its folder waits until those are gone.
final class Lease: Sendable {
  /// How much is claimed.
  enum Mode: Sendable {
    /// Several holders at once, none of them alone.
    case shared
    /// One holder.
    case exclusive
    /// One holder of something that nobody ever shares.
    case sole
  }

  /// What waiting came to.
  enum Outcome {
    /// The lease is held until it is released.
    case acquired(Lease)
    /// The time passed; who holds it, where known.
    case timedOut(holder: LeaseOwner?)
    /// The cancellation was asked for meanwhile.
    case cancelled
  }

  /// How long a lease lasts without being renewed.
  static let term: Duration = .seconds(10)

  /// The folder of this holder.
  var path: String { holding.path }
  private let holding: LeaseHolding
  private let isReleased = AtomicFlag(false)

  private init(_ holding: LeaseHolding) { self.holding = holding }

  deinit { release() }

  // MARK: Holding

  /// Checks that the lease is still held, and renews it.
  ///
  /// - Throws: ``SwarmError/Code/conflict`` where another process took it over.
  func confirm() throws(SwarmError) { try holding.confirm() }

  /// Whether it was found that another process took it over.
  var isLost: Bool { !isReleased.isSet && holding.isOver }

  /// Gives the lease back now instead of with the last reference.
  func release() {
    guard !isReleased.exchange(true) else { return }
    LeaseKeeper.shared.forget(holding)
    holding.end()
  }

  // MARK: Acquiring

  /// Takes a lease at once or not at all.
  ///
  /// - Parameters:
  ///   - path: The folder of an exclusive holder; the one above is made where it is missing.
  ///   - mode: How much is claimed.
  ///   - term: How long the lease lasts without being renewed.
  ///   - owner: The holder.
  /// - Returns: The lease, or `nil` where somebody is in the way.
  static func tryAcquire(
    _ path: String, mode: Mode, term: Duration = term, owner: LeaseOwner = .current
  ) throws(SwarmError) -> Lease? {
    if case .acquired(let lease) = try acquire(
      path, mode: mode, term: term, owner: owner, timeout: .zero, cancellation: nil)
    {
      return lease
    }
    return nil
  }

  /// Takes a lease, waiting for whoever has it.
  ///
  /// - Parameters:
  ///   - path: The folder of an exclusive holder; the one above is made where it is missing.
  ///   - mode: How much is claimed.
  ///   - term: How long the lease lasts without being renewed.
  ///   - owner: The holder.
  ///   - timeout: How long to wait; `nil` for as long as it takes.
  ///   - cancellation: Ends the waiting early.
  ///   - onContention: Called once when somebody is in the way; what it throws ends the attempt.
  ///   - onWait: Called once after a second of waiting.
  static func acquire(
    _ path: String, mode: Mode, term: Duration = term, owner: LeaseOwner = .current,
    timeout: Duration?, cancellation: Cancellation?,
    onContention: (LeaseOwner?) throws(SwarmError) -> Void = { _ in },
    onWait: (LeaseOwner?) -> Void = { _ in }
  ) throws(SwarmError) -> Outcome {
    var attempt = LeaseAttempt(path: path, mode: mode, term: term, owner: owner)
    let start = ContinuousClock.now
    var hasContended = false
    var hasNoticed = false
    var interval: Duration = .milliseconds(10)
    while true {
      let look = ContinuousClock.now
      if let lease = try attempt.advance() { return .acquired(lease) }
      if !hasContended {
        hasContended = true
        try onContention(attempt.holder)
      }
      let waited = start.duration(to: .now)
      if let timeout, waited >= timeout { return .timedOut(holder: attempt.holder) }
      if waited >= .seconds(1), !hasNoticed {
        hasNoticed = true
        onWait(attempt.holder)
      }
      // Less and less often, and never at the same times as another: each look asks a server, and a
      // slow one has enough to do.
      interval = min(interval * 3 / 2, .milliseconds(.random(in: 150...250)), term / 6)
      interval = min(max(interval, look.duration(to: .now) * 4), max(term / 6, interval))
      let remaining = timeout.map { min(interval, $0 - waited) } ?? interval
      if pause(remaining, unless: cancellation) { return .cancelled }
    }
  }

  /// Waits, and says whether the cancellation was asked for.
  private static func pause(_ duration: Duration, unless cancellation: Cancellation?) -> Bool {
    if cancellation?.signal != nil { return true }
    var polled = pollfd(fd: cancellation?.descriptor ?? -1, events: Int16(POLLIN), revents: 0)
    _ = poll(&polled, 1, Pipe.milliseconds(until: .now + duration))
    return cancellation?.signal != nil
  }

  /// Begins to renew a record that is in the folder of a holder.
  static func hold(_ path: some SystemPath, _ record: LeaseRecord) -> Lease {
    let holding = LeaseHolding(path: path.text, record: record)
    LeaseKeeper.shared.keep(holding)
    return Lease(holding)
  }

  /// Whether somebody holds a lease alone, or waits for those who share it.
  ///
  /// - Parameter path: The folder of an exclusive holder.
  static func isHeldAlone(_ path: String) -> Bool {
    guard let name = try? LeaseFolder(path).read() else { return false }
    return !name.bytes.isEmpty
  }
}
