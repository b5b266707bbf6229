import SwarmOps

/// Log messages for the client, as many as it asks for and reads.
final class MCPLog {
  /// From which level on messages are sent, where `initialize` came first.
  var level = MCPLogLevel.info

  private unowned let connection: MCPConnection
  private let channel: any MCPChannel
  private let passOn: (String) -> Void
  private var dropped = 0

  /// Makes a log.
  ///
  /// - Parameters:
  ///   - connection: Whose client is told.
  ///   - channel: Where messages go.
  ///   - passOn: Takes what the client does not want to have.
  init(
    connection: MCPConnection, channel: any MCPChannel, passOn: @escaping (String) -> Void
  ) {
    (self.connection, self.channel, self.passOn) = (connection, channel, passOn)
  }

  /// Says something about a request.
  ///
  /// - Parameters:
  ///   - grade: How grave it is.
  ///   - text: What to say.
  ///   - name: Who says it, such as an agent.
  ///   - request: The request.
  func say(_ grade: MCPLogLevel, _ text: String, by name: String, for request: MCPRequest) {
    guard let least = request.version.isStateless ? request.logLevel : level, grade >= least else {
      return passOn(text)
    }
    if channel.isCongested {
      dropped += 1
      return
    }
    var text = text
    if dropped > 0 {
      text = "(\(dropped) messages were dropped, for nobody read them)\n" + text
      dropped = 0
    }
    connection.notify(
      "notifications/message",
      ["level": .string(grade.rawValue), "logger": .string(name), "data": .string(text)])
  }
}
