#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A thread of the C library, for work that blocks.
///
/// It inherits the signal mask of the thread that starts it, and those of a dispatch queue block
/// every signal.
struct NativeThread: Sendable {
  private final class Body: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private let thread: pthread_t

  /// Starts a thread, which must be joined or detached once.
  ///
  /// The C function is `pthread_create`.
  ///
  /// - Parameter body: What it does.
  init(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
    #if canImport(Glibc)
      var thread = pthread_t()
    #else
      var thread: pthread_t?
    #endif
    let argument = Unmanaged.passRetained(Body(body))
    let status = pthread_create(
      &thread, nil,
      { raw in
        #if canImport(Glibc)
          guard let raw else { return nil }
        #endif
        Unmanaged<Body>.fromOpaque(raw).takeRetainedValue().run()
        return nil
      }, argument.toOpaque())
    guard status == 0 else {
      argument.release()
      throw SystemError(number: status)
    }
    #if canImport(Glibc)
      self.thread = thread
    #else
      guard let thread else { throw SystemError(number: EAGAIN) }
      self.thread = thread
    #endif
  }

  /// Waits for its end.
  ///
  /// The C function is `pthread_join`.
  func join() { pthread_join(thread, nil) }

  /// Lets it end on its own.
  ///
  /// The C function is `pthread_detach`.
  func detach() { pthread_detach(thread) }

  /// Interrupts what it is blocked in.
  ///
  /// The C function is `pthread_kill`.
  func signal(_ number: Int32) { pthread_kill(thread, number) }
}
