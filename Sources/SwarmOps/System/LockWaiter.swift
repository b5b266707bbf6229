import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A thread that sits in a blocking lock call, so that its owner can wait for it with a deadline.
///
/// The kernel has no lock call with a timeout, and asking again and again would lose the kernel's
/// queue. Giving up interrupts the call with a signal that is otherwise ignored (`SIGURG`).
final class LockWaiter: Sendable {
  /// What a wait ended with.
  enum Event {
    /// The lock call returned.
    case finished(Result<Bool, SwarmError>)
    /// The instant came first.
    case timePassed
    /// The cancellation was asked for.
    case cancelled
  }

  private struct State {
    var isGivenUp = false
    var result: Result<Bool, SwarmError>?
  }

  private final class Shared: Sendable {
    let state = Mutex(State())
    let attempt: @Sendable () throws(SwarmError) -> Bool
    let done: Descriptor

    init(attempt: @escaping @Sendable () throws(SwarmError) -> Bool, done: Descriptor) {
      self.attempt = attempt
      self.done = done
    }

    func run() {
      // It may have inherited a mask that blocks the signal: then giving up would wait for ever.
      var signals = sigset_t()
      sigemptyset(&signals)
      sigaddset(&signals, SIGURG)
      pthread_sigmask(SIG_UNBLOCK, &signals, nil)
      while true {
        let result: Result<Bool, SwarmError>
        do throws(SwarmError) {
          result = .success(try attempt())
        } catch {
          result = .failure(error)
        }
        let isFinal = state.withLock { state in
          // An interrupted call says false: only giving up makes that the answer.
          if case .success(false) = result, !state.isGivenUp { return false }
          state.result = result
          return true
        }
        if isFinal { break }
      }
      _ = [UInt8(1)].withUnsafeBytes { write(done.number, $0.baseAddress, 1) }
    }
  }

  private let shared: Shared
  private let finished: Descriptor
  private let thread: NativeThread

  /// Starts the thread.
  ///
  /// - Parameter attempt: The blocking call; says `false` when it was interrupted.
  init(_ attempt: @escaping @Sendable () throws(SwarmError) -> Bool) throws(SwarmError) {
    // Only to make the blocking call return: without a handler the signal would be discarded.
    var action = sigaction()
    #if canImport(Glibc)
      action.__sigaction_handler.sa_handler = { _ in }
    #else
      action.__sigaction_u.__sa_handler = { _ in }
    #endif
    sigaction(SIGURG, &action, nil)
    let pipe: (read: Descriptor, write: Descriptor)
    do {
      pipe = try Pipe.make()
    } catch {
      throw SwarmError(.io, "cannot make a pipe", underlying: error.text)
    }
    finished = pipe.read
    shared = Shared(attempt: attempt, done: pipe.write)
    do {
      thread = try NativeThread { [shared] in shared.run() }
    } catch {
      throw SwarmError(.io, "cannot start a thread", underlying: error.text)
    }
  }

  /// Waits for the call to return.
  func wait(until deadline: ContinuousClock.Instant?, cancellation: Cancellation?) -> Event {
    if cancellation?.signal != nil { return .cancelled }
    var polled = [pollfd(fd: finished.number, events: Int16(POLLIN), revents: 0)]
    if let cancellation {
      polled.append(pollfd(fd: cancellation.descriptor, events: Int16(POLLIN), revents: 0))
    }
    _ = poll(&polled, nfds_t(polled.count), Pipe.milliseconds(until: deadline))
    if let result = shared.state.withLock({ $0.result }) {
      thread.join()
      return .finished(result)
    }
    return cancellation?.signal != nil ? .cancelled : .timePassed
  }

  /// Ends the call; a lock that it got at the last moment goes with its descriptor.
  func giveUp() {
    shared.state.withLock { $0.isGivenUp = true }
    // Again and again: the first signal may arrive before the call has begun to block.
    while shared.state.withLock({ $0.result == nil }) {
      thread.signal(SIGURG)
      var polled = pollfd(fd: finished.number, events: Int16(POLLIN), revents: 0)
      _ = poll(&polled, 1, 1)
    }
    thread.join()
  }
}
