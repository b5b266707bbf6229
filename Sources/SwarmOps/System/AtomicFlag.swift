import Synchronization

/// A Boolean that several threads may change.
final class AtomicFlag: Sendable {
  private let state: Atomic<Bool>

  init(_ value: Bool) { state = Atomic(value) }

  /// The value now.
  var isSet: Bool { state.load(ordering: .acquiring) }

  /// Sets a new value and returns the one before.
  func exchange(_ value: Bool) -> Bool { state.exchange(value, ordering: .acquiringAndReleasing) }
}
