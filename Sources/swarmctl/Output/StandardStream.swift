import SwarmOps
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A buffered writer on a descriptor that whole texts go to at once, from any thread.
///
/// A reader that has gone (EPIPE; SIGPIPE must be ignored) is no error: what follows is dropped and
/// ``isClosed`` says so, as `ripgrep` does. Everything else that goes wrong is thrown.
final class StandardStream: Sendable {
  private struct State {
    var buffer: [UInt8] = []
    var isClosed = false
  }

  /// Bytes kept before they are written.
  static let bufferSize = 64 * 1024

  /// The descriptor; it is not closed when the stream goes.
  let descriptor: Int32
  /// What it is called in errors, such as "standard output".
  let name: String
  private let state = Mutex(State())

  init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  /// Whether nobody reads any more, so that a producer can stop.
  var isClosed: Bool { state.withLock(\.isClosed) }

  /// Adds bytes, writing them when the buffer is full.
  ///
  /// - Parameter bytes: What to write, whole: nothing of another thread comes between.
  /// - Throws: `SwarmError` of code `io` when the descriptor cannot be written.
  func write(_ bytes: [UInt8]) throws(SwarmError) {
    try locked { state throws(SwarmError) in
      guard bytes.count < Self.bufferSize else {
        // Large answers are not copied.
        try drain(&state)
        return try writeAll(bytes, &state)
      }
      state.buffer += bytes
      if state.buffer.count >= Self.bufferSize { try drain(&state) }
    }
  }

  /// Adds a text.
  ///
  /// - Parameter text: What to write, whole: nothing of another thread comes between.
  /// - Throws: `SwarmError` of code `io` when the descriptor cannot be written.
  func write(_ text: String) throws(SwarmError) { try write(Array(text.utf8)) }

  /// Writes what is kept.
  ///
  /// - Throws: `SwarmError` of code `io` when the descriptor cannot be written.
  func flush() throws(SwarmError) {
    try locked { state throws(SwarmError) in try drain(&state) }
  }

  /// Writes what is kept and closes the descriptor, which on some file systems is where a full disk
  /// shows.
  ///
  /// - Throws: `SwarmError` of code `io` when writing or closing fails.
  func finish() throws(SwarmError) {
    try flush()
    // EBADF: it was closed from the start and nothing had to be written.
    if close(descriptor) != 0, errno != EBADF, errno != EINTR { throw failure(errno) }
  }

  /// `Mutex.withLock` does not pass on typed errors with an inferred type, so the result is carried.
  private func locked(_ body: (inout State) throws(SwarmError) -> Void) throws(SwarmError) {
    let result: Result<Void, SwarmError> = state.withLock { state in
      do throws(SwarmError) { return .success(try body(&state)) } catch { return .failure(error) }
    }
    try result.get()
  }

  private func drain(_ state: inout State) throws(SwarmError) {
    // Bytes that could not be written are dropped: trying them again would repeat the error.
    defer { state.buffer.removeAll(keepingCapacity: true) }
    try writeAll(state.buffer, &state)
  }

  private func writeAll(_ bytes: [UInt8], _ state: inout State) throws(SwarmError) {
    var offset = 0
    while offset < bytes.count, !state.isClosed {
      let written = bytes.withUnsafeBytes { bytes in
        writeOnce(descriptor, UnsafeRawBufferPointer(rebasing: bytes[offset...]))
      }
      if written >= 0 {
        offset += written
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        // Another program that shares the pipe or terminal made it non-blocking.
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&request, 1, -1)
      case EPIPE: state.isClosed = true
      default: throw failure(errno)
      }
    }
  }

  private func failure(_ number: Int32) -> SwarmError {
    SwarmError(.io, "cannot write \(name)", underlying: String(cString: strerror(number)))
  }
}

/// Calls the C function `write`, which a method of the same name hides inside the class.
private func writeOnce(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(descriptor, bytes.baseAddress, bytes.count)
}
