import SwarmOps
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What signals and closed descriptors do to this process.
enum SignalHandling {
  /// What a signal asks to stop; written once before any handler is installed.
  nonisolated(unsafe) private static var cancellation: Cancellation?

  /// Whether a question waits for its answer.
  static let isAsking = Atomic<Bool>(false)
  private static let lastWords = Array("\nnothing was changed\n".utf8)

  /// Makes SIGINT, SIGTERM and SIGHUP end what runs, and failed writes plain errors.
  ///
  /// Where nothing has to be ended first, the process exits at once with 128 and the signal's
  /// number: every change on disk is made in one step, so there is nothing to tidy.
  static func install(_ cancellation: Cancellation) {
    self.cancellation = cancellation
    // Made now: a handler must not be the first to touch them.
    _ = (lastWords.count, isAsking.load(ordering: .relaxed))
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    // Where a parent ignores it, the kernel would collect our children behind our back.
    signal(SIGCHLD, SIG_DFL)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      // A parent that ignores hang-ups (nohup) wants them ignored.
      var previous = sigaction()
      sigaction(number, nil, &previous)
      #if canImport(Glibc)
        let isIgnored =
          unsafeBitCast(previous.__sigaction_handler.sa_handler, to: Int.self)
          == unsafeBitCast(SIG_IGN, to: Int.self)
      #else
        let isIgnored =
          unsafeBitCast(previous.__sigaction_u.__sa_handler, to: Int.self)
          == unsafeBitCast(SIG_IGN, to: Int.self)
      #endif
      if isIgnored { continue }
      signal(number) { number in
        if let cancellation = SignalHandling.cancellation, cancellation.isWatched {
          cancellation.request(signal: number)
        } else {
          if SignalHandling.isAsking.load(ordering: .acquiring) {
            // Ends the line of the question; `write` may be called in a handler.
            SignalHandling.lastWords.withUnsafeBytes { _ = write(2, $0.baseAddress, $0.count) }
          }
          _exit(128 + number)
        }
      }
    }
  }

  /// Fills the standard descriptors that the parent closed.
  ///
  /// Otherwise the first file that is opened would become standard output. What fills them cannot
  /// be written, so writing still fails. The C function is `open`.
  static func fillStandardDescriptors() {
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) == -1 {
      _ = open("/dev/null", O_RDONLY)
    }
  }
}
