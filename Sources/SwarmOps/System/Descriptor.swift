#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// An open descriptor, closed when the last reference goes.
final class Descriptor: Sendable {
  /// The descriptor's number.
  let number: Int32
  private let isOpen: AtomicFlag

  /// Takes over an open descriptor.
  init(_ number: Int32) {
    self.number = number
    isOpen = AtomicFlag(true)
  }

  /// Closes and reports what closing found out: close is a write error too.
  func close() throws(SystemError) {
    guard isOpen.exchange(false) else { return }
    #if canImport(Glibc)
      let result = Glibc.close(number)
    #else
      let result = Darwin.close(number)
    #endif
    // EINTR: the descriptor is closed all the same on Linux.
    if result == -1 && errno != EINTR { throw SystemError(number: errno) }
  }

  deinit { try? close() }
}
