/// A lock of a root, of the kind that the root uses, freed with the last reference.
final class StoreLock: Sendable {
  /// How much of the thing is claimed.
  enum Mode: Sendable {
    /// Several holders at once, none of them alone.
    case shared
    /// One holder.
    case exclusive
  }

  private enum Kind: Sendable {
    case kernel(KernelLock)
    case lease(Lease)
  }

  private let kind: Kind

  init(_ lock: KernelLock) { kind = .kernel(lock) }
  init(_ lease: Lease) { kind = .lease(lease) }

  deinit { release() }

  /// Whether another process took it over while this one was paused; never so for a kernel's lock.
  var isLost: Bool {
    switch kind {
    case .kernel: false
    case .lease(let lease): lease.isLost
    }
  }

  /// Frees the lock now.
  func release() {
    switch kind {
    case .kernel(let lock): lock.release()
    case .lease(let lease): lease.release()
    }
  }
}
