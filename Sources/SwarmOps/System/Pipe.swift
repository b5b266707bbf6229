#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Pipes whose ends no child inherits by accident.
enum Pipe {
  /// Makes a pipe; both ends are close-on-exec.
  ///
  /// The C function is `pipe`.
  static func make() throws(SystemError) -> (read: Descriptor, write: Descriptor) {
    var ends: [Int32] = [-1, -1]
    try systemCall { pipe(&ends) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (Descriptor(ends[0]), Descriptor(ends[1]))
  }

  /// Makes reading and writing return at once with `EAGAIN` where they would wait.
  static func setNonBlocking(_ descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
  }

  /// Whether a small write would not wait; a descriptor that is broken counts as writable.
  static func isWritable(_ descriptor: Int32) -> Bool { shows(POLLOUT, descriptor) }

  /// Whether reading would not wait: there is something to read, or the end.
  static func isReadable(_ descriptor: Int32) -> Bool { shows(POLLIN, descriptor) }

  /// Whether somebody can still write what is read here.
  static func hasWriter(_ descriptor: Int32) -> Bool { !shows(0, descriptor) }

  /// Whether one of some events is there now; hangups and errors always are among them.
  private static func shows(_ events: Int32, _ descriptor: Int32) -> Bool {
    var polled = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    return poll(&polled, 1, 0) != 0
  }

  /// The time until an instant as `poll` takes it: milliseconds rounded up, -1 for no end.
  static func milliseconds(until instant: ContinuousClock.Instant?) -> Int32 {
    guard let instant else { return -1 }
    let left = ContinuousClock.now.duration(to: instant)
    if left <= .zero { return 0 }
    let (seconds, attoseconds) = left.components
    if seconds > 1_000_000 { return 1_000_000_000 }
    return Int32(seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
  }

  // MARK: Named pipes

  /// How a named pipe is opened.
  enum End {
    /// To read from it.
    case reading
    /// To write to it; reading as well keeps opening and writing from waiting for a reader.
    case writing
  }

  /// Makes a named pipe, private to this user.
  ///
  /// The C function is `mkfifo`.
  static func makeNamed(_ path: String) throws(SwarmError) {
    try systemCall("make the pipe", path) { mkfifo(path, FileSystem.fileMode) }
  }

  /// Opens a named pipe without waiting for its other end.
  static func openNamed(_ path: String, for end: End) throws(SystemError) -> Descriptor {
    try FileSystem.open(path, (end == .reading ? O_RDONLY : O_RDWR) | O_NONBLOCK)
  }

  // MARK: Reading and writing

  /// What came of reading.
  enum Reading {
    /// So many bytes, at the start of the buffer.
    case bytes(Int)
    /// Nothing for now.
    case nothing
    /// Nobody writes there.
    case end
    /// It cannot be read.
    case broken
  }

  /// Reads once what is there.
  ///
  /// The C function is `read`.
  ///
  /// - Parameters:
  ///   - descriptor: A descriptor that does not wait.
  ///   - buffer: Where the bytes go.
  ///   - most: The most bytes to read, or `nil` for the size of the buffer.
  static func read(_ descriptor: Int32, into buffer: inout [UInt8], most: Int? = nil) -> Reading {
    while true {
      let count = buffer.withUnsafeMutableBytes {
        readBytes(descriptor, $0.baseAddress, min(most ?? $0.count, $0.count))
      }
      if count > 0 { return .bytes(count) }
      if count == 0 { return .end }
      if errno == EAGAIN { return .nothing }
      if errno != EINTR { return .broken }
    }
  }

  /// Reads once, and waits for that where the descriptor does.
  ///
  /// - Parameters:
  ///   - descriptor: Any descriptor, such as standard input.
  ///   - buffer: Where the bytes go.
  /// - Returns: How many there were, 0 at the end, `nil` where there are none for now.
  static func readOnce(_ descriptor: Int32, into buffer: inout [UInt8]) throws(SystemError) -> Int?
  {
    do throws(SystemError) {
      return try systemCall {
        buffer.withUnsafeMutableBytes { readBytes(descriptor, $0.baseAddress, $0.count) }
      }
    } catch {
      if error.number == EAGAIN { return nil }
      throw error
    }
  }

  /// Writes once what is taken without waiting.
  ///
  /// The C function is `write`.
  ///
  /// - Parameters:
  ///   - descriptor: A descriptor that does not wait.
  ///   - bytes: What to write.
  /// - Returns: How many bytes were taken; `nil` where nobody reads there, or it cannot be written.
  static func write(_ descriptor: Int32, _ bytes: some Collection<UInt8>) -> Int? {
    while true {
      let count =
        bytes.withContiguousStorageIfAvailable {
          writeBytes(descriptor, $0.baseAddress, $0.count)
        } ?? 0
      if count >= 0 { return count }
      if errno == EAGAIN { return 0 }
      if errno != EINTR { return nil }
    }
  }
}

/// The C function `read`, for types that have a function of that name.
func readBytes(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}

/// The C function `write`, for types that have a function of that name.
func writeBytes(_ descriptor: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, buffer, count)
}
