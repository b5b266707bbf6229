import SwarmOps

/// Who wants to know of what, and what could not be said yet because nobody read.
final class MCPSubscribers {
  /// Something that clients may want to know of.
  private enum Event: Hashable {
    case tools
    case prompts
    case memory

    var method: String {
      switch self {
      case .tools: "notifications/tools/list_changed"
      case .prompts: "notifications/prompts/list_changed"
      case .memory: "notifications/resources/updated"
      }
    }

    /// What belongs to it besides the subscription.
    var parameters: JSONObject { self == .memory ? ["uri": .string(MCPMemory.uri)] : [:] }
  }

  /// The most streams that may be open.
  static let streamLimit = 100

  private let connection: MCPConnection
  private let channel: any MCPChannel
  private var streams: [Int: (id: JSONValue, events: Set<Event>)] = [:]
  private var wantsMemory = false
  private var owed: Set<Event> = []

  /// Makes a register without entries.
  init(connection: MCPConnection, channel: any MCPChannel) {
    (self.connection, self.channel) = (connection, channel)
  }

  /// Begins or ends what `resources/subscribe` asks for.
  ///
  /// - Parameters:
  ///   - parameters: The request's.
  ///   - isWanted: Whether it begins.
  /// - Throws: The error to answer with.
  func subscribe(_ parameters: JSONObject, _ isWanted: Bool) throws(JSONRPCError) {
    guard let uri = parameters["uri"]?.string else {
      throw .invalidParameters("\"uri\" is missing or no string")
    }
    guard uri == MCPMemory.uri else {
      throw JSONRPCError(
        code: MCPVersion.offered.noSuchResource,
        message: "there is no resource \(uri.prefix(100)); there is \(MCPMemory.uri)")
    }
    wantsMemory = isWanted
  }

  /// Opens the stream that `subscriptions/listen` asks for; it stays until it is cancelled.
  ///
  /// - Parameter request: The request.
  /// - Throws: The error to answer with.
  func listen(_ request: MCPRequest) throws(JSONRPCError) {
    guard let filter = request.parameters["notifications"]?.object else {
      throw .invalidParameters("\"notifications\" is missing or no object")
    }
    guard streams.count < Self.streamLimit else { throw .busy }
    var events: Set<Event> = []
    var honored = JSONObject()
    if filter["toolsListChanged"]?.bool == true {
      events.insert(.tools)
      honored["toolsListChanged"] = true
    }
    if filter["promptsListChanged"]?.bool == true {
      events.insert(.prompts)
      honored["promptsListChanged"] = true
    }
    if filter["resourceSubscriptions"]?.array?.contains(.string(MCPMemory.uri)) == true {
      events.insert(.memory)
      honored["resourceSubscriptions"] = [.string(MCPMemory.uri)]
    }
    streams[request.number] = (request.id.value, events)
    connection.notify(
      "notifications/subscriptions/acknowledged",
      ["_meta": [MCPMeta.subscription: request.id.value], "notifications": .object(honored)])
  }

  /// Ends a stream.
  func cancel(_ request: MCPRequest) { streams[request.number] = nil }

  /// Tells of new tools and prompts.
  func listsChanged() { tell([.tools, .prompts]) }

  /// Tells of a new memory.
  func memoryChanged() { tell([.memory]) }

  /// Says what could not be said before.
  func catchUp() {
    if owed.isEmpty || channel.isCongested { return }
    let events = owed
    owed = []
    tell(events)
  }

  private func tell(_ events: Set<Event>) {
    if channel.isCongested {
      // Once is enough, however often it happens meanwhile.
      owed.formUnion(events)
      return
    }
    for event in [Event.tools, .prompts, .memory] where events.contains(event) {
      if connection.negotiated != nil, event != .memory || wantsMemory {
        connection.notify(event.method, event.parameters)
      }
      for (id, wanted) in streams.values where wanted.contains(event) {
        var parameters = event.parameters
        parameters["_meta"] = [MCPMeta.subscription: id]
        connection.notify(event.method, parameters)
      }
    }
  }
}
