/// Makes many calls: requests in, answers out, each call a transaction as in a single run.
///
/// A door to ``CallEngine``: it takes lines, finds out whose memory each is about, and writes answers
/// in the order that is wanted. It belongs to the thread that calls ``run(input:onAnswer:onIdle:)``.
package final class BatchRunner {
  /// How a batch is made.
  package struct Options: Sendable {
    /// How calls are made.
    package var engine = CallEngine.Options()
    /// Whether answers keep the order of the requests.
    package var isOrdered = false
    /// Whether no further call is begun after the first that fails.
    package var stopsAtFailure = false
    /// Whether arguments are checked, unless a line says otherwise.
    package var isChecked = true
    /// The part of the namespaces to take, or `nil` for all.
    package var shard: BatchShard?
    /// Whether progress is wanted several times a second, also while nothing else happens.
    package var showsProgress = false
    /// The log of answered lines, or `nil`.
    package var log: BatchLog?
    /// Words the hints of errors in answers; without it plain sentences alone are passed on.
    package var hintWording: @Sendable (Hint) -> String? = { $0.plainText }

    /// Makes options for a plain batch.
    package init() {}
  }

  /// How far a batch has come.
  package struct Progress: Sendable, Equatable {
    /// Lines answered.
    package internal(set) var answered = 0
    /// Of those, calls that failed.
    package internal(set) var failed = 0
    /// Lines passed over: of other shards, or answered before.
    package internal(set) var skipped = 0
    /// Bytes of input read.
    package internal(set) var bytesRead = 0
  }

  private let options: Options
  private let engine: CallEngine
  private let names: SwarmNames
  private var reader = LineReader(0)
  private var answers: AnswerOrder
  private var onAnswer: ([UInt8], Int) throws(SwarmError) -> Void = { (_, _) throws(SwarmError) in }
  /// Lines that are read and unanswered, by the calls that they became.
  private var lines: [CallEngine.CallID: LineWindow.Line] = [:]
  private var window = LineWindow()
  private var isStopping = false
  /// What ended the batch, such as an answer that could not be written.
  private var failure: SwarmError?
  /// How far the batch has come.
  package private(set) var progress = Progress()

  /// Prepares a batch.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - environment: What agent processes are given.
  ///   - options: How the batch is made.
  /// - Throws: ``SwarmError/Code/io`` where the root cannot be written.
  package init(store: SwarmStore, environment: AgentEnvironment, options: Options)
    throws(SwarmError)
  {
    self.options = options
    var calls = options.engine
    calls.pipelinesCalls = true
    engine = try CallEngine(store: store, environment: environment, options: calls)
    names = SwarmNames(store: store, engine: engine)
    answers = AnswerOrder(isKept: options.isOrdered)
  }

  /// Makes all calls of an input.
  ///
  /// - Parameters:
  ///   - input: A descriptor with one request a line.
  ///   - onAnswer: Called with each answer and the number of its request's line, 0 where that is not
  ///     known any more; may block, which holds everything back.
  ///   - onIdle: Called before waiting, with how far the batch has come.
  /// - Returns: How far it came.
  /// - Throws: ``SwarmError/Code/interrupted`` and its like, or what `onAnswer` throws.
  package func run(
    input: Int32, onAnswer: @escaping ([UInt8], Int) throws(SwarmError) -> Void,
    onIdle: (Progress) throws(SwarmError) -> Void
  ) throws(SwarmError) -> Progress {
    defer { engine.close() }
    reader = LineReader(input)
    self.onAnswer = onAnswer
    connect()
    for line in options.log?.recovered ?? [] {
      progress.answered += 1
      try onAnswer(line, 0)
    }
    var watch: CallEngine.WatchID?
    if options.showsProgress { tick() }
    try engine.run { () throws(SwarmError) in
      try readLines()
      if let failure { throw failure }
      progress.bytesRead = reader.bytesRead
      try onIdle(progress)
      // Only now are the answers where their reader can find them.
      try options.log?.flush()
      if window.isEmpty && (isStopping || reader.hasEnded) { return true }
      listen(&watch)
      return false
    }
    return progress
  }

  private func connect() {
    engine.mayBegin = { [unowned self] call, held in
      // The line that all others wait for goes on: nothing else would ever make room.
      held + answers.heldBytes < NamespaceTurns.heldLimit
        || lines[call].map { answers.isAwaited($0.sequence) } ?? false
    }
    engine.onMade = { [unowned self] _, result in
      if BatchAnswer.isFailure(result) { stopIfAsked() }
    }
    engine.onForgotten = { [unowned self] call in
      if let line = lines.removeValue(forKey: call) { drop(line) }
    }
    if let log = options.log {
      engine.note = { [unowned self] key, calls in note(log, key, calls) }
    }
  }

  /// Looks out for more lines while there is room for them.
  private func listen(_ watch: inout CallEngine.WatchID?) {
    if !wantsLines || reader.hasEnded {
      if let listening = watch { engine.unwatch(listening) }
      watch = nil
    } else if watch == nil {
      watch = engine.watch(reader.descriptor) { [unowned self] () throws(SwarmError) in
        try reader.fill()
      }
    }
  }

  private func tick() {
    engine.schedule(at: .now + .milliseconds(200)) { [unowned self] in tick() }
  }

  /// Whether more lines may be read.
  private var wantsLines: Bool { !isStopping && window.hasRoom }

  // MARK: Lines in

  /// Takes as many lines as there is room for.
  private func readLines() throws(SwarmError) {
    while wantsLines, failure == nil, let line = reader.next() {
      let number = reader.lineNumber
      switch line {
      case .tooLong: answerTooLong(number)
      case .content(let bytes):
        if let log = options.log, log.holds(number, bytes) {
          progress.skipped += 1
          continue
        }
        do throws(BatchRequest.Mistake) {
          let request = try BatchRequest(bytes, line: number)
          begin(request, window.begin(request.label, bytes: bytes.count))
        } catch {
          // A line that belongs to no memory is the first shard's.
          let line = window.begin(error.label, bytes: bytes.count)
          if let shard = options.shard, !shard.isFirst {
            drop(line)
          } else {
            fail(line, error.error)
          }
        }
      }
    }
  }

  private func answerTooLong(_ number: Int) {
    let line = window.begin(BatchRequest.Label(line: number, id: nil), bytes: 0)
    if !(options.shard?.isFirst ?? true) || options.log?.holdsTooLong(number) ?? false {
      return drop(line)
    }
    fail(
      line,
      SwarmError(
        .badData, "line \(number) is longer than \(LineReader.longestLine >> 20) MiB"))
  }

  private func begin(_ request: BatchRequest, _ line: LineWindow.Line) {
    names.resolve(request.swarm) { [unowned self] result in
      if isStopping { return drop(line) }
      switch result {
      case .failure(let error):
        // A swarm that is known by its GUID has its shards; one that nobody knows is the first's.
        let isMine = options.shard.map { shard in
          GUID(request.swarm).map { shard.holds($0, request.namespace) } ?? shard.isFirst
        }
        if isMine ?? true { fail(line, error) } else { drop(line) }
      case .success(let swarm):
        if let shard = options.shard, !shard.holds(swarm, request.namespace) { return drop(line) }
        submit(request, swarm, line)
      }
    }
  }

  private func submit(_ request: BatchRequest, _ swarm: GUID, _ line: LineWindow.Line) {
    let call = AgentCall(
      swarm: swarm, agent: request.agent, arguments: request.arguments,
      namespace: request.namespace,
      strictness: options.isChecked && request.isChecked ? .usual : .unchecked)
    let id = engine.reserve()
    lines[id] = line
    engine.submit(call, as: id) { [unowned self] result in
      guard let line = lines.removeValue(forKey: id) else { return }
      if case .failure(let error) = result, error.code == .noSuchSwarm {
        names.forget(request.swarm)
      }
      window.end(line)
      // Its memory may not have reached the disk.
      if BatchAnswer.isFailure(result) { stopIfAsked() }
      answer(BatchAnswer(label: line.label, result: result), line)
    }
  }

  // MARK: Answers out

  private func fail(_ line: LineWindow.Line, _ error: SwarmError) {
    window.end(line)
    stopIfAsked()
    answer(BatchAnswer(label: line.label, result: .failure(error)), line)
  }

  /// Forgets a line that is not to be answered.
  private func drop(_ line: LineWindow.Line) {
    progress.skipped += 1
    options.log?.forget(line.label.line)
    window.end(line)
    for answer in answers.skip(line.sequence) { write(answer) }
  }

  private func answer(_ answer: BatchAnswer, _ line: LineWindow.Line) {
    for next in answers.add(answer, at: line.sequence) { write(next) }
  }

  private func write(_ answer: BatchAnswer) {
    if failure != nil { return }
    do throws(SwarmError) {
      let start = ContinuousClock.now
      try onAnswer(answer.line(wording: options.hintWording), answer.label.line)
      let blocked = start.duration(to: .now)
      // Agents cannot hand over their answers meanwhile, which must not count as their time.
      if blocked > .milliseconds(50) { engine.excuse(blocked) }
      try options.log?.answered(answer.label.line)
    } catch {
      failure = error
      return
    }
    progress.answered += 1
    if answer.isFailure { progress.failed += 1 }
  }

  /// Begins no further call after a failure, where that was asked for: not only once it is answered.
  private func stopIfAsked() {
    if !options.stopsAtFailure || isStopping { return }
    isStopping = true
    engine.stop()
  }

  /// What the log is told of a commit: the lines that it stands for, with their answers.
  private func note(
    _ log: BatchLog, _ key: NamespaceKey, _ calls: [(CallEngine.CallID, AgentAnswer)]
  ) -> CommitNote {
    let intents = calls.compactMap { call, answer -> BatchLog.Intent? in
      guard let label = lines[call]?.label else { return nil }
      return BatchLog.Intent(
        line: label.line,
        answer: BatchAnswer(label: label, result: .success(answer))
          .line(wording: options.hintWording))
    }
    return CommitNote(
      willCommit: { status throws(SwarmError) in
        try log.willCommit(intents, swarm: key.swarm, namespace: key.namespace, file: status)
      },
      // Where even that cannot be written, the next announcement cannot either.
      retract: { if !intents.isEmpty { try? log.retract(key.swarm, key.namespace) } })
  }
}
