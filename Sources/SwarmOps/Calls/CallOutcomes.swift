/// What becomes of calls that warm processes made: what they left of the memory is looked at here, and
/// queued for the disk.
final class CallOutcomes {
  /// Called where the turn of a namespace ends whose last call had to be looked at; set by the owner.
  var onTurnEnd: (NamespaceLane) -> Void = { _ in }
  /// Called where what a call has left running should be ended.
  var onStrangers: () -> Void = {}

  private let layout: SwarmLayout
  private let staging: StagingFolder
  private let workers: WorkerPool
  private let calls: PendingCalls
  private let turns: TurnQueue
  private let children: ChildPool
  private let commits: CommitQueue

  init(
    layout: SwarmLayout, staging: StagingFolder, workers: WorkerPool, calls: PendingCalls,
    turns: TurnQueue, children: ChildPool, commits: CommitQueue
  ) {
    (self.layout, self.staging, self.workers, self.calls) = (layout, staging, workers, calls)
    (self.turns, self.children, self.commits) = (turns, children, commits)
  }

  /// Notes how a call of a child ended.
  func ended(_ child: WarmChild, _ call: QueuedCall, _ outcome: ChildPool.Outcome) {
    calls.note(SandboxReach(child.policy.level, child.reach), of: call.id)
    switch outcome {
    case .failed(let error, let duration):
      add(call, .failure(error), after: duration, nil, child.key)
      onStrangers()
    case .answered(let result): answered(child, call, result)
    }
  }

  private func answered(_ child: WarmChild, _ call: QueuedCall, _ result: HostEvent.Result) {
    let key = child.key
    // What is left for the next call ends the process, so it need not be looked for otherwise.
    if result.isLast || result.memory.isFiles, let excess = child.policy.excess() {
      return refuse(child, call, result, excess)
    }
    var answer = AgentAnswer(
      output: result.output, duration: result.duration, isCommitted: true,
      warnings: call.remarks.warnings + ProcessTree.warnings(leftBehind: result.leftBehind),
      refusals: child.policy.refusals(result.notes),
      sandbox: SandboxReach(child.policy.level, child.reach))
    if case .same = result.memory {
      answer.isCommitted = false
      return add(call, .success(answer), after: result.duration, nil, key)
    }
    guard child.copy.isComplete else { return refuse(child, call, result, ChildCopy.vanished) }
    switch result.memory {
    case .same: break
    case .gone: add(call, .success(answer), after: result.duration, .gone, key)
    case .new(let bytes):
      // What a process says of its memory is not believed: it is looked at here, always.
      guard let mistake = TornMemory.mistake(in: bytes) else {
        return add(call, .success(answer), after: result.duration, .content(bytes), key)
      }
      let kept = try? KeptVersion.keep(
        bytes, of: key.swarm, key.namespace, reason: "invalid", layout: layout)
      refuse(child, call, result, RefusedMemory.isNotJSON(mistake, kept: kept))
    case .files: keepFiles(child, call, answer)
    }
  }

  /// Fails a call, and takes its process out of use: it stands on what is refused.
  private func refuse(
    _ child: WarmChild, _ call: QueuedCall, _ result: HostEvent.Result, _ error: SwarmError
  ) {
    add(call, .failure(error), after: result.duration, nil, child.key)
    children.retire(child)
  }

  /// Adds a call that was made; it is answered once what it stands on is on disk.
  private func add(
    _ call: QueuedCall, _ result: Result<AgentAnswer, SwarmError>, after duration: Duration,
    _ state: MemoryState?, _ key: NamespaceKey
  ) {
    calls.markMade(call.id, result)
    commits.add(call, result, after: duration, state, of: key)
  }

  /// Keeps what a call left beside `memory.json`; from then on each call is a run of its own.
  private func keepFiles(_ child: WarmChild, _ call: QueuedCall, _ answer: AgentAnswer) {
    let (key, layout) = (child.key, layout)
    let (copy, folder) = (child.copy, "\(staging.path)/files-\(call.id.number)")
    guard let lane = turns.lane(key) else { return }
    // Its turn goes on until they are read.
    turns.putBack(children.discard(key, keepsCopy: true), to: lane)
    lane.isAlone = true
    calls.markMade(call.id, .success(answer))
    workers.attempt({ () throws(SwarmError) in
      defer { copy.remove() }
      return try copy.files(to: folder, of: key, layout)
    }) { [weak self] result in
      guard let self else { return }
      switch result {
      // The folder holds what earlier calls left too, so nothing else need be written.
      case .success(let state):
        commits.add(call, .success(answer), after: answer.duration, state, of: key)
      case .failure(let error):
        commits.add(call, .failure(error), after: answer.duration, nil, of: key)
      }
      onTurnEnd(lane)
    }
  }
}

extension HostEvent.Memory {
  fileprivate var isFiles: Bool { if case .files = self { true } else { false } }
}
