import SwarmOps

/// Where messages for the client go.
protocol MCPChannel: AnyObject {
  /// Hands over one message, which is never waited for.
  func send(_ message: JSONValue)
  /// Whether so much waits to be read that nothing should be added that can wait.
  var isCongested: Bool { get }
}

/// What carries out requests.
protocol MCPService: AnyObject {
  /// Begins a request, which ends with ``MCPConnection/finish(_:_:)``.
  func begin(_ request: MCPRequest)
  /// Ends a request whose answer nobody wants any more.
  func cancel(_ request: MCPRequest)
}

/// The conversation with one client: messages in, each request answered once.
///
/// It knows of ids, batches and versions, and nothing of what methods do.
final class MCPConnection {
  /// The most requests that may be under way.
  static let requestLimit = 1000
  /// The most bytes that these may have together.
  static let byteLimit = 2 * MessageLines.longest

  /// The version that `initialize` has agreed on.
  var negotiated: MCPVersion?
  /// Whether the client sends nothing more: what is under way is answered, and nothing else said.
  private(set) var isEnding = false

  private struct Pending {
    let request: MCPRequest
    let batch: Batch?
    let bytes: Int
  }

  /// Requests that came together.
  private final class Batch {
    var missing = 0
    var answers: [JSONValue] = []
  }

  private let channel: any MCPChannel
  private let server: JSONValue
  private weak var service: (any MCPService)?
  private var pending: [Int: Pending] = [:]
  private var pendingBytes = 0
  private var nextNumber = 1

  /// Makes a connection.
  ///
  /// - Parameters:
  ///   - channel: Where answers go.
  ///   - server: What this program says of itself with each result that has a place for it.
  init(channel: any MCPChannel, server: JSONValue) {
    (self.channel, self.server) = (channel, server)
  }

  /// Names what carries out requests, which is not kept alive.
  func serve(_ service: any MCPService) { self.service = service }

  // MARK: In

  /// Takes a line of the client.
  ///
  /// - Parameter line: The line.
  func receive(_ line: MessageLines.Line) {
    let bytes = if case .message(let message) = line { message.count } else { 0 }
    switch JSONRPCLine(line) {
    case .one(let message): receive(message, batch: nil, bytes: bytes)
    case .batch(let messages):
      guard negotiated?.hasBatches ?? false, !messages.isEmpty else {
        return refuse(
          .null,
          .invalidRequest(
            messages.isEmpty
              ? "the batch is empty" : "this version of the protocol has no batches"),
          batch: nil)
      }
      let batch = Batch()
      // Held open until all are begun, so that it does not end with the first.
      batch.missing = 1
      let share = bytes / messages.count
      for message in messages { receive(message, batch: batch, bytes: share) }
      leave(batch, with: nil)
    }
  }

  private func receive(_ message: JSONRPCMessage, batch: Batch?, bytes: Int) {
    switch message {
    case .answer: break
    case .invalid(let id, let error): refuse(id, error, batch: batch)
    case .notification("notifications/cancelled", let parameters):
      if let id = parameters["requestId"].flatMap(JSONRPCID.init) { cancel(id) }
    case .notification: break
    case .request(let id, let method, let parameters):
      do throws(JSONRPCError) {
        if method == "initialize", batch != nil {
          throw .invalidRequest("initialize is never part of a batch")
        }
        let request = try MCPRequest(
          nextNumber, id: id, method: method, parameters: parameters, negotiated: negotiated)
        guard pending.count < Self.requestLimit, pendingBytes < Self.byteLimit else { throw .busy }
        nextNumber += 1
        pending[request.number] = Pending(request: request, batch: batch, bytes: bytes)
        pendingBytes += bytes
        batch?.missing += 1
        service?.begin(request)
      } catch {
        refuse(id.value, error, batch: batch)
      }
    }
  }

  private func cancel(_ id: JSONRPCID) {
    for (number, entry) in pending where entry.request.id == id {
      remove(number)
      service?.cancel(entry.request)
      if let batch = entry.batch { leave(batch, with: nil) }
    }
  }

  // MARK: Out

  /// Answers a request; one that was cancelled or answered is passed over.
  ///
  /// - Parameters:
  ///   - number: The request's number.
  ///   - result: The result, without what is the same for every method, or an error.
  func finish(_ number: Int, _ result: Result<JSONObject, JSONRPCError>) {
    guard let entry = remove(number) else { return }
    switch result {
    case .failure(let error):
      send(error.answer(to: entry.request.id.value), batch: entry.batch)
    case .success(let result):
      let whole = stamped(result, entry.request)
      send(
        ["jsonrpc": "2.0", "id": entry.request.id.value, "result": .object(whole)],
        batch: entry.batch)
    }
  }

  /// Adds what every result of a version has.
  private func stamped(_ result: JSONObject, _ request: MCPRequest) -> JSONObject {
    guard request.version.isStateless else { return result }
    var result = result
    result["resultType"] = "complete"
    result["_meta"] = [MCPMeta.server: server]
    if MCPVersion.cacheable.contains(request.method) {
      // A deploy or a call may change it at any moment, and it is one user's.
      result["ttlMs"] = 0
      result["cacheScope"] = "private"
    }
    return result
  }

  /// Whether a request waits for its answer.
  func isPending(_ number: Int) -> Bool { pending[number] != nil }

  /// The requests that wait for their answers.
  var waiting: [MCPRequest] { pending.values.map(\.request) }

  /// Says something that no request has asked for.
  ///
  /// - Parameters:
  ///   - method: Such as `notifications/message`.
  ///   - parameters: What belongs to it.
  func notify(_ method: String, _ parameters: JSONObject = [:]) {
    if isEnding { return }
    var message: JSONObject = ["jsonrpc": "2.0", "method": .string(method)]
    if !parameters.isEmpty { message["params"] = .object(parameters) }
    channel.send(.object(message))
  }

  /// Says nothing more of its own accord.
  func end() { isEnding = true }

  @discardableResult
  private func remove(_ number: Int) -> Pending? {
    guard let entry = pending.removeValue(forKey: number) else { return nil }
    pendingBytes -= entry.bytes
    return entry
  }

  /// Answers what never became a request.
  private func refuse(_ id: JSONValue, _ error: JSONRPCError, batch: Batch?) {
    let answer = error.answer(to: id)
    if let batch { batch.answers.append(answer) } else { channel.send(answer) }
  }

  private func send(_ answer: JSONValue, batch: Batch?) {
    if let batch { leave(batch, with: answer) } else { channel.send(answer) }
  }

  private func leave(_ batch: Batch, with answer: JSONValue?) {
    if let answer { batch.answers.append(answer) }
    batch.missing -= 1
    if batch.missing == 0, !batch.answers.isEmpty { channel.send(.array(batch.answers)) }
  }
}
