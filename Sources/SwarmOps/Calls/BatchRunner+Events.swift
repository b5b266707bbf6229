#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What children say, what befalls them, and what time brings.
extension BatchRunner {
  /// Waits until something can be done, and does what is not scheduling.
  func waitForEvents() throws(SwarmError) {
    // A child that has nothing to do is not listened to: it may be one of many.
    let children = namespaces.values.filter {
      $0.child != nil && (!$0.sent.isEmpty || $0.ending != nil)
    }
    let hosts = swarms.values.filter { $0.host != nil }
    var polled: [pollfd] = []
    polled.reserveCapacity(children.count * 3 + hosts.count + 5)
    func add(_ descriptor: Int32, _ events: Int32) {
      polled.append(pollfd(fd: descriptor, events: Int16(events), revents: 0))
    }
    let readsLines = wantsLines && !reader.hasEnded
    add(readsLines ? reader.descriptor : -1, POLLIN)
    add(pool.wakeDescriptor, POLLIN)
    add(options.run.cancellation?.descriptor ?? -1, POLLIN)
    add(lockPool.wakeDescriptor, POLLIN)
    let takesPrints = options.run.outputDescriptor.map { Pipe.isWritable($0) } ?? true
    for swarm in hosts { add(swarm.host?.output.number ?? -1, POLLIN) }
    for namespace in children {
      guard let child = namespace.child else { continue }
      // Before it is ready its FIFOs have no writer, which would read as its end.
      add(child.answersDescriptor, POLLIN)
      add(child.id == nil || !takesPrints ? -1 : child.outputDescriptor, POLLIN)
      add(child.needsWriting ? child.requestsDescriptor : -1, POLLOUT)
    }
    // Last, so that the places of the others stay the same.
    if !takesPrints { add(options.run.outputDescriptor ?? -1, POLLOUT) }
    let count = PollSet.wait(&polled, until: nextDeadline(children))
    if count > 0 {
      if polled[1].revents != 0 { pool.runCompletions() }
      if polled[3].revents != 0 { lockPool.runCompletions() }
      for (index, swarm) in hosts.enumerated() where polled[4 + index].revents != 0 {
        guard let host = swarm.host, !relay(host.output.number) else { continue }
        // Its streams are closed: it was killed, or has nothing to say any more.
        host.end()
        swarm.host = nil
      }
      for (index, namespace) in children.enumerated() {
        let place = 4 + hosts.count + index * 3
        guard let child = namespace.child else { continue }
        if polled[place + 2].revents != 0 { child.flush() }
        if polled[place + 1].revents != 0 { relay(child) }
        if polled[place].revents != 0 { read(namespace, child) }
        if child.id == nil, PlatformCalls.saysThatWriterHasGone(polled[place].revents) {
          startFailed(namespace)
        }
        if child.printed > HostProcess.outputLimit, namespace.child === child {
          lost(namespace, HostAnswer.outputTooLarge(firstName(namespace)))
        }
      }
      if polled[0].revents != 0 { try reader.fill() }
    }
    let now = ContinuousClock.now
    for namespace in children { watch(namespace, now) }
    commitDue()
  }

  /// The next instant at which something is due without anybody saying so.
  private func nextDeadline(_ children: [BatchNamespace]) -> ContinuousClock.Instant? {
    var next: ContinuousClock.Instant?
    func consider(_ instant: ContinuousClock.Instant) {
      if next.map({ instant < $0 }) ?? true { next = instant }
    }
    for namespace in children {
      if let ending = namespace.ending {
        consider(ending.killAt)
      } else if !namespace.sent.isEmpty {
        if let timeout = options.run.timeout { consider(namespace.begunAt + timeout) }
        // A host that has died says nothing about the child it was asked for.
        if namespace.child?.id == nil { consider(.now + .milliseconds(100)) }
      }
    }
    // In the order of their age, so the first is the next.
    if let oldest = uncommitted.first?.pending { consider(oldest.since + Self.commitDelay) }
    for swarm in swarms.values where swarm.lock != nil && swarm.activity > 0 && !swarm.isDraining {
      consider(swarm.lockedAt + Self.holdTime)
    }
    if options.showsProgress { consider(.now + .milliseconds(200)) }
    return next
  }

  /// Does what time has made due for one namespace.
  private func watch(_ namespace: BatchNamespace, _ now: ContinuousClock.Instant) {
    guard let child = namespace.child else { return }
    if let ending = namespace.ending {
      if now >= ending.killAt { lost(namespace, ending.error) }
      return
    }
    guard let first = namespace.sent.first else { return }
    if let timeout = options.run.timeout, now >= namespace.begunAt + timeout {
      // Its answer may have come while something else was being done.
      read(namespace, child)
      guard namespace.child === child, namespace.sent.first?.sequence == first.sequence else {
        return
      }
      end(
        namespace, AgentFailure.timedOut(first.agent.name, timeout))
    } else if child.cannotBecomeReady
      || child.id == nil && now >= namespace.begunAt + Self.readyTime
    {
      // It can say nothing yet: neither that it is there nor that it has gone.
      startFailed(namespace)
    }
  }

  /// Tries again where a child ended before it was ready: none of its calls was begun.
  private func startFailed(_ namespace: BatchNamespace) {
    namespace.failedStarts += 1
    if namespace.failedStarts < Self.startLimit { return restart(namespace) }
    lost(
      namespace,
      SwarmError(
        .agentFailed, "no process could be started for the call of agent \(firstName(namespace))",
        hint: "try again; see `ulimit -u` and the machine's memory"))
  }

  /// Asks a child to terminate, and gives it time to.
  private func end(_ namespace: BatchNamespace, _ error: SwarmError) {
    namespace.ending = (error, .now + HostProcess.grace)
    namespace.child?.signal(SIGTERM)
  }

  // MARK: Prints

  /// What a pipe surely takes at once (`PIPE_BUF`), where it might not take more.
  private var mostPrints: Int { options.run.outputDescriptor == nil ? chunk.count : 4096 }

  /// Passes on what a child's agents have printed.
  func relay(_ child: WarmChild) {
    while true {
      // A reader of prints that stands still holds up those who print, and nobody else.
      if let descriptor = options.run.outputDescriptor, !Pipe.isWritable(descriptor) { return }
      let count = child.readOutput(into: &chunk, most: mostPrints)
      if count == 0 { return }
      chunk.withUnsafeBytes { options.run.onOutput(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
      if count < mostPrints { return }
    }
  }

  /// - Returns: Whether more may come.
  func relay(_ descriptor: Int32) -> Bool {
    let count = chunk.withUnsafeMutableBytes { readBytes(descriptor, $0) }
    guard count > 0 else { return count == -1 && (errno == EAGAIN || errno == EINTR) }
    chunk.withUnsafeBytes { options.run.onOutput(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    return true
  }
}
