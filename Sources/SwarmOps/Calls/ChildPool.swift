/// The warm processes that make calls, one for each namespace.
final class ChildPool {
  /// How a call of a child ended.
  enum Outcome {
    /// The agent answered.
    case answered(HostEvent.Result)
    /// The call failed after some time.
    case failed(SwarmError, after: Duration)
  }

  /// Called with each call that has ended; set by the owner, like those below.
  var onOutcome: (WarmChild, QueuedCall, Outcome) -> Void = { _, _, _ in }
  /// Called with a child that has said something, and lives.
  var onRead: (WarmChild) -> Void = { _ in }
  /// Called with calls that were not begun, of a child that is gone.
  var onReturned: (NamespaceKey, [QueuedCall]) -> Void = { _, _ in }
  /// Called where what a child printed has its own place; says whether it has.
  var onPrint: (QueuedCall, UnsafeRawBufferPointer) -> Bool = { _, _ in false }

  /// Children that may live, used or not, where few make calls at a time.
  private static let leastLimit = 64
  /// How long a new child may take to be ready; its parent may have to import much first.
  private static let readyTime: Duration = .seconds(120)
  /// How many new children in a row may end before they are ready until a call fails for it.
  private static let startLimit = 3

  private let options: CallEngine.Options
  private let copies: ChildCopies
  private let limit: Int
  private var children: [NamespaceKey: WarmChild] = [:]
  private let hosts: HostPool
  private var failedStarts: [NamespaceKey: Int] = [:]
  private var chunk = [UInt8](repeating: 0, count: 1 << 16)
  private let prints: PrintRelay
  /// What was polled last, in its order.
  private var polled: (children: [WarmChild], first: Int) = ([], 0)

  /// Children that may live, used or not: as many as are good for something, and as there are
  /// descriptors for.
  static func limit(jobs: Int) -> Int {
    let wanted = max(leastLimit, jobs + TurnQueue.lookahead + 4)
    return max(4, min(wanted, (FileSystem.openFileLimit - 48) / 5))
  }

  init(
    layout: SwarmLayout, options: CallEngine.Options, limit: Int, staging: StagingFolder
  ) throws(SwarmError) {
    (self.options, self.limit) = (options, limit)
    prints = PrintRelay(descriptor: options.outputDescriptor, onPrint: options.onPrint)
    hosts = try HostPool(layout: layout, staging: staging, onPrint: options.onPrint)
    copies = ChildCopies(layout: layout, isOnDisk: options.keepsCopiesOnDisk, staging: staging)
  }

  // MARK: Children

  /// The child of a namespace.
  func child(_ key: NamespaceKey) -> WarmChild? { children[key] }

  /// Makes a namespace's child.
  ///
  /// - Parameters:
  ///   - key: The namespace.
  ///   - swarm: Its swarm.
  ///   - content: Its memory, or `nil` for none.
  ///   - files: Files of agents that will be called first.
  func make(_ key: NamespaceKey, swarm: OpenSwarm, content: [UInt8]?, files: [String])
    throws(SwarmError)
  {
    var attempts = 0
    while true {
      attempts += 1
      let host = try hosts.host(swarm)
      let copy = try copies.make(of: key, content, isFenced: swarm.sandbox.level != .off)
      do throws(SwarmError) {
        children[key] = try WarmChild(
          key, generation: swarm.generation, host: host, copy: copy, files: files,
          isPipelined: options.pipelinesCalls)
        return
      } catch {
        copy.remove()
        // It may have ended a moment ago, which is nobody's fault here.
        guard error.code == .agentFailed, attempts < Self.startLimit else { throw error }
        endHost(of: swarm.guid)
      }
    }
  }

  /// Whether another child must go before one is made.
  var isFull: Bool { children.count >= limit }

  /// The child that was not used for longest of those that a condition holds for.
  func oldest(where isIdle: (NamespaceKey) -> Bool) -> WarmChild? {
    children.values.filter { !$0.isBusy && isIdle($0.key) }.min { $0.lastUse < $1.lastUse }
  }

  /// The processes of children.
  var processes: Set<Int32> { Set(children.values.compactMap(\.id)) }

  /// Ends a namespace's child and gives back the calls that it had.
  @discardableResult
  func discard(_ key: NamespaceKey, keepsCopy: Bool = false) -> [QueuedCall] {
    guard let child = children.removeValue(forKey: key) else { return [] }
    prints.relay(child, own: onPrint)
    let calls = child.removeAll()
    child.discard(keepsCopy: keepsCopy)
    return calls
  }

  /// Counts some time as not the agents': nobody could take their answers.
  func excuse(_ time: Duration) { for child in children.values { child.excuse(time) } }

  /// Ends the process of a swarm that forks children; those live on.
  func endHost(of swarm: GUID) { hosts.end(of: swarm) }

  // MARK: Events

  /// Adds what children and hosts say to what is waited for.
  func add(to set: inout PollSet, takesPrints: Bool) {
    // A child that has nothing to do is not listened to: it may be one of many.
    hosts.add(to: &set)
    polled = (children.values.filter(\.isBusy), set.count)
    for child in polled.children {
      set.add(child.answersDescriptor, .reading)
      set.add(takesPrints ? child.outputDescriptor : -1, .reading)
      set.add(child.requestsDescriptor, .writing)
    }
  }

  /// Does what was waited for.
  func handle(_ set: PollSet) {
    hosts.handle(set)
    var place = polled.first
    for child in polled.children {
      defer { place += 3 }
      guard isLiving(child) else { continue }
      if set.isReady(place + 2) { child.flush() }
      if set.isReady(place + 1) { prints.relay(child, own: onPrint) }
      if set.isReady(place) { read(child) }
      if child.id == nil, set.hasLostWriter(place) {
        startFailed(child)
      }
      if child.printed > HostProcess.outputLimit {
        lose(child, HostEnding.tooMuchOutput(name(child)))
      }
    }
    let now = ContinuousClock.now
    for child in polled.children { watch(child, now) }
  }

  /// The next instant at which something is due without anybody saying so.
  var nextDeadline: ContinuousClock.Instant? {
    var next: ContinuousClock.Instant?
    for child in children.values where child.isBusy {
      let due: ContinuousClock.Instant?
      if let ending = child.ending {
        due = ending.killAt
      } else if child.id == nil {
        // A host that has died says nothing about the child it was asked for.
        due = .now + .milliseconds(100)
      } else {
        due = child.sent.first?.limits.timeout.map { child.begunAt + $0 }
      }
      for due in [due, child.nextDeadline] {
        if let due { next = min(next ?? due, due) }
      }
    }
    return next
  }

  private func isLiving(_ child: WarmChild) -> Bool { children[child.key] === child }

  private func name(_ child: WarmChild) -> String { "agent \(child.sent.first?.agent.name ?? "?")" }

  /// Takes what a child has said.
  func read(_ child: WarmChild) {
    for event in child.read(into: &chunk) {
      guard isLiving(child) else { return }
      switch event {
      case .said(.ready): failedStarts[child.key] = nil
      case .said(let said): receive(said, from: child)
      case .broken:
        lose(child, SwarmError(.agentFailed, "the answer of \(name(child)) was garbled"))
      case .ended:
        lose(
          child,
          SwarmError(
            .agentFailed,
            "\(name(child)) ended its process without an answer; its memory was not changed"))
      }
    }
    if isLiving(child) { onRead(child) }
  }

  private func receive(_ event: HostEvent, from child: WarmChild) {
    let garbled = SwarmError(.agentFailed, "the answer of \(name(child)) was garbled")
    guard let first = child.sent.first else { return lose(child, garbled) }
    prints.relay(child, own: onPrint)
    switch event {
    case .result(first.id.number, let result):
      _ = child.removeFirst(after: result.duration)
      if let ending = child.ending {
        // Too late; and what else was handed over must not end with this process.
        onOutcome(child, first, .failed(ending.error, after: result.duration))
        return retire(child)
      }
      onOutcome(child, first, .answered(result))
      // The call left something behind that the next one must not meet.
      if result.isLast { retire(child) }
    case .failure(first.id.number, let failure):
      let duration = child.begunAt.duration(to: .now)
      _ = child.removeFirst()
      // A failed call takes its process with it: whatever it spoiled is gone.
      let record = first.agent.record
      let error = failure.error(
        agent: record.name, file: record.fileName, python: first.agent.python)
      onOutcome(
        child, first,
        .failed(
          child.ending?.error ?? child.policy.explaining(error, failure.notes), after: duration))
      retire(child)
    case .stale(first.id.number) where child.ending == nil:
      // Not begun: it is made again on a new copy.
      retire(child)
    default: lose(child, garbled)
    }
  }

  /// Ends a child and gives back the calls that it has not begun.
  func retire(_ child: WarmChild) {
    guard isLiving(child) else { return }
    onReturned(child.key, discard(child.key))
  }

  /// Fails the call that a child was making when it was lost.
  func lose(_ child: WarmChild, _ error: SwarmError) {
    guard isLiving(child) else { return }
    let (error, duration) = (child.ending?.error ?? error, child.begunAt.duration(to: .now))
    if let call = child.removeFirst() { onOutcome(child, call, .failed(error, after: duration)) }
    retire(child)
  }

  /// Ends the call that a child is making.
  func cancel(_ child: WarmChild, _ error: SwarmError) {
    if child.id == nil { lose(child, error) } else { child.end(error) }
  }

  /// Does what time has made due for one child.
  private func watch(_ child: WarmChild, _ now: ContinuousClock.Instant) {
    guard isLiving(child) else { return }
    if let ending = child.ending {
      if now >= ending.killAt { lose(child, ending.error) }
      return
    }
    guard let first = child.sent.first else { return }
    if child.cannotBecomeReady || child.id == nil && now >= child.begunAt + Self.readyTime {
      // It can say nothing yet: neither that it is there nor that it has gone.
      return startFailed(child)
    }
    if let excess = child.excess(now) { return child.end(excess) }
    guard let timeout = first.limits.timeout, now >= child.begunAt + timeout, child.id != nil else {
      return
    }
    // Its answer may have come while something else was being done.
    read(child)
    guard isLiving(child), child.sent.first?.id == first.id else { return }
    child.end(HostEnding.timedOut(name(child), timeout))
  }

  /// Tries again where a child ended before it was ready: none of its calls was begun.
  private func startFailed(_ child: WarmChild) {
    failedStarts[child.key, default: 0] += 1
    if failedStarts[child.key, default: 0] < Self.startLimit { return retire(child) }
    failedStarts[child.key] = nil
    lose(
      child,
      SwarmError(
        .agentFailed, "no process could be started for the call of \(name(child))",
        hint: "try again; see `ulimit -u` and the machine's memory"))
  }

  // MARK: The end

  /// Ends everything at once.
  func close() {
    for child in children.values { child.discard() }
    children = [:]
    hosts.close()
    copies.close()
  }
}
