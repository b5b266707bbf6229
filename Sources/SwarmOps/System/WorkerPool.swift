import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Threads for work that blocks: locks, the disk, whole processes.
///
/// A job may wait for long, so a new thread is started whenever no idle one is left, up to a limit.
/// Finished jobs leave what is to be done next on the owner's thread, which ``wakeDescriptor`` wakes.
final class WorkerPool: Sendable {
  typealias Completion = @Sendable () -> Void

  private struct State {
    var jobs: [@Sendable () -> Completion] = []
    var next = 0
    var done: [Completion] = []
    var idle = 0
    var threads = 0
    var isClosed = false
  }

  private final class Shared: @unchecked Sendable {
    let state = Mutex(State())
    let wake: Descriptor
    // A condition needs a place that never moves.
    let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init(wake: Descriptor) {
      self.wake = wake
      pthread_mutex_init(mutex, nil)
      pthread_cond_init(condition, nil)
    }

    deinit {
      pthread_cond_destroy(condition)
      pthread_mutex_destroy(mutex)
      condition.deallocate()
      mutex.deallocate()
    }

    func run() {
      while let job = next() {
        let completion = job()
        state.withLock { $0.done.append(completion) }
        var byte: UInt8 = 1
        _ = write(wake.number, &byte, 1)
      }
    }

    private func next() -> (@Sendable () -> Completion)? {
      pthread_mutex_lock(mutex)
      defer { pthread_mutex_unlock(mutex) }
      while true {
        let (job, isClosed) = state.withLock { state -> ((@Sendable () -> Completion)?, Bool) in
          guard state.next < state.jobs.count else { return (nil, state.isClosed) }
          let job = state.jobs[state.next]
          state.next += 1
          if state.next == state.jobs.count {
            state.jobs.removeAll(keepingCapacity: true)
            state.next = 0
          }
          return (job, false)
        }
        if let job { return job }
        if isClosed { return nil }
        state.withLock { $0.idle += 1 }
        pthread_cond_wait(condition, mutex)
        state.withLock { $0.idle -= 1 }
      }
    }

    func signal(all: Bool = false) {
      pthread_mutex_lock(mutex)
      if all { pthread_cond_broadcast(condition) } else { pthread_cond_signal(condition) }
      pthread_mutex_unlock(mutex)
    }
  }

  private let shared: Shared
  private let wakened: Descriptor
  private let limit: Int

  /// Makes a pool without threads.
  ///
  /// - Parameter limit: The most threads.
  init(limit: Int) throws(SwarmError) {
    let pipe: (read: Descriptor, write: Descriptor)
    do {
      pipe = try Pipe.make()
    } catch {
      throw SwarmError(.io, "cannot make a pipe", underlying: error.text)
    }
    Pipe.setNonBlocking(pipe.read.number)
    Pipe.setNonBlocking(pipe.write.number)
    (wakened, shared, self.limit) = (pipe.read, Shared(wake: pipe.write), limit)
  }

  /// Readable while completions wait for ``runCompletions()``.
  var wakeDescriptor: Int32 { wakened.number }

  /// Does a job on another thread.
  ///
  /// - Parameter job: The work; what it returns is done on the owner's thread.
  func submit(_ job: @escaping @Sendable () -> Completion) {
    let needsThread = shared.state.withLock { state in
      state.jobs.append(job)
      let waiting = state.jobs.count - state.next
      guard state.idle < waiting, state.threads < limit else { return false }
      state.threads += 1
      return true
    }
    if needsThread { startThread() }
    shared.signal()
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
    for completion in done { completion() }
  }

  /// Lets the threads end once no job is left.
  func close() {
    shared.state.withLock { $0.isClosed = true }
    shared.signal(all: true)
  }

  private func startThread() {
    do {
      try NativeThread { [shared] in shared.run() }.detach()
    } catch {
      shared.state.withLock { $0.threads -= 1 }
    }
  }

  deinit { close() }
}
