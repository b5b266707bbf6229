import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Threads for work that blocks: locks, the disk, whole processes.
///
/// A job may wait for long, so a new thread is started whenever no idle one is left, up to a limit.
/// Work crosses to a thread and comes back as values; what is done with them is done on the owner's
/// thread, which ``wakeDescriptor`` wakes. A machine that gives no thread makes the owner do the jobs
/// itself, one at a time.
///
/// Everything but ``Bell/ring()`` is called on the owner's thread.
final class WorkerPool {
  /// What threads and owner share.
  fileprivate final class Shared: Sendable {
    struct State {
      var jobs: [Int: @Sendable () -> Void] = [:]
      var first = 0
      var next = 0
      /// Jobs that are done.
      var done: [Int] = []
      var busy = 0
      var threads = 0
    }

    let state = Mutex(State())
    /// A byte for each job; its end when the pool is closed.
    let jobs: Descriptor
    let wake: Descriptor

    init(jobs: Descriptor, wake: Descriptor) { (self.jobs, self.wake) = (jobs, wake) }

    func wakeOwner() {
      var byte: UInt8 = 1
      _ = write(wake.number, &byte, 1)
    }

    /// Does the job that has waited longest.
    func doNext() {
      let job = state.withLock { state -> (number: Int, work: @Sendable () -> Void)? in
        guard let work = state.jobs.removeValue(forKey: state.first) else { return nil }
        state.first += 1
        state.busy += 1
        return (state.first - 1, work)
      }
      guard let job else { return }
      job.work()
      state.withLock { state in
        state.busy -= 1
        state.done.append(job.number)
      }
      wakeOwner()
    }

    func run() {
      var byte: UInt8 = 0
      while true {
        let count = read(jobs.number, &byte, 1)
        if count == 1 { doNext() } else if count == 0 || errno != EINTR { return }
      }
    }
  }

  /// Wakes the owner of a pool, on any thread.
  struct Bell: Sendable {
    fileprivate let shared: Shared

    /// Makes the pool's wake descriptor readable.
    func ring() { shared.wakeOwner() }
  }

  /// What a job came to.
  private final class Outcome<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
  }

  private let shared: Shared
  private var hiring: Descriptor?
  private let wakened: Descriptor
  private let limit: Int
  private var completions: [Int: () -> Void] = [:]

  /// Makes a pool without threads.
  ///
  /// - Parameter limit: The most threads.
  init(limit: Int) throws(SwarmError) {
    let wake: (read: Descriptor, write: Descriptor)
    let jobs: (read: Descriptor, write: Descriptor)
    do {
      wake = try Pipe.make()
      jobs = try Pipe.make()
    } catch {
      throw SwarmError(.io, "cannot make a pipe", underlying: error.text)
    }
    Pipe.setNonBlocking(wake.read.number)
    Pipe.setNonBlocking(wake.write.number)
    (wakened, hiring, self.limit) = (wake.read, jobs.write, limit)
    shared = Shared(jobs: jobs.read, wake: wake.write)
  }

  /// Readable while completions wait for ``runCompletions()``.
  var wakeDescriptor: Int32 { wakened.number }

  /// Wakes the owner though no job is done.
  var bell: Bell { Bell(shared: shared) }

  /// Whether jobs wait or are being done.
  var isBusy: Bool { shared.state.withLock { $0.busy > 0 || !$0.jobs.isEmpty } }

  /// Does a job on another thread.
  ///
  /// - Parameters:
  ///   - work: The work.
  ///   - then: Called with what it came to, on the owner's thread.
  func submit<Value: Sendable>(
    _ work: @escaping @Sendable () -> Value, then: @escaping (Value) -> Void
  ) {
    guard let hiring else { return }
    let outcome = Outcome<Value>()
    let (number, needsThread) = shared.state.withLock { state in
      let number = state.next
      state.next += 1
      state.jobs[number] = { outcome.value.withLock { $0 = work() } }
      guard state.busy + state.jobs.count > state.threads, state.threads < limit else {
        return (number, false)
      }
      state.threads += 1
      return (number, true)
    }
    completions[number] = {
      if let value = outcome.value.withLock({ $0 }) { then(value) }
    }
    var byte: UInt8 = 1
    _ = write(hiring.number, &byte, 1)
    if needsThread { startThread() }
  }

  /// ``submit(_:then:)`` for work that can fail.
  func attempt<Value: Sendable>(
    _ work: @escaping @Sendable () throws(SwarmError) -> Value,
    then: @escaping (Result<Value, SwarmError>) -> Void
  ) {
    submit(
      { () -> Result<Value, SwarmError> in
        do throws(SwarmError) {
          return .success(try work())
        } catch {
          return .failure(error)
        }
      }, then: then)
  }

  /// Does what finished jobs have left to do.
  func runCompletions() {
    var bytes = (UInt64(0), UInt64(0))
    _ = withUnsafeMutableBytes(of: &bytes) { read(wakened.number, $0.baseAddress, $0.count) }
    let done = shared.state.withLock { state in
      let done = state.done
      state.done = []
      return done
    }
    for number in done { completions.removeValue(forKey: number)?() }
    doWithoutThreads()
  }

  /// Does a job itself where no thread could be started: slowly is better than never.
  private func doWithoutThreads() {
    let isStuck = shared.state.withLock { state in
      guard state.threads == 0, !state.jobs.isEmpty else { return false }
      state.threads = 1
      return true
    }
    guard isStuck, !startThread(wakesOwner: false) else { return }
    // Its end wakes the owner, who looks again.
    shared.doNext()
  }

  /// Lets the threads end once no job is left; nothing more is accepted or completed.
  func close() {
    hiring = nil
    completions = [:]
  }

  /// Waits until the jobs that were begun are done.
  ///
  /// - Parameter deadline: When to give up.
  func finishBusy(until deadline: ContinuousClock.Instant) {
    shared.state.withLock { $0.jobs = [:] }
    while shared.state.withLock({ $0.busy > 0 }), ContinuousClock.now < deadline {
      var polled = pollfd(fd: wakened.number, events: Int16(POLLIN), revents: 0)
      _ = poll(&polled, 1, min(10, Pipe.milliseconds(until: deadline)))
      var bytes = (UInt64(0), UInt64(0))
      _ = withUnsafeMutableBytes(of: &bytes) { read(wakened.number, $0.baseAddress, $0.count) }
    }
  }

  @discardableResult
  private func startThread(wakesOwner: Bool = true) -> Bool {
    do {
      try NativeThread { [shared] in shared.run() }.detach()
      return true
    } catch {
      shared.state.withLock { $0.threads -= 1 }
      if wakesOwner { shared.wakeOwner() }
      return false
    }
  }
}
