/// The lines of a batch that are read and unanswered, of which there is room for so many.
struct LineWindow {
  /// A line that is being made.
  struct Line {
    /// Its place among all lines that were begun.
    let sequence: Int
    let label: BatchRequest.Label
    fileprivate let bytes: Int
  }

  private static let most = 1536
  /// Bytes of requests.
  private static let mostBytes = 64 << 20

  private var (count, bytes) = (0, 0)
  private var nextSequence = 0

  var isEmpty: Bool { count == 0 }

  /// Whether more lines may be read.
  var hasRoom: Bool { count < Self.most && bytes < Self.mostBytes }

  /// Begins a line of so many bytes.
  mutating func begin(_ label: BatchRequest.Label, bytes: Int) -> Line {
    let line = Line(sequence: nextSequence, label: label, bytes: bytes)
    nextSequence += 1
    count += 1
    self.bytes += bytes
    return line
  }

  /// Ends a line.
  mutating func end(_ line: Line) {
    count -= 1
    bytes -= line.bytes
  }
}
