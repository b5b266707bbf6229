import SwarmOps

/// Serves one session on standard input and output until the client goes away.
final class MCPServer {
  /// How long what is under way may go on when the input has ended.
  static let grace: Duration = .milliseconds(600)
  /// How often it is looked whether the swarm or the memory has changed, or the client has gone.
  static let lookTime: Duration = .milliseconds(500)

  private let engine: CallEngine
  private let cancellation: Cancellation
  private let session: MCPSession
  private let outbox: MCPOutbox
  private let input: SharedDescriptor
  private var lines = MessageLines()
  private var watch: SwarmWatch
  private var inputWatch: CallEngine.WatchID?
  private var outputWatch: CallEngine.WatchID?
  private var reportTimer: CallEngine.WatchID?
  private var inputHasEnded = false
  private var graceIsOver = false

  /// Prepares a session.
  ///
  /// - Parameters:
  ///   - engine: What makes calls, and waits.
  ///   - cancellation: What ends the engine early.
  ///   - swarm: The swarm.
  ///   - watch: How the swarm and the memory are now.
  ///   - input: Where the client's messages come from.
  ///   - output: Where its answers go.
  ///   - passOn: Takes prints and warnings that the client does not want to have.
  init(
    engine: CallEngine, cancellation: Cancellation, swarm: any MCPSwarm, watch: SwarmWatch,
    input: SharedDescriptor, output: SharedDescriptor, passOn: @escaping (String) -> Void
  ) {
    (self.engine, self.cancellation) = (engine, cancellation)
    (self.watch, self.input) = (watch, input)
    outbox = MCPOutbox(output)
    session = MCPSession(
      channel: outbox, swarm: swarm, version: Version.current, passOn: passOn)
  }

  /// Serves until the input ends or nobody reads the output.
  ///
  /// - Throws: The error of a signal, or `SwarmError` of code `io`.
  func run() throws(SwarmError) {
    // Until the agents have ended: a signal must not end this process before them.
    try cancellation.watched { () throws(SwarmError) in try serve() }
  }

  private func serve() throws(SwarmError) {
    defer {
      // Nothing more is said, whatever agents still say.
      outbox.close()
      engine.close()
    }
    session.onCommit = { [unowned self] in lookAtMemory() }
    lookAround()
    listen()
    try engine.run {
      self.arrange()
      return self.isDone
    }
    if let failure = outbox.failure { throw failure }
  }

  private var isDone: Bool {
    if outbox.isClosed || graceIsOver { return true }
    return inputHasEnded && !session.owesAnswers && outbox.isEmpty
  }

  // MARK: Descriptors

  /// Reads only while the answers are read.
  private func arrange() {
    if outbox.isEmpty || outbox.isClosed {
      outputWatch.map(engine.unwatch)
      outputWatch = nil
    } else if outputWatch == nil {
      outputWatch = engine.watch(outbox.number, for: .writing) { [unowned self] in
        outbox.flush()
        if !outbox.isCongested { session.channelDrained() }
      }
    }
    if outbox.isCongested {
      inputWatch.map(engine.unwatch)
      inputWatch = nil
    } else {
      listen()
    }
    report()
  }

  private func listen() {
    if inputWatch != nil || inputHasEnded { return }
    inputWatch = engine.watch(input.number) { [unowned self] in receive() }
  }

  private func receive() {
    switch input.read() {
    case .nothing: return
    case .bytes(let bytes):
      for line in lines.append(bytes[...]) { session.receive(line) }
    case .end:
      if let line = lines.end() { session.receive(line) }
      inputHasEnded = true
      inputWatch.map(engine.unwatch)
      inputWatch = nil
      session.inputEnded()
      engine.schedule(at: .now + Self.grace) { [unowned self] in graceIsOver = true }
    }
  }

  // MARK: Time

  private func report() {
    guard reportTimer == nil, let next = session.nextReport else { return }
    reportTimer = engine.schedule(at: next) { [unowned self] in
      reportTimer = nil
      session.report()
    }
  }

  private func lookAround() {
    outbox.lookForReader()
    if watch.swarmHasChanged() { session.swarmChanged() }
    lookAtMemory()
    engine.schedule(at: .now + Self.lookTime) { [unowned self] in lookAround() }
  }

  private func lookAtMemory() {
    if watch.memoryHasChanged() { session.memoryChanged() }
  }
}
