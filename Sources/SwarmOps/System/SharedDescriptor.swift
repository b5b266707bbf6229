#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reading and writing, without ever waiting, of a descriptor that other programs may have as well.
///
/// `O_NONBLOCK` would be set for all of them: for the shell that lent its terminal, for instance.
package struct SharedDescriptor: Sendable {
  /// What came of reading.
  package enum Input: Sendable, Equatable {
    /// Bytes, at least one.
    case bytes([UInt8])
    /// Nothing is there yet.
    case nothing
    /// Nothing will come any more.
    case end
  }

  /// What came of writing.
  package enum Output: Sendable, Equatable {
    /// So many bytes were written, perhaps none.
    case written(Int)
    /// Nobody reads any more.
    case closed
  }

  /// The descriptor's number.
  package let number: Int32

  /// What a pipe surely takes at once where it takes anything (`PIPE_BUF`).
  private static let piece = 4096
  /// The most that is written before others have their turn.
  private static let most = 1 << 18

  /// Names a descriptor, which is neither opened nor closed by this.
  ///
  /// - Parameter number: The descriptor's number.
  package init(_ number: Int32) { self.number = number }

  /// Whether it is a terminal.
  ///
  /// The C function is `isatty`.
  package var isTerminal: Bool { isatty(number) == 1 }

  /// Whether both are one regular file.
  ///
  /// The C function is `fstat`.
  package func isSameFile(as other: SharedDescriptor) -> Bool {
    guard let here = try? FileSystem.status(of: number, path: "input"),
      let there = try? FileSystem.status(of: other.number, path: "output")
    else { return false }
    return here.kind == .file && here.inode == there.inode && here.device == there.device
  }

  /// Whether nobody is at the other end any more, as far as that can be told without writing.
  ///
  /// The C function is `poll`.
  package var isAbandoned: Bool {
    var polled = pollfd(fd: number, events: 0, revents: 0)
    return poll(&polled, 1, 0) > 0
  }

  /// Reads what is there, at most 64 KiB.
  ///
  /// The C functions are `poll` and `read`.
  ///
  /// - Returns: The bytes; ``Input/end`` also where reading fails, since nothing more will come.
  package func read() -> Input {
    guard isReady(POLLIN) else { return .nothing }
    var end = Input.nothing
    let bytes = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
      let found = readBytes(number, buffer.baseAddress, buffer.count)
      count = max(found, 0)
      if found == 0 || found < 0 && errno != EAGAIN && errno != EINTR { end = .end }
    }
    return bytes.isEmpty ? end : .bytes(bytes)
  }

  /// Writes as much as is taken at once, at most 256 KiB.
  ///
  /// The C functions are `send` for sockets, which Node.js gives its children, and else `poll` and
  /// `write`. SIGPIPE must be ignored.
  ///
  /// - Parameter bytes: What to write.
  /// - Returns: How much was written.
  /// - Throws: ``SwarmError/Code/io``.
  package func write(_ bytes: ArraySlice<UInt8>) throws(SwarmError) -> Output {
    var rest = bytes
    while !rest.isEmpty, bytes.count - rest.count < Self.most {
      var count = rest.withUnsafeBytes {
        send(number, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
      }
      if count == -1 && errno == ENOTSOCK {
        guard isReady(POLLOUT) else { break }
        count = rest.prefix(Self.piece).withUnsafeBytes {
          writeBytes(number, $0.baseAddress, $0.count)
        }
      }
      if count >= 0 {
        rest = rest.dropFirst(count)
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN: return .written(bytes.count - rest.count)
      case EPIPE, ECONNRESET: return .closed
      default:
        throw SwarmError(
          .io, "cannot write standard output", underlying: String(cString: strerror(errno)))
      }
    }
    return .written(bytes.count - rest.count)
  }

  private func isReady(_ events: Int32) -> Bool {
    var polled = pollfd(fd: number, events: Int16(events), revents: 0)
    return poll(&polled, 1, 0) > 0
  }
}
