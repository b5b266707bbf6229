/// One message between swarmctl and the agent host: a JSON header and raw bytes.
///
/// On the wire: header length and body length as big-endian 32-bit numbers, the header in UTF-8,
/// the body. Both directions use it.
struct HostFrame: Sendable, Equatable {
  /// The header's JSON text.
  var header: [UInt8]
  /// What is passed through without being looked into, such as an agent's output.
  var body: [UInt8]

  init(header: [UInt8], body: [UInt8] = []) {
    self.header = header
    self.body = body
  }

  /// The bytes on the wire.
  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + body.count)
    for length in [header.count, body.count] {
      for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: length >> shift)) }
    }
    return bytes + header + body
  }
}

/// Takes frames out of a stream of bytes as they become whole.
struct HostFrameDecoder {
  /// A frame of more bytes than were agreed on.
  struct TooLarge: Error {}

  private let limit: Int
  private var buffer: [UInt8] = []
  private var start = 0

  /// - Parameter limit: The most bytes that a frame may have.
  init(limit: Int) { self.limit = limit }

  /// Takes in what was read.
  mutating func append(_ bytes: UnsafeRawBufferPointer) { buffer.append(contentsOf: bytes) }

  /// The next whole frame, or `nil` until more bytes have come.
  mutating func next() throws(TooLarge) -> HostFrame? {
    guard buffer.count - start >= 8 else { return nil }
    let headerCount = length(at: start)
    let bodyCount = length(at: start + 4)
    guard headerCount + bodyCount <= limit else { throw TooLarge() }
    let headerStart = start + 8
    let bodyStart = headerStart + headerCount
    let end = bodyStart + bodyCount
    guard buffer.count >= end else { return nil }
    let frame = HostFrame(
      header: Array(buffer[headerStart..<bodyStart]), body: Array(buffer[bodyStart..<end]))
    start = end
    if start == buffer.count {
      buffer.removeAll(keepingCapacity: true)
      start = 0
    } else if start > 1 << 20 {
      buffer.removeFirst(start)
      start = 0
    }
    return frame
  }

  private func length(at position: Int) -> Int {
    buffer[position..<(position + 4)].reduce(0) { $0 << 8 | Int($1) }
  }
}
