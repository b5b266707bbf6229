/// From lines to calls that wait for their turn.
extension BatchRunner {
  /// Takes as many lines as there is room for.
  func takeLines() throws(SwarmError) {
    leftLines = true
    defer { if isStopping { leftLines = false } }
    while wantsLines {
      guard let line = reader.next() else {
        leftLines = false
        return
      }
      let sequence = nextSequence
      switch line {
      case .tooLong where !(options.shard?.isFirst ?? true):
        progress.skipped += 1
      case .tooLong:
        if let log = options.log, log.holdsTooLong(reader.lineNumber) {
          progress.skipped += 1
          continue
        }
        begin(sequence, bytes: 0)
        answer(
          sequence,
          BatchAnswer(
            label: .init(line: reader.lineNumber, id: nil),
            result: .failure(
              SwarmError(
                .badData,
                "line \(reader.lineNumber) is longer than \(LineReader.longestLine >> 20) MiB"))))
      case .content(let bytes):
        if let log = options.log, log.holds(reader.lineNumber, bytes) {
          progress.skipped += 1
          continue
        }
        do throws(BatchRequest.Mistake) {
          let request = try BatchRequest(bytes, line: reader.lineNumber)
          begin(sequence, bytes: bytes.count)
          take(request, sequence)
        } catch {
          // A line that belongs to no memory is the first shard's.
          if let shard = options.shard, !shard.isFirst {
            progress.skipped += 1
            options.log?.forget(reader.lineNumber)
            continue
          }
          begin(sequence, bytes: bytes.count)
          answer(sequence, BatchAnswer(label: error.label, result: .failure(error.error)))
        }
      }
    }
  }

  private func begin(_ sequence: Int, bytes: Int) {
    nextSequence += 1
    outstanding += 1
    outstandingBytes += bytes
    sizes[sequence] = bytes
  }

  func take(_ request: BatchRequest, _ sequence: Int) {
    let reference = references[request.swarm] ?? Reference()
    switch reference.state {
    case .open(let swarm): return enqueue(request, sequence, swarm)
    case .failed(let error, let at) where at.duration(to: .now) < Self.holdTime:
      return refuseUnopened(request, sequence, error)
    case .failed:
      reference.state = .opening
      reference.waiting.append((request, sequence))
      open(request.swarm, reference, wanted: request.agent)
    case .opening:
      reference.waiting.append((request, sequence))
      if references[request.swarm] == nil {
        references[request.swarm] = reference
        open(request.swarm, reference, wanted: request.agent)
      }
    }
  }

  private func open(_ name: String, _ reference: Reference, wanted: String) {
    let (store, runner, locks) = (store, runner, options.run.locks)
    let box = Unchecked(reference)
    pool.run {
      let result: Result<BatchSwarm.Opened, SwarmError>
      do throws(SwarmError) {
        let guid = try store.resolve(name)
        result = .success(
          try BatchSwarm.open(guid, wanted: wanted, store: store, runner: runner, locks: locks))
      } catch {
        result = .failure(error)
      }
      return { self.opened(box.value, result) }
    }
  }

  private func opened(_ reference: Reference, _ result: Result<BatchSwarm.Opened, SwarmError>) {
    let waiting = reference.waiting
    reference.waiting = []
    switch result {
    case .success(let opened):
      // Another name of a swarm that is open already: its lock is enough.
      let swarm = swarms[opened.guid] ?? BatchSwarm(opened)
      if swarms[opened.guid] == nil { swarms[opened.guid] = swarm }
      reference.state = .open(swarm)
      for (request, sequence) in waiting { enqueue(request, sequence, swarm) }
      settle(swarm)
    case .failure(let error):
      reference.state = .failed(error, at: .now)
      if references.count > Self.knownReferences { forgetFailedReferences() }
      for (request, sequence) in waiting { refuseUnopened(request, sequence, error) }
    }
  }

  /// Lines may name any number of swarms that are not there.
  private func forgetFailedReferences() {
    references = references.filter { _, reference in
      if case .failed = reference.state { return false }
      return true
    }
  }

  /// Refuses a call on a swarm that could not be opened, in one shard alone.
  private func refuseUnopened(_ request: BatchRequest, _ sequence: Int, _ error: SwarmError) {
    if let shard = options.shard {
      // A swarm that is known by its GUID has its shards; one that nobody knows is the first's.
      let isMine =
        GUID(request.swarm).map { shard.holds($0, request.namespace) } ?? shard.isFirst
      if !isMine { return drop(sequence, request.line) }
    }
    refuse(request, sequence, error)
  }

  func refuse(_ request: BatchRequest, _ sequence: Int, _ error: SwarmError) {
    answer(sequence, BatchAnswer(label: request.label, result: .failure(error)))
  }

  func refuse(_ call: BatchNamespace.Call, _ error: SwarmError) {
    answer(call.sequence, BatchAnswer(label: call.label, result: .failure(error)))
  }

  /// Refuses every call of a namespace that waits.
  func refuseWaiting(_ namespace: BatchNamespace, _ error: SwarmError) {
    let waiting = namespace.waiting
    namespace.waiting = []
    for call in waiting { refuse(call, error) }
  }

  /// Checks a call and puts it behind those of its namespace.
  func enqueue(_ request: BatchRequest, _ sequence: Int, _ swarm: BatchSwarm) {
    let key = BatchNamespace.Key(swarm: swarm.guid, namespace: request.namespace)
    if let shard = options.shard, !shard.holds(swarm.guid, request.namespace) {
      return drop(sequence, request.line)
    }
    if isStopping { return drop(sequence, request.line) }
    if swarm.lock == nil {
      swarm.unchecked.append((request, sequence))
      if !swarm.isReopening { reopen(swarm, wanted: request.agent) }
      return
    }
    let call: BatchNamespace.Call
    do throws(SwarmError) {
      call = try check(
        request.agent, request.arguments, request.namespace, swarm, sequence, request.label,
        isChecked: options.isChecked && request.isChecked)
    } catch {
      return refuse(request, sequence, error)
    }
    let namespace = namespaces[key] ?? BatchNamespace(key: key, swarm: swarm)
    namespaces[key] = namespace
    namespace.waiting.append(call)
    switch namespace.phase {
    case .idle:
      swarm.activity += 1
      makeReady(namespace)
    case .settling:
      if namespace.child != nil || namespace.isSettled { makeReady(namespace) }
    case .active: sendMore(namespace)
    case .ready, .activating, .locking, .prepared, .alone: break
    }
  }

  /// Finds a call's agent and checks its arguments.
  func check(
    _ name: String, _ given: JSONObject, _ namespace: Namespace, _ swarm: BatchSwarm,
    _ sequence: Int, _ label: BatchRequest.Label, isChecked: Bool
  ) throws(SwarmError) -> BatchNamespace.Call {
    let agent = try swarm.agent(name)
    let checked = try runner.checked(
      given, namespace, agent.record, agent.schema, isChecked: isChecked)
    return BatchNamespace.Call(
      sequence: sequence, label: label, agent: agent,
      arguments: JSONValue.object(checked.values).serialized(), warnings: checked.warnings,
      isChecked: isChecked,
      generation: swarm.generation)
  }

  /// The arguments of a call.
  func arguments(_ call: BatchNamespace.Call) -> JSONObject {
    (try? JSONValue.parse(call.arguments))?.object ?? [:]
  }

  /// Forgets a line that is not to be answered.
  func drop(_ sequence: Int, _ line: Int) {
    progress.skipped += 1
    options.log?.forget(line)
    finish(sequence)
    if options.isOrdered {
      dropped.insert(sequence)
      answerHeld()
    }
  }

  // MARK: Answering

  /// Answers a line, in its turn where order is kept.
  func answer(_ sequence: Int, _ answer: BatchAnswer) {
    stopIfFailed(answer)
    if options.isOrdered {
      held[sequence] = answer
      heldBytes += answer.size
      return answerHeld()
    }
    write(answer, sequence)
  }

  private func answerHeld() {
    while true {
      if dropped.remove(nextToAnswer) != nil {
        nextToAnswer += 1
      } else if let answer = held.removeValue(forKey: nextToAnswer) {
        let sequence = nextToAnswer
        nextToAnswer += 1
        heldBytes -= answer.size
        write(answer, sequence)
      } else {
        return
      }
    }
  }

  private func write(_ answer: BatchAnswer, _ sequence: Int) {
    finish(sequence)
    progress.answered += 1
    if answer.isFailure { progress.failed += 1 }
    if failure != nil { return }
    do throws(SwarmError) {
      let start = ContinuousClock.now
      try onAnswer(answer.line(wording: options.hintWording), answer.label.line)
      let blocked = start.duration(to: .now)
      if blocked > .milliseconds(50) {
        // Agents cannot hand over their answers meanwhile, which must not count as their time.
        for namespace in namespaces.values { namespace.begunAt += blocked }
      }
      try options.log?.answered(answer.label.line)
    } catch {
      failure = error
    }
  }

  private func finish(_ sequence: Int) {
    outstanding -= 1
    outstandingBytes -= sizes.removeValue(forKey: sequence) ?? 0
  }

  /// Begins no further call after a failure, where that was asked for: not only once it is answered.
  func stopIfFailed(_ answer: BatchAnswer) {
    if options.stopsAtFailure && answer.isFailure { stop() }
  }

  /// Begins no further call.
  private func stop() {
    if isStopping { return }
    isStopping = true
    for namespace in namespaces.values {
      let waiting = namespace.waiting
      namespace.waiting = []
      for call in waiting { drop(call.sequence, call.label.line) }
    }
  }
}

/// Carries a value of the batch's own thread through a job, which does not touch it.
struct Unchecked<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}
