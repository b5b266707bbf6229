import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A request to stop, which waiting code can poll for and a signal handler can make.
public final class Cancellation: Sendable {
  private let state = Atomic<Int32>(0)
  private let watchers = Atomic<Int>(0)
  private let pipe: (read: Descriptor, write: Descriptor)

  /// Makes one that nobody has asked for yet.
  ///
  /// - Throws: ``SwarmError/Code/io`` when no descriptor is left.
  public init() throws(SwarmError) {
    do {
      pipe = try Pipe.make()
    } catch {
      throw SwarmError(.io, "cannot make a pipe", underlying: error.text)
    }
    Pipe.setNonBlocking(pipe.write.number)
    Pipe.setNonBlocking(pipe.read.number)
  }

  /// Asks for the end as Ctrl-C does.
  func interrupt() { request(signal: SIGINT) }

  /// Asks for the end at once: nobody is given time to terminate.
  func kill() { request(signal: SIGKILL) }

  /// Whether the end was asked for by ``kill()``.
  var leavesNoTime: Bool { signal == SIGKILL }

  /// Asks everything that polls this to stop.
  ///
  /// Safe inside a signal handler.
  ///
  /// - Parameter signal: The signal that asks, such as `SIGINT`.
  public func request(signal: Int32) {
    state.store(signal, ordering: .releasing)
    var byte: UInt8 = 1
    _ = write(pipe.write.number, &byte, 1)
  }

  /// Whether somebody polls this; otherwise a request would go unnoticed.
  ///
  /// Safe inside a signal handler.
  package var isWatched: Bool { watchers.load(ordering: .acquiring) > 0 }

  /// Does something during which a request is noticed.
  ///
  /// - Parameter body: What is done; it polls this, and ends soon where it was asked for.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws.
  package func watched<Result>(_ body: () throws(SwarmError) -> Result) throws(SwarmError) -> Result
  {
    watchers.add(1, ordering: .acquiringAndReleasing)
    defer { watchers.subtract(1, ordering: .acquiringAndReleasing) }
    return try body()
  }

  /// The signal that asked last, or `nil`.
  package var signal: Int32? {
    let signal = state.load(ordering: .acquiring)
    return signal == 0 ? nil : signal
  }

  /// Readable for ever once it was asked for.
  var descriptor: Int32 { pipe.read.number }

  /// Waits until a descriptor takes bytes.
  ///
  /// - Throws: The error of this request, where it is made first.
  package func waitUntilWritable(_ descriptor: Int32) throws(SwarmError) {
    while true {
      if signal != nil { throw error }
      var polled = [
        pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0),
        pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      _ = poll(&polled, 2, -1)
      if signal == nil && polled[0].revents != 0 { return }
    }
  }

  /// The error that a cancelled operation ends with.
  var error: SwarmError { error("nothing was changed") }

  /// ``error`` with another consequence.
  func error(_ consequence: String) -> SwarmError {
    switch signal {
    case SIGTERM: SwarmError(.terminated, "terminated; \(consequence)")
    case SIGHUP: SwarmError(.hangup, "the terminal went away; \(consequence)")
    default: SwarmError(.interrupted, "interrupted; \(consequence)")
    }
  }
}
