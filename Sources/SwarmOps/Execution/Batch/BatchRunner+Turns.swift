#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Which namespace has a turn, and what that takes: its locks, its copy, its child.
extension BatchRunner {
  /// Puts a namespace behind those that wait.
  func makeReady(_ namespace: BatchNamespace) {
    namespace.phase = .ready
    ready.append(namespace)
  }

  /// Gives turns to namespaces while there is room, and lets go of swarms that were held for long.
  func schedule() {
    let now = ContinuousClock.now
    for swarm in swarms.values where swarm.lock != nil && swarm.activity > 0 {
      if swarm.isDraining || swarm.lockedAt.duration(to: now) <= Self.holdTime { continue }
      // Nobody is held up for a deploy that is not there: a slow call is the business of its user.
      if StoreLocks(store.layout).isWanted(swarm.guid)
        || swarm.identity != BatchSwarm.identity(of: swarm.guid, swarm.python, store.layout)
      {
        swarm.isDraining = true
      } else {
        swarm.lockedAt = now
      }
    }
    beginTurns()
    var index = 0
    // Locks and copies are seen to before the turn, so that no core waits for them.
    while preparing < options.jobs + 2, index < ready.count {
      let namespace = ready[index]
      let swarm = namespace.swarm
      if swarm.isDraining || swarm.isReopening {
        index += 1
        continue
      }
      if swarm.lock == nil {
        reopen(swarm, wanted: namespace.waiting.first?.request.agent ?? "")
        index += 1
        continue
      }
      ready.remove(at: index)
      prepare(namespace)
    }
    beginTurns()
    for swarm in Array(swarms.values) where swarm.isDraining { settle(swarm) }
  }

  /// Lets go of a swarm that nothing is under way on; a draining one is taken again at once.
  func settle(_ swarm: BatchSwarm) {
    if swarm.isDraining {
      // Their next turn takes the lock again.
      for namespace in ready where namespace.swarm === swarm && namespace.isSettled {
        namespace.lock?.release()
        namespace.lock = nil
      }
    }
    let waiting = ready.filter { $0.swarm === swarm && $0.lock == nil }.count + swarm.locking
    guard swarm.lock != nil, !swarm.isReopening, swarm.activity == waiting else { return }
    if swarm.activity > 0 && !swarm.isDraining { return }
    swarm.lock?.release()
    swarm.lock = nil
    if waiting > 0 {
      reopen(swarm, wanted: ready.first { $0.swarm === swarm }?.waiting.first?.request.agent ?? "")
    }
  }

  private func reopen(_ swarm: BatchSwarm, wanted: String) {
    swarm.isReopening = true
    let wasDraining = swarm.isDraining
    let (guid, store, runner, locks) = (swarm.guid, store, runner, options.run.locks)
    let box = Unchecked(swarm)
    pool.submit {
      // Those that wait for the swarm alone come first; if they give up, so much the better.
      if wasDraining { try? StoreLocks(store.layout).waitForTurn(guid, locks) }
      let result: Result<BatchSwarm.Opened, SwarmError>
      do throws(SwarmError) {
        result = .success(
          try BatchSwarm.open(guid, wanted: wanted, store: store, runner: runner, locks: locks))
      } catch {
        result = .failure(error)
      }
      return { self.reopened(box.value, result) }
    }
  }

  private func reopened(_ swarm: BatchSwarm, _ result: Result<BatchSwarm.Opened, SwarmError>) {
    switch result {
    case .success(let opened):
      if swarm.reopen(opened) {
        for namespace in namespaces.values where namespace.swarm === swarm {
          discardChild(namespace)
        }
      }
    case .failure(let error):
      swarm.isReopening = false
      swarm.isDraining = false
      // Removed, or held alone for too long: the calls that wait for it are over.
      references = references.filter { _, reference in
        if case .open(let other) = reference.state { return other !== swarm }
        return true
      }
      swarms[swarm.guid] = nil
      // Idle ones too: a swarm that comes back under this GUID is another one.
      for namespace in Array(namespaces.values) where namespace.swarm === swarm {
        let waiting = namespace.waiting
        namespace.waiting = []
        for call in waiting { refuse(call.request, call.sequence, error) }
        retire(namespace)
      }
      ready.removeAll { $0.swarm === swarm }
      swarm.host?.end()
      swarm.host = nil
    }
  }

  /// Forgets a namespace whose swarm is gone.
  private func retire(_ namespace: BatchNamespace) {
    discardChild(namespace)
    namespace.lock?.release()
    namespace.lock = nil
    namespace.phase = .idle
    namespaces[namespace.key] = nil
  }

  // MARK: Beginning a turn

  /// Begins the turns of namespaces that are prepared, while there is room.
  private func beginTurns() {
    while running < options.jobs, !prepared.isEmpty {
      let namespace = prepared.removeFirst()
      preparing -= 1
      running += 1
      namespace.sentThisTurn = 0
      if namespace.waiting.isEmpty {
        endTurn(namespace)
      } else if namespace.isAlone {
        runAlone(namespace)
      } else if namespace.child == nil {
        // It was lost or could not be made: the next turn tries again.
        endTurn(namespace)
      } else {
        namespace.phase = .active
        sendMore(namespace)
      }
    }
  }

  private func isPrepared(_ namespace: BatchNamespace) {
    namespace.phase = .prepared
    prepared.append(namespace)
  }

  private func prepare(_ namespace: BatchNamespace) {
    if namespace.child == nil && !namespace.isSettled {
      // What is in place is older than what was made; ``letGoIfSettled(_:)`` brings it back.
      namespace.phase = .settling
      return
    }
    preparing += 1
    if namespace.waiting.isEmpty || namespace.isAlone
      || (namespace.lock != nil && namespace.child != nil && namespace.isCopyCurrent
        && namespace.childGeneration == namespace.swarm.generation)
    {
      return isPrepared(namespace)
    }
    namespace.phase = .activating
    let (layout, key) = (store.layout, namespace.key)
    let held = namespace.lock
    let known = namespace.isCopyCurrent && namespace.child != nil ? namespace.memory : nil
    let box = Unchecked(namespace)
    pool.submit {
      let result: Result<(FileLock, NamespaceCondition, [UInt8]?), SwarmError>
      do throws(SwarmError) {
        let lock: FileLock
        if let held {
          lock = held
        } else if let free = try StoreLocks(layout).tryNamespace(key.swarm, key.namespace) {
          lock = free
        } else {
          return { self.awaitLock(box.value) }
        }
        let condition = try NamespaceCondition(layout.memory(key.swarm, key.namespace))
        var content: [UInt8]?
        if let memory = condition.memory, !condition.hasOtherFiles,
          known.map({ !memory.isUnchanged(since: $0) }) ?? true
        {
          content = try FileSystem.readIfPresent(
            layout.memoryFile(key.swarm, key.namespace), followLinks: false)
        }
        result = .success((lock, condition, content))
      } catch {
        result = .failure(error)
      }
      return { self.activated(box.value, result) }
    }
  }

  /// Gives the turn to others while somebody else has the namespace.
  private func awaitLock(_ namespace: BatchNamespace) {
    preparing -= 1
    namespace.phase = .locking
    namespace.swarm.locking += 1
    let (layout, key, locks) = (store.layout, namespace.key, options.run.locks)
    let box = Unchecked(namespace)
    lockPool.submit {
      let result: Result<FileLock, SwarmError>
      do throws(SwarmError) {
        result = .success(try StoreLocks(layout).namespace(key.swarm, key.namespace, locks))
      } catch {
        result = .failure(error)
      }
      return { self.locked(box.value, result) }
    }
  }

  private func locked(_ namespace: BatchNamespace, _ result: Result<FileLock, SwarmError>) {
    let swarm = namespace.swarm
    swarm.locking -= 1
    switch result {
    case .success(let lock):
      // Never held without the swarm's lock, which comes first.
      guard namespace.phase == .locking, swarm.lock != nil, !swarm.isReopening else {
        lock.release()
        if namespace.phase == .locking { makeReady(namespace) }
        return
      }
      namespace.lock = lock
      namespace.phase = .ready
      ready.insert(namespace, at: 0)
    case .failure(let error):
      guard namespace.phase == .locking else { return }
      let waiting = namespace.waiting
      namespace.waiting = []
      for call in waiting { refuse(call.request, call.sequence, error) }
      namespace.phase = .settling
      letGoIfSettled(namespace)
    }
  }

  private func activated(
    _ namespace: BatchNamespace,
    _ result: Result<(FileLock, NamespaceCondition, [UInt8]?), SwarmError>
  ) {
    switch result {
    case .failure(let error):
      // Busy for too long, or unreadable: that is the answer of the calls that waited for it.
      let waiting = namespace.waiting
      namespace.waiting = []
      for call in waiting { refuse(call.request, call.sequence, error) }
      return isPrepared(namespace)
    case .success(let (lock, condition, content)):
      namespace.lock = lock
      if condition.hasOtherFiles {
        namespace.isAlone = true
        discardChild(namespace)
        namespace.lock?.release()
        namespace.lock = nil
        return isPrepared(namespace)
      }
      do throws(SwarmError) {
        try prepareChild(namespace, condition, content)
      } catch {
        failFirst(namespace, error)
      }
      isPrepared(namespace)
    }
  }

  /// Sees to it that the namespace has a child whose copy is the memory.
  private func prepareChild(
    _ namespace: BatchNamespace, _ condition: NamespaceCondition, _ content: [UInt8]?
  ) throws(SwarmError) {
    if namespace.childGeneration != namespace.swarm.generation { discardChild(namespace) }
    let isSame =
      namespace.isCopyCurrent
      && (condition.memory.map { memory in
        namespace.memory.map { memory.isUnchanged(since: $0) } ?? false
      } ?? (namespace.memory == nil))
    // Its modules may have kept what another program has changed meanwhile.
    if !isSame { discardChild(namespace) }
    let isNew = namespace.child == nil
    let child: WarmChild
    if let existing = namespace.child {
      child = existing
    } else {
      child = try makeChild(namespace)
    }
    if isNew {
      try FileSystem.removeFile(child.memoryFile)
      if condition.memory != nil {
        let bytes: [UInt8]
        if let content {
          bytes = content
        } else {
          bytes = try FileSystem.read(
            store.layout.memoryFile(namespace.key.swarm, namespace.key.namespace),
            followLinks: false)
        }
        try FileSystem.create(child.memoryFile, bytes, sync: false)
      }
      namespace.isCopyFresh = true
    }
    namespace.memory = condition.memory
    namespace.isCopyCurrent = true
  }

  private func makeChild(_ namespace: BatchNamespace) throws(SwarmError) -> WarmChild {
    makeRoomForChild()
    let swarm = namespace.swarm
    if swarm.host?.hasEnded ?? false {
      swarm.host?.end()
      swarm.host = nil
    }
    let host: WarmHost
    if let existing = swarm.host {
      host = existing
    } else {
      host = try startHost(swarm)
      swarm.host = host
    }
    swarm.lastUse = .now
    childNumber += 1
    let files = Set(namespace.waiting.prefix(Self.sendAhead).map(\.agent.fileName)).sorted()
    let child = try WarmChild(
      host: host, folder: "\(staging.path)/\(childNumber)", swarm: swarm.guid,
      namespace: namespace.key.namespace, files: files)
    namespace.child = child
    namespace.childGeneration = swarm.generation
    childCount += 1
    return child
  }

  private func startHost(_ swarm: BatchSwarm) throws(SwarmError) -> WarmHost {
    let living = swarms.values.filter { $0.host != nil }
    if living.count >= Self.hostLimit,
      let oldest = living.min(by: { $0.lastUse < $1.lastUse })
    {
      oldest.host?.end()
      oldest.host = nil
    }
    return try WarmHost(
      python: swarm.python.path, hostFolder: swarm.hostFolder,
      environment: environment.variables, swarm: swarm.guid, layout: store.layout,
      lifeline: lifeline.read.number)
  }

  /// Ends the child that was idle for longest where there are too many.
  private func makeRoomForChild() {
    guard childCount >= Self.childLimit else { return }
    let idle = namespaces.values.filter {
      $0.child != nil && $0.sent.isEmpty && $0.phase != .active && $0.isSettled
    }
    guard let oldest = idle.min(by: { $0.lastUse < $1.lastUse }) else { return }
    discardChild(oldest)
    if oldest.phase == .idle { namespaces[oldest.key] = nil }
  }

  /// Ends a namespace's child; its copy goes with it.
  func discardChild(_ namespace: BatchNamespace) {
    guard let child = namespace.child else { return }
    relay(child)
    child.discard()
    namespace.child = nil
    namespace.ending = nil
    namespace.isCopyCurrent = false
    childCount -= 1
  }

  // MARK: Calls

  /// Hands over calls while the child has room for them.
  func sendMore(_ namespace: BatchNamespace) {
    guard let child = namespace.child, namespace.ending == nil else { return }
    namespace.lastUse = .now
    let mayGoOn = { [self] in
      !namespace.swarm.isDraining && (namespace.sentThisTurn < Self.turn || ready.isEmpty)
    }
    // Out of the queue while they are looked at: an answer may stop the batch, which empties it.
    var waiting = namespace.waiting[...]
    namespace.waiting = []
    while !isStopping, namespace.sent.count < namespace.ahead, mayGoOn(),
      var call = waiting.popFirst()
    {
      if call.generation != namespace.swarm.generation {
        do throws(SwarmError) {
          call = try check(call.request, call.sequence, namespace.swarm)
        } catch {
          refuse(call.request, call.sequence, error)
          continue
        }
      }
      if namespace.sent.isEmpty { namespace.begunAt = .now }
      namespace.sent.append(call)
      namespace.sentThisTurn += 1
      child.send(request(call, isFresh: namespace.isCopyFresh))
      namespace.isCopyFresh = false
    }
    putBack(Array(waiting), namespace)
    if namespace.sent.isEmpty { endTurn(namespace) }
  }

  /// Puts calls that were not begun before those that wait, or forgets them once the batch stops.
  func putBack(_ calls: [BatchNamespace.Call], _ namespace: BatchNamespace) {
    if isStopping {
      for call in calls { drop(call.sequence, call.request.line) }
    } else {
      namespace.waiting.insert(contentsOf: calls, at: 0)
    }
  }

  private func request(_ call: BatchNamespace.Call, isFresh: Bool) -> JSONValue {
    var request: JSONObject = [
      "n": .number(JSONNumber(call.sequence)), "file": .string(call.agent.fileName),
      "class": .string(call.agent.className), "agent": .string(call.agent.name),
      "args": .object(call.arguments),
    ]
    if isFresh { request["fresh"] = true }
    return .object(request)
  }

  /// Makes one call as a run of its own.
  private func runAlone(_ namespace: BatchNamespace) {
    namespace.phase = .alone
    // The run takes it itself.
    namespace.lock?.release()
    namespace.lock = nil
    let call = namespace.waiting.removeFirst()
    let (runner, isChecked) = (runner, options.isChecked)
    let box = Unchecked((namespace, call))
    let request = AgentCall(
      swarm: namespace.key.swarm, agent: call.request.agent, arguments: call.request.arguments,
      namespace: namespace.key.namespace, isChecked: isChecked)
    pool.submit {
      let result: Result<AgentAnswer, SwarmError>
      do throws(SwarmError) {
        result = .success(try runner.run(request))
      } catch {
        result = .failure(error)
      }
      return {
        let (namespace, call) = box.value
        self.answer(
          call.sequence, BatchAnswer(label: call.request.label, result: result))
        self.endTurn(namespace)
      }
    }
  }

  /// Fails the first call that waits, such as where no child can be made, and goes on.
  private func failFirst(_ namespace: BatchNamespace, _ error: SwarmError) {
    discardChild(namespace)
    if !namespace.waiting.isEmpty {
      let call = namespace.waiting.removeFirst()
      refuse(call.request, call.sequence, error)
    }
  }

  // MARK: Ending a turn

  /// Gives the turn to another namespace.
  func endTurn(_ namespace: BatchNamespace) {
    running -= 1
    namespace.phase = .settling
    if !namespace.waiting.isEmpty, namespace.ending == nil,
      namespace.child != nil || namespace.isSettled
    {
      makeReady(namespace)
    }
    letGoIfSettled(namespace)
  }

  /// Lets go of a namespace that has nothing to do, or takes it up again where it has.
  func letGoIfSettled(_ namespace: BatchNamespace) {
    guard namespace.isSettled else { return }
    switch namespace.phase {
    case .settling where !namespace.waiting.isEmpty: makeReady(namespace)
    case .settling:
      namespace.lock?.release()
      namespace.lock = nil
      namespace.phase = .idle
      namespace.swarm.activity -= 1
      if namespace.child == nil { namespaces[namespace.key] = nil }
      if namespace.swarm.activity == 0 { settle(namespace.swarm) }
    default: break
    }
  }
}
