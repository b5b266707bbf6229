#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What waits for the disk.
extension BatchRunner {
  /// Notes that a namespace has a state to be written.
  func addUncommitted(_ namespace: BatchNamespace) {
    if uncommitted.contains(where: { $0 === namespace }) { return }
    uncommitted.append(namespace)
  }

  /// Begins to write the states that are due.
  func commitDue() {
    if uncommitted.isEmpty { return }
    for namespace in uncommitted { commitIfDue(namespace) }
    uncommitted.removeAll { $0.pending == nil }
  }

  /// Begins to write a namespace's state once no call is about to make another, or it has waited.
  ///
  /// States that were handed over while another was being written, or was about to be, become one:
  /// the last holds all that the earlier ones did. Where many calls wait, waiting a little costs
  /// nobody anything and saves most of the writing; where one waits, it is written at once.
  private func commitIfDue(_ namespace: BatchNamespace) {
    guard let pending = namespace.pending, !namespace.isCommitting else { return }
    let isLast = namespace.sent.isEmpty && (namespace.waiting.isEmpty || namespace.phase != .active)
    let isBusy = ready.count > jobs
    guard
      isLast && (!isBusy || namespace.swarm.isDraining)
        || pending.since.duration(to: .now) >= Self.commitDelay
    else { return }
    namespace.pending = nil
    namespace.isCommitting = true
    commitNumber += 1
    let last = namespace.finished.last { $0.isCommit && $0.version <= pending.version }
    let committer = MemoryCommitter(
      layout: store.layout, swarm: namespace.key.swarm, namespace: namespace.key.namespace,
      draft: "\(staging.path)/commit-\(commitNumber)",
      author: last?.call.agent.record.name ?? "batch")
    let expected = namespace.memory
    let intents = options.log == nil ? [] : intents(namespace, upTo: pending.version)
    let log = options.log
    let box = Unchecked(namespace)
    pool.run {
      let result: Result<MemoryVersion?, SwarmError>
      var isAnnounced = false
      do throws(SwarmError) {
        result = .success(
          try committer.commit(pending.state, expecting: expected) { status throws(SwarmError) in
            try log?.willCommit(
              intents, swarm: committer.swarm, namespace: committer.namespace, file: status)
            isAnnounced = true
          })
      } catch {
        // Only what was announced: an earlier announcement about this memory may still be needed. Where
        // even that cannot be written, the next announcement cannot either.
        if isAnnounced, !intents.isEmpty {
          try? log?.takeBack(committer.swarm, committer.namespace)
        }
        result = .failure(error)
      }
      return { self.committed(box.value, pending.version, result) }
    }
  }

  private func committed(
    _ namespace: BatchNamespace, _ version: Int, _ result: Result<MemoryVersion?, SwarmError>
  ) {
    namespace.isCommitting = false
    switch result {
    case .success(let memory):
      namespace.lastChange = (namespace.memory?.status.size, memory?.replaced)
      namespace.memory = memory
      namespace.committed = version
    case .failure(let error):
      // What its child has said already was made too, and must not be made again.
      if let child = namespace.child { takeAnswers(namespace, child) }
      // Calls that were made on top of what could not be written stand on nothing.
      fail(namespace, error)
    }
    answerFinished(namespace)
    if namespace.pending != nil { addUncommitted(namespace) }
    letGoIfSettled(namespace)
  }

  /// Fails everything that was made on a state that could not be written.
  private func fail(_ namespace: BatchNamespace, _ error: SwarmError) {
    namespace.pending = nil
    namespace.committed = namespace.version
    for index in namespace.finished.indices {
      if case .success = namespace.finished[index].result {
        namespace.finished[index].result = .failure(error)
      }
    }
    if !namespace.sent.isEmpty {
      let call = namespace.sent.removeFirst()
      namespace.finished.append(
        BatchNamespace.Finished(
          call: call, result: .failure(error), version: namespace.version, isCommit: false, size: 0)
      )
    }
    let calls = namespace.sent
    namespace.sent = []
    discardChild(namespace)
    putBack(calls, namespace)
    if namespace.phase == .active { endTurn(namespace) }
  }

  /// Answers calls, in order, as far as what they stand on is on disk.
  func answerFinished(_ namespace: BatchNamespace) {
    var count = 0
    while count < namespace.finished.count {
      let finished = namespace.finished[count]
      guard finished.version <= namespace.committed else { break }
      count += 1
      heldBytes -= finished.size
      record(finished, namespace)
      answer(
        finished.call.sequence,
        BatchAnswer(label: finished.call.label, result: finished.result))
    }
    if count > 0 { namespace.finished.removeFirst(count) }
  }

  /// Adds a call to the history; what a run of its own made has its line already.
  private func record(_ finished: BatchNamespace.Finished, _ namespace: BatchNamespace) {
    guard let history = options.run.history else { return }
    var record = CallRecord(
      namespace.key.swarm, namespace.key.namespace, frontEnd: history.frontEnd)
    record.agent = finished.call.agent.record.name
    let size = namespace.memory?.status.size
    (record.bytesBefore, record.bytesAfter) = (size, size)
    switch finished.result {
    case .success(let answer):
      record.status = answer.output.saysError ? 1 : 0
      record.sandbox = answer.sandbox.text
      record.milliseconds = Int(answer.duration / .milliseconds(1))
      if finished.isCommit {
        (record.bytesBefore, record.version) = namespace.lastChange
      }
    case .failure(let error): record.status = history.status(error.code)
    }
    record.time = Timestamp.nanoseconds() / 1_000_000
    _ = history.append(record)
  }

  private func intents(_ namespace: BatchNamespace, upTo version: Int) -> [BatchLog.Intent] {
    namespace.finished.filter { $0.isCommit && $0.version <= version }.map {
      BatchLog.Intent(
        line: $0.call.label.line,
        answer: BatchAnswer(label: $0.call.label, result: $0.result)
          .line(wording: options.hintWording))
    }
  }

  /// Hands over what a call left beside `memory.json`; from then on each call is a run of its own.
  func adopt(_ namespace: BatchNamespace, _ call: BatchNamespace.Call, _ answer: AgentAnswer) {
    guard let child = namespace.child else { return }
    child.signal(SIGKILL)
    namespace.isAlone = true
    childNumber += 1
    let place = "\(staging.path)/adopted-\(childNumber)"
    do throws(SwarmError) {
      guard try FileSystem.status(child.copy) != nil else {
        // Whoever removes the whole folder removes what is in it.
        hand(namespace, .gone, call, answer)
        return restart(namespace)
      }
      // It may be on another file system.
      try FolderTree.copy(child.copy, to: place)
      if try FileSystem.status(place + "/memory.json")?.kind == .folder {
        throw Transaction.memoryIsFolder
      }
      if let bytes = try FileSystem.readIfPresent(place + "/memory.json", followLinks: false) {
        do throws(JSONSyntaxError) {
          try JSONScanner.validate(bytes, options: .allowNonFinite)
        } catch {
          throw invalid(bytes, error, namespace)
        }
      }
      // The folder holds what earlier calls left too, so nothing else need be written.
      hand(namespace, .folder(place), call, answer)
    } catch {
      append(namespace, call, .failure(error))
    }
    restart(namespace)
  }
}
