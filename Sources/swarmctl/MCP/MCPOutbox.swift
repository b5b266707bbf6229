import SwarmOps

/// What was said and not read yet: standard output of a session.
///
/// A client may stop reading at any time. Nothing here ever waits for it.
final class MCPOutbox: MCPChannel {
  /// Bytes that may wait until nothing is added that can wait itself.
  static let limit = 1 << 20

  private let descriptor: SharedDescriptor
  private var buffer: [UInt8] = []
  private var start = 0
  /// Whether nobody reads any more.
  private(set) var isClosed = false
  /// What went wrong when it was written.
  private(set) var failure: SwarmError?

  /// The descriptor to look out for.
  var number: Int32 { descriptor.number }

  /// Makes an empty outbox.
  init(_ descriptor: SharedDescriptor) { self.descriptor = descriptor }

  var isCongested: Bool { buffer.count - start > Self.limit }
  /// Whether everything was read.
  var isEmpty: Bool { start == buffer.count }

  func send(_ message: JSONValue) {
    if isClosed { return }
    let wasEmpty = isEmpty
    buffer += message.serialized()
    buffer.append(UInt8(ascii: "\n"))
    if wasEmpty { flush() }
  }

  /// Writes what is taken at once.
  func flush() {
    if isClosed || isEmpty { return }
    do throws(SwarmError) {
      switch try descriptor.write(buffer[start...]) {
      case .written(let count): start += count
      case .closed: close()
      }
    } catch {
      failure = error
      close()
    }
    if isEmpty {
      buffer.removeAll(keepingCapacity: buffer.capacity <= Self.limit)
      start = 0
    } else if start > Self.limit {
      buffer.removeFirst(start)
      start = 0
    }
  }

  /// Notices that the reader has gone, also where there is nothing to write.
  func lookForReader() {
    if !isClosed && descriptor.isAbandoned { close() }
  }

  /// Says nothing more.
  func close() {
    isClosed = true
    (buffer, start) = ([], 0)
  }
}
