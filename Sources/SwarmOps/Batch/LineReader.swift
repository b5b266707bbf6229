/// Takes lines from a descriptor as they come, never more than are asked for.
struct LineReader {
  /// A line longer than this is no request; what is over is thrown away.
  static let longestLine = 128 << 20

  /// The descriptor that lines come from.
  let descriptor: Int32
  /// Bytes read so far, for progress.
  private(set) var bytesRead = 0
  /// The number of the last line that was taken.
  private(set) var lineNumber = 0
  /// Whether the input has ended; lines may be left.
  private(set) var hasEnded = false

  private var buffer: [UInt8] = []
  private var start = 0
  private var searched = 0
  private var isSkipping = false
  private var chunk = [UInt8](repeating: 0, count: 1 << 16)

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// One line, or that it was too long.
  enum Line {
    case content([UInt8])
    case tooLong
  }

  /// The next whole line without its end, or `nil` until ``fill()`` has read more.
  ///
  /// Empty lines count but are passed over.
  mutating func next() -> Line? {
    while true {
      let found = buffer.withUnsafeBytes { bytes in
        UnsafeRawBufferPointer(rebasing: bytes[searched...]).offset(of: UInt8(ascii: "\n"))
      }.map { searched + $0 }
      guard
        let end = found ?? (hasEnded && (start < buffer.count || isSkipping) ? buffer.count : nil)
      else {
        searched = buffer.count
        if buffer.count - start > Self.longestLine {
          isSkipping = true
          buffer.removeAll(keepingCapacity: false)
          (start, searched) = (0, 0)
        }
        return nil
      }
      lineNumber += 1
      var line = buffer[start..<end]
      start = min(end + 1, buffer.count)
      searched = start
      if line.last == 13 { line.removeLast() }
      let content = Array(line)
      compact()
      if isSkipping {
        isSkipping = false
        return .tooLong
      }
      if content.contains(where: { $0 != 32 && $0 != 9 }) { return .content(content) }
    }
  }

  private mutating func compact() {
    if start == buffer.count {
      buffer.removeAll(keepingCapacity: buffer.capacity <= 1 << 20)
      (start, searched) = (0, 0)
    } else if start > 1 << 16 {
      buffer.removeFirst(start)
      searched -= start
      start = 0
    }
  }

  /// Reads what is there; waits only where nothing is.
  ///
  /// - Throws: ``SwarmError/Code/io``.
  mutating func fill() throws(SwarmError) {
    if hasEnded { return }
    do throws(SystemError) {
      guard let count = try Pipe.readOnce(descriptor, into: &chunk) else { return }
      if count == 0 { hasEnded = true }
      bytesRead += count
      buffer += chunk[..<count]
    } catch {
      throw error.describing("read", "the requests")
    }
  }
}
