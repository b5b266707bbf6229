#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What children say of the calls that they made, and what becomes of those they did not finish.
extension BatchRunner {
  /// Takes what a child has said, and gives it more to do where it has a turn.
  func read(_ namespace: BatchNamespace, _ child: WarmChild) {
    takeAnswers(namespace, child)
    if namespace.phase == .active { sendMore(namespace) }
  }

  /// Takes what a child has said.
  func takeAnswers(_ namespace: BatchNamespace, _ child: WarmChild) {
    for event in child.read(into: &chunk) {
      guard namespace.child === child else { return }
      switch event {
      case .ready:
        namespace.begunAt = .now
        namespace.failedStarts = 0
      case .frame(let header, let body):
        take(header, body, namespace)
      case .broken:
        lost(
          namespace,
          SwarmError(.agentFailed, "the answer of agent \(firstName(namespace)) was garbled"))
      case .ended:
        relay(child)
        let error =
          namespace.ending?.error
          ?? SwarmError(
            .agentFailed,
            "agent \(firstName(namespace)) ended its process without an answer; "
              + "its memory was not changed")
        lost(namespace, error)
      }
    }
  }

  func firstName(_ namespace: BatchNamespace) -> String {
    namespace.sent.first?.agent.name ?? "?"
  }

  private func take(_ header: JSONObject, _ body: [UInt8], _ namespace: BatchNamespace) {
    guard let call = namespace.sent.first, header["n"]?.int == call.sequence else {
      return lost(
        namespace, SwarmError(.agentFailed, "the answer of an agent was garbled"))
    }
    // Not begun: the copy is not what the last call left. It is made again on a new one.
    if header["type"]?.string == "stale", namespace.ending == nil { return restart(namespace) }
    namespace.sent.removeFirst()
    if let ending = namespace.ending {
      // Too late; and what else was handed over must not end with this process.
      append(namespace, call, .failure(ending.error))
      return restart(namespace)
    }
    namespace.begunAt = .now
    namespace.child?.printed = 0
    let microseconds = min(max(header["us"]?.int ?? 0, 1), 1 << 50)
    let duration = Duration.microseconds(microseconds)
    namespace.ahead = min(max(50_000 / microseconds, 1), Self.sendAhead)
    guard header["type"]?.string == "result", let size = header["output"]?.int,
      (0...body.count).contains(size)
    else {
      // A failed call takes its process with it: whatever it spoiled is gone.
      let error = HostAnswer.error(
        header, agent: call.agent.record.name, file: call.agent.record.fileName,
        python: namespace.swarm.python)
      append(
        namespace, call,
        .failure(namespace.child?.policy.explaining(error, header) ?? error))
      return restart(namespace)
    }
    let output = Array(body[..<size])
    let state = header["state"]?.string
    let policy = namespace.child?.policy
    let isLast = header["last"]?.bool ?? false
    // What is left for the next call ends the process, so it need not be looked for otherwise.
    if isLast || state == "files", let excess = policy?.excess() {
      append(namespace, call, .failure(excess))
      return restart(namespace)
    }
    let answer = AgentAnswer(
      output: header["kind"]?.string == "text" ? .text(output) : .json(output),
      duration: duration, isCommitted: state != "same",
      warnings: call.warnings
        + ProcessTree.warnings(
          leftBehind: (header["left"]?.array ?? []).compactMap(\.string)),
      refusals: policy?.refusals(header) ?? [],
      sandbox: SandboxReach(
        namespace.swarm.sandbox.level, namespace.child?.reach ?? Fence.Reach()))
    if state != "same", !(namespace.child?.isComplete ?? false) {
      append(namespace, call, .failure(WarmChild.vanished))
      return restart(namespace)
    }
    switch state {
    case "same": append(namespace, call, .success(answer))
    case "new":
      // What a process says of its memory is not believed: it is looked at here, always.
      let bytes = Array(body[size...])
      if let mistake = TornMemory.mistake(in: bytes) {
        append(namespace, call, .failure(invalid(bytes, mistake, namespace)))
        return restart(namespace)
      }
      hand(namespace, .content(bytes), call, answer)
    case "gone": hand(namespace, .gone, call, answer)
    case "invalid": judge(namespace, Array(body[size...]), call, answer)
    default: return adopt(namespace, call, answer)
    }
    // The call left something behind that the next one must not meet.
    if isLast, namespace.child != nil { restart(namespace) }
  }

  /// Adds a call that was made; it is answered once what it stands on is on disk.
  func append(
    _ namespace: BatchNamespace, _ call: BatchNamespace.Call,
    _ result: Result<AgentAnswer, SwarmError>, isCommit: Bool = false
  ) {
    let answer = BatchAnswer(label: call.label, result: result)
    let size = answer.size
    heldBytes += size
    stopIfFailed(answer)
    namespace.finished.append(
      BatchNamespace.Finished(
        call: call, result: result, version: namespace.version, isCommit: isCommit, size: size))
    answerFinished(namespace)
  }

  func hand(
    _ namespace: BatchNamespace, _ state: MemoryState, _ call: BatchNamespace.Call,
    _ answer: AgentAnswer
  ) {
    namespace.version += 1
    namespace.pending = (state, namespace.version, namespace.pending?.since ?? .now)
    append(namespace, call, .success(answer), isCommit: true)
    addUncommitted(namespace)
  }

  /// Looks again at a memory that the child could not read as JSON.
  private func judge(
    _ namespace: BatchNamespace, _ bytes: [UInt8], _ call: BatchNamespace.Call,
    _ answer: AgentAnswer
  ) {
    do throws(JSONSyntaxError) {
      try JSONScanner.validate(bytes, options: .allowNonFinite)
      // Valid, only too deep for Python to look into.
      hand(namespace, .content(bytes), call, answer)
    } catch {
      append(namespace, call, .failure(invalid(bytes, error, namespace)))
    }
    restart(namespace)
  }

  /// Keeps a memory that is not JSON, and says so.
  func invalid(_ bytes: [UInt8], _ error: JSONSyntaxError, _ namespace: BatchNamespace)
    -> SwarmError
  {
    let kept = try? KeptVersion.keep(
      bytes, of: namespace.key.swarm, namespace.key.namespace, reason: "invalid",
      layout: store.layout)
    return Transaction.memoryIsNotJSON(error, kept: kept)
  }

  /// Ends a child whose call went wrong, and goes on with another.
  func restart(_ namespace: BatchNamespace) {
    let calls = namespace.sent
    namespace.sent = []
    discardChild(namespace)
    putBack(calls, namespace)
    if namespace.phase == .idle { namespaces[namespace.key] = nil }
    if namespace.phase == .active { endTurn(namespace) }
  }

  /// Fails the call that a child was making when it was lost.
  func lost(_ namespace: BatchNamespace, _ error: SwarmError) {
    if !namespace.sent.isEmpty {
      append(namespace, namespace.sent.removeFirst(), .failure(error))
    }
    restart(namespace)
  }
}
