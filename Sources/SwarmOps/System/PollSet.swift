#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Descriptors that are waited for together.
enum PollSet {
  /// Descriptors that are asked at once where not all can be.
  private static let piece = 4

  /// Waits until one of them is ready, or an instant has come.
  ///
  /// The C function is `poll`. It refuses more descriptors than a process may open, which may have
  /// become less since: then they are asked in pieces, again and again.
  ///
  /// - Parameters:
  ///   - polled: The descriptors; -1 is passed over.
  ///   - deadline: When to give up, or `nil`.
  /// - Returns: How many are ready.
  static func wait(_ polled: inout [pollfd], until deadline: ContinuousClock.Instant?) -> Int32 {
    let size = polled.count
    let found = polled.withUnsafeMutableBufferPointer {
      poll($0.baseAddress, nfds_t(size), Pipe.milliseconds(until: deadline))
    }
    guard found == -1 else { return found }
    let isRefused = errno == EINVAL
    for index in polled.indices { polled[index].revents = 0 }
    guard isRefused else { return 0 }
    repeat {
      var ready: Int32 = 0
      for start in stride(from: 0, to: size, by: piece) {
        let count = min(piece, size - start)
        ready += max(
          0,
          polled.withUnsafeMutableBufferPointer {
            poll($0.baseAddress?.advanced(by: start), nfds_t(count), 0)
          })
      }
      if ready > 0 { return ready }
      usleep(2000)
    } while deadline.map { ContinuousClock.now < $0 } ?? true
    return 0
  }
}
