import SwarmOps

/// Calls of one session: handed over a few at a time, with their prints and their progress.
///
/// A session is one user, so its calls are made one after the other; those that wait here cost
/// nothing but their arguments, however slowly the client reads.
final class MCPCalls {
  /// One call of a tool.
  struct Call {
    let request: MCPRequest
    let agent: String
    let arguments: JSONObject
  }

  private struct Running {
    let call: Call
    var prints = MCPPrints()
    let begun: ContinuousClock.Instant
  }

  /// Calls that the swarm may have at once: enough that it never waits for the next.
  static let window = 4
  /// How long a call goes on until its progress is reported for the first time, and from then on.
  static let progressTime: Duration = .milliseconds(500)

  private unowned let connection: MCPConnection
  private let channel: any MCPChannel
  private let swarm: any MCPSwarm
  private let log: MCPLog
  private let now: () -> ContinuousClock.Instant
  private var waiting: [Call] = []
  private var running: [Int: Running] = [:]
  private var reported: [Int: (at: ContinuousClock.Instant, begun: ContinuousClock.Instant)] = [:]
  /// Called after a call that has changed the memory.
  var onCommit: () -> Void = {}

  /// Makes an empty queue.
  init(
    connection: MCPConnection, channel: any MCPChannel, swarm: any MCPSwarm, log: MCPLog,
    now: @escaping () -> ContinuousClock.Instant
  ) {
    (self.connection, self.channel, self.swarm) = (connection, channel, swarm)
    (self.log, self.now) = (log, now)
  }

  /// Whether a call is waited for.
  var isBusy: Bool { !waiting.isEmpty || !running.isEmpty }

  /// Puts a call behind the others.
  func add(_ call: Call) {
    if call.request.progressToken != nil {
      let now = now()
      reported[call.request.number] = (now, now)
    }
    waiting.append(call)
    advance()
  }

  /// Ends a call whose answer nobody wants.
  ///
  /// - Parameter number: Its request's number.
  func cancel(_ number: Int) {
    reported[number] = nil
    if let index = waiting.firstIndex(where: { $0.request.number == number }) {
      waiting.remove(at: index)
    } else if running[number] != nil {
      swarm.cancel(number)
    }
  }

  /// Hands over calls while there is room, and while somebody reads the answers.
  func advance() {
    while running.count < Self.window, !waiting.isEmpty, !channel.isCongested {
      let call = waiting.removeFirst()
      let number = call.request.number
      running[number] = Running(call: call, begun: now())
      swarm.call(number, agent: call.agent, arguments: call.arguments) { [weak self] bytes in
        self?.printed(number, bytes)
      } then: { [weak self] result in
        self?.ended(number, result)
      }
    }
  }

  private func printed(_ number: Int, _ bytes: [UInt8]) {
    guard running[number] != nil, let text = running[number]?.prints.append(bytes) else { return }
    pass(text, number)
  }

  private func pass(_ text: String, _ number: Int) {
    guard let call = running[number]?.call, connection.isPending(number) else { return }
    log.say(.info, text, by: call.agent, for: call.request)
  }

  private func ended(_ number: Int, _ result: Result<AgentAnswer, SwarmError>) {
    if let rest = running[number]?.prints.end() { pass(rest, number) }
    guard let call = running.removeValue(forKey: number)?.call else { return }
    reported[number] = nil
    switch result {
    case .success(let answer):
      for warning in answer.warnings {
        log.say(.warning, warning, by: call.agent, for: call.request)
      }
      connection.finish(number, .success(MCPAnswer.result(answer)))
      if answer.isCommitted { onCommit() }
    case .failure(let error) where error.code == .noSuchAgent:
      connection.finish(number, .failure(MCPTools.noSuchTool(call.agent)))
    case .failure(let error):
      connection.finish(number, .success(MCPAnswer.result(error)))
    }
    advance()
  }

  // MARK: Progress

  /// When ``report()`` is due, or `nil` while nobody has asked.
  var nextReport: ContinuousClock.Instant? {
    reported.values.map { $0.at + Self.progressTime }.min()
  }

  /// Tells how long calls have taken so far, to those who want to know.
  func report() {
    let now = now()
    for (number, last) in reported where last.at + Self.progressTime <= now {
      reported[number] = (now, last.begun)
      guard !channel.isCongested, let call = call(number), let token = call.request.progressToken
      else { continue }
      let seconds = last.begun.duration(to: now) / .seconds(1)
      let tenths = (seconds * 10).rounded() / 10
      var parameters: JSONObject = [
        "progressToken": token, "progress": .number(JSONNumber(tenths)),
      ]
      if call.request.version.hasAnnotations {
        let what = running[number] == nil ? "waits for the calls before it" : "is running"
        parameters["message"] = .string("\(call.agent) \(what), \(tenths) s")
      }
      connection.notify("notifications/progress", parameters)
    }
  }

  private func call(_ number: Int) -> Call? {
    running[number]?.call ?? waiting.first { $0.request.number == number }
  }
}

/// What a call prints, cut at the ends of lines.
struct MCPPrints {
  /// The most bytes that wait for the end of their line.
  static let longest = 1 << 16
  private var rest: [UInt8] = []

  /// Takes what was printed.
  ///
  /// - Parameter bytes: The bytes.
  /// - Returns: The lines that are whole now, without the last one's end; `nil` for none.
  mutating func append(_ bytes: [UInt8]) -> String? {
    rest += bytes
    if let end = rest.lastIndex(of: UInt8(ascii: "\n")) {
      let text = String(decoding: rest[..<end], as: UTF8.self)
      rest.removeFirst(end + 1)
      return text
    }
    return rest.count > Self.longest ? end() : nil
  }

  /// What is left when nothing follows.
  mutating func end() -> String? {
    if rest.isEmpty { return nil }
    defer { rest = [] }
    return String(decoding: rest, as: UTF8.self)
  }
}
