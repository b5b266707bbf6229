/// Requests of a session that read something, one after the other: however many come, one answer at a
/// time.
final class MCPReads {
  private let connection: MCPConnection
  private let channel: any MCPChannel
  private var waiting: [(number: Int, begin: () -> Void)] = []
  private var isReading = false
  private var isAdvancing = false

  init(connection: MCPConnection, channel: any MCPChannel) {
    (self.connection, self.channel) = (connection, channel)
  }

  /// Whether nothing is read, and nothing waits.
  var isIdle: Bool { waiting.isEmpty && !isReading }

  /// Adds a request.
  ///
  /// - Parameters:
  ///   - number: The request's number.
  ///   - begin: Called once it is its turn, unless nobody waits for it any more; ``finish()`` ends it.
  func add(_ number: Int, _ begin: @escaping () -> Void) {
    waiting.append((number, begin))
    advance()
  }

  /// Begins the next one, where there is room for its answer.
  func advance() {
    if isAdvancing { return }
    isAdvancing = true
    defer { isAdvancing = false }
    while !isReading, !waiting.isEmpty, !channel.isCongested {
      let (number, begin) = waiting.removeFirst()
      if !connection.isPending(number) { continue }
      isReading = true
      begin()
    }
  }

  /// Ends the one that is being read.
  func finish() {
    isReading = false
    advance()
  }
}
