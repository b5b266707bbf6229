#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Descriptors that are waited for together.
struct PollSet {
  /// What is waited for.
  enum Readiness {
    /// Something can be read, or its writer has gone.
    case reading
    /// Something can be written, or its reader has gone.
    case writing
  }

  private var entries: [pollfd] = []

  /// How many descriptors there are.
  var count: Int { entries.count }

  /// Adds a descriptor, or -1 for none, at the place ``count``.
  mutating func add(_ descriptor: Int32, _ readiness: Readiness) {
    let events = readiness == .reading ? POLLIN : POLLOUT
    entries.append(pollfd(fd: descriptor, events: Int16(events), revents: 0))
  }

  /// Waits until one of them is ready, or an instant has come.
  ///
  /// The C function is `poll`. It refuses more descriptors than a process may open, which may have
  /// become less since: then they are asked in pieces, again and again.
  mutating func wait(until deadline: ContinuousClock.Instant?) {
    let size = entries.count
    let found = entries.withUnsafeMutableBufferPointer {
      poll($0.baseAddress, nfds_t(size), Pipe.milliseconds(until: deadline))
    }
    guard found == -1 else { return }
    for index in entries.indices { entries[index].revents = 0 }
    guard errno == EINVAL else { return }
    repeat {
      var isReady = false
      for start in stride(from: 0, to: size, by: Self.piece) {
        let count = min(Self.piece, size - start)
        isReady =
          entries.withUnsafeMutableBufferPointer {
            poll($0.baseAddress?.advanced(by: start), nfds_t(count), 0)
          } > 0 || isReady
      }
      if isReady { return }
      usleep(2000)
    } while deadline.map { ContinuousClock.now < $0 } ?? true
  }

  /// Descriptors that are asked at once where not all can be.
  private static let piece = 4

  /// Whether the descriptor at a place is ready, or broken.
  func isReady(_ place: Int) -> Bool { entries[place].revents != 0 }

  /// Whether nobody writes any more to the pipe at a place, as far as the system says so.
  func hasLostWriter(_ place: Int) -> Bool {
    PlatformCalls.saysThatWriterHasGone(entries[place].revents)
  }
}
