/// The calls that were taken and not answered: who asked, and what they are to be told.
///
/// Nobody is told anything at once: what is to be told waits for ``deliver()``, so that a closure of the
/// front end never runs in the middle of something else.
final class PendingCalls {
  private struct Call {
    /// Without its arguments, once they are checked.
    var call: AgentCall
    let limits: CallLimits
    let onPrint: (([UInt8]) -> Void)?
    let then: (Result<AgentAnswer, SwarmError>) -> Void
    var isCancelled = false
    /// Whether an agent has made it, so that it waits for the disk alone.
    var isMade = false
    /// What its agent was fenced by, once it has one.
    var sandbox: SandboxReach?
  }

  /// What the history is to know of a call beside its result.
  struct Account {
    /// How long it took.
    var duration = Duration.zero
    /// What it did to the memory.
    var change = MemoryChange()
  }

  /// Something that is to be told.
  private struct Delivery {
    /// Tells it, with why the history lacks a line, where it does.
    let tell: (_ warning: String?) -> Void
    /// The line of the history that comes first, or `nil` for none.
    var record: CallRecord?
  }

  /// Called with each call as it was made, before its memory is on disk; set by the front end, like
  /// the one below.
  var onMade: (CallEngine.CallID, Result<AgentAnswer, SwarmError>) -> Void = { _, _ in }
  /// Called with calls that are not to be answered.
  var onForgotten: (CallEngine.CallID) -> Void = { _ in }

  private let limits: CallLimits
  private let history: CallHistory?
  private let snapshot: String?
  private var calls: [CallEngine.CallID: Call] = [:]
  private var nextNumber = 0
  private var deliveries: [Delivery] = []
  private var isClosed = false

  /// - Parameters:
  ///   - limits: What a call may cost that has no limits of its own.
  ///   - history: Where a line is written for each call, or `nil` for none.
  ///   - snapshot: The snapshot that is seen in the place of its swarm, or `nil`.
  init(limits: CallLimits, history: CallHistory?, snapshot: String?) {
    (self.limits, self.history, self.snapshot) = (limits, history, snapshot)
  }

  // MARK: Taking

  /// A call's name before it is taken.
  func reserve() -> CallEngine.CallID {
    nextNumber += 1
    return CallEngine.CallID(number: nextNumber)
  }

  /// Takes a call.
  func add(
    _ call: AgentCall, as id: CallEngine.CallID, limits: CallLimits?,
    onPrint: (([UInt8]) -> Void)?, then: @escaping (Result<AgentAnswer, SwarmError>) -> Void
  ) {
    calls[id] = Call(call: call, limits: limits ?? self.limits, onPrint: onPrint, then: then)
  }

  // MARK: What is known

  /// A call that is not answered.
  func call(_ id: CallEngine.CallID) -> AgentCall? { calls[id]?.call }

  /// What a call may cost.
  func limits(of id: CallEngine.CallID) -> CallLimits { calls[id]?.limits ?? limits }

  /// Whether what a call prints has its own place.
  func hasOwnPrints(_ id: CallEngine.CallID) -> Bool { calls[id]?.onPrint != nil }

  /// Whether somebody has given the call up.
  func isCancelled(_ id: CallEngine.CallID) -> Bool { calls[id]?.isCancelled ?? false }

  /// Whether an agent has made the call.
  func isMade(_ id: CallEngine.CallID) -> Bool { calls[id]?.isMade ?? false }

  /// Notes that somebody has given a call up.
  func markCancelled(_ id: CallEngine.CallID) { calls[id]?.isCancelled = true }

  /// Notes what a call's agent is fenced by.
  func note(_ sandbox: SandboxReach, of id: CallEngine.CallID) { calls[id]?.sandbox = sandbox }

  /// Notes that a call was checked: its arguments are kept elsewhere.
  func dropArguments(_ id: CallEngine.CallID) {
    calls[id]?.call.arguments = [:]
    calls[id]?.call.words = []
  }

  /// Notes that an agent has made a call, or failed to.
  func markMade(_ id: CallEngine.CallID, _ result: Result<AgentAnswer, SwarmError>) {
    guard calls[id] != nil else { return }
    calls[id]?.isMade = true
    onMade(id, result)
  }

  // MARK: Telling

  /// Passes on what a call has printed.
  func pass(on bytes: [UInt8], of id: CallEngine.CallID) {
    guard !bytes.isEmpty, let onPrint = calls[id]?.onPrint else { return }
    deliveries.append(Delivery { _ in onPrint(bytes) })
  }

  /// Answers a call that was never begun.
  func fail(_ id: CallEngine.CallID, _ error: SwarmError) {
    if calls[id] != nil { onMade(id, .failure(error)) }
    answer(id, .failure(error), Account())
  }

  /// Answers a call, which is over.
  ///
  /// - Parameters:
  ///   - id: The call.
  ///   - result: What came of it.
  ///   - account: What the history is to know, or `nil` where it has its line.
  func answer(
    _ id: CallEngine.CallID, _ result: Result<AgentAnswer, SwarmError>, _ account: Account?
  ) {
    guard let call = calls.removeValue(forKey: id) else { return }
    let line = account.flatMap { record(of: call, result, $0) }
    deliveries.append(
      Delivery(
        tell: { warning in
          guard let warning, line != nil, case .success(var answer) = result else {
            return call.then(result)
          }
          answer.warnings.append(warning)
          call.then(.success(answer))
        }, record: line))
  }

  /// Forgets a call that is not to be answered.
  func forget(_ id: CallEngine.CallID) {
    if calls.removeValue(forKey: id) != nil { onForgotten(id) }
  }

  /// Forgets all calls, and what was to be told: nobody is told anything any more.
  func close() {
    isClosed = true
    writeRecords(of: deliveries)
    (calls, deliveries) = ([:], [])
  }

  /// Whether something is to be told.
  var hasDeliveries: Bool { !deliveries.isEmpty }

  /// Tells the front end what has happened.
  ///
  /// - Returns: Whether there was anything.
  func deliver() -> Bool {
    let now = deliveries
    deliveries = []
    // Before anybody learns of the calls, and in one go: there may be many.
    let warning = writeRecords(of: now)
    for delivery in now where !isClosed { delivery.tell(warning) }
    return !now.isEmpty
  }

  /// Writes the history's lines of what is to be told.
  ///
  /// - Returns: Why that was not possible, for a person.
  @discardableResult
  private func writeRecords(of deliveries: [Delivery]) -> String? {
    let records = deliveries.compactMap(\.record)
    return records.isEmpty ? nil : history?.append(records)
  }

  /// What the history is to know of a call, or `nil` for nothing.
  private func record(
    of pending: Call, _ result: Result<AgentAnswer, SwarmError>, _ account: Account
  ) -> CallRecord? {
    guard let history else { return nil }
    let call = pending.call
    var record = CallRecord(call.swarm, call.namespace, frontEnd: history.frontEnd)
    record.snapshot = snapshot
    (record.bytesBefore, record.bytesAfter) = (
      account.change.bytesBefore, account.change.bytesAfter
    )
    record.version = account.change.version
    record.milliseconds = Int(account.duration / .milliseconds(1))
    record.agent = AgentCall.plainName(call.agent)
    record.sandbox = pending.sandbox?.text
    switch result {
    case .success(let answer):
      record.status = answer.output.saysError ? 1 : 0
    case .failure(let error):
      // Nothing is kept of a swarm that is not there.
      if error.code == .noSuchSwarm { return nil }
      if error.code == .noSuchAgent { record.agent = nil }
      record.status = history.status(error.code)
    }
    record.time = Timestamp.nanoseconds() / 1_000_000
    return record
  }
}
