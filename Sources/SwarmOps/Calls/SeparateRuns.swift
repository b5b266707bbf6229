/// Calls that are made as runs of their own, each in a new process on a thread that waits for it: where
/// there are files beside `memory.json`, and where a forked process cannot fence itself.
final class SeparateRuns {
  private struct Run {
    let cancellation: Cancellation
    /// What it has printed, where that has its own place.
    let prints: CollectedPrints?
  }

  private let store: SwarmStore
  private let environment: AgentEnvironment
  private let options: AgentRunner.Options
  private let workers: WorkerPool
  private let calls: PendingCalls
  private var runs: [CallEngine.CallID: Run] = [:]

  init(
    store: SwarmStore, environment: AgentEnvironment, options: AgentRunner.Options,
    workers: WorkerPool, calls: PendingCalls
  ) {
    (self.store, self.environment, self.options) = (store, environment, options)
    (self.workers, self.calls) = (workers, calls)
  }

  /// Whether none is under way.
  var isEmpty: Bool { runs.isEmpty }

  /// Makes one call.
  ///
  /// - Parameters:
  ///   - queued: The call.
  ///   - key: Its namespace.
  ///   - lock: The namespace's lock, which the run frees.
  ///   - then: Called with what came of it.
  func begin(
    _ queued: QueuedCall, _ key: NamespaceKey, holding lock: StoreLock?,
    then: @escaping (Result<AgentAnswer, SwarmError>) -> Void
  ) throws(SwarmError) {
    let cancellation = try Cancellation()
    let id = queued.id
    if calls.isCancelled(id) { cancellation.interrupt() }
    var options = options
    (options.timeout, options.cancellation) = (queued.limits.timeout, cancellation)
    options.locks.cancellation = cancellation
    let prints = calls.hasOwnPrints(id) ? CollectedPrints() : nil
    if let prints {
      let bell = workers.bell
      options.outputDescriptor = nil
      options.onOutput = { bytes in
        prints.append(bytes)
        bell.ring()
      }
    }
    runs[id] = Run(cancellation: cancellation, prints: prints)
    let runner = AgentRunner(store: store, environment: environment, options: options)
    let call = AgentCall(
      swarm: key.swarm, agent: queued.agent.name, arguments: queued.argumentObject,
      namespace: key.namespace, strictness: queued.strictness)
    workers.attempt({ () throws(SwarmError) in try runner.run(call, holding: lock) }) {
      [weak self] result in
      guard let self else { return }
      passOnPrints(of: id)
      runs[id] = nil
      then(finished(result, queued))
    }
  }

  /// A result with what the first look at the arguments had to say, which the run was not told.
  private func finished(_ result: Result<AgentAnswer, SwarmError>, _ queued: QueuedCall)
    -> Result<AgentAnswer, SwarmError>
  {
    switch result {
    case .success(var answer):
      let said = queued.remarks.warnings
      answer.warnings = said + answer.warnings.filter { !said.contains($0) }
      return .success(answer)
    case .failure(let error):
      if error.code == .interrupted, calls.isCancelled(queued.id) {
        return .failure(CallEngine.cancelledError)
      }
      return .failure(queued.remarks.explaining(error))
    }
  }

  /// Ends a call, if it is under way here.
  ///
  /// - Returns: Whether it is.
  func cancel(_ id: CallEngine.CallID) -> Bool {
    guard let run = runs[id] else { return false }
    run.cancellation.interrupt()
    return true
  }

  /// Passes on what all have printed.
  func passOnPrints() { for id in runs.keys { passOnPrints(of: id) } }

  private func passOnPrints(of id: CallEngine.CallID) {
    if let prints = runs[id]?.prints { calls.pass(on: prints.remove(), of: id) }
  }

  /// Ends everything at once.
  func close() { for run in runs.values { run.cancellation.kill() } }
}
