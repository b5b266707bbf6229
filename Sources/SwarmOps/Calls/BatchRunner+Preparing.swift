/// What a turn takes: the namespace's lock, and a child whose copy is the memory.
extension BatchRunner {
  func prepare(_ namespace: BatchNamespace) {
    // Anybody may have ended an idle one, or cleared its copy away.
    if let child = namespace.child, !child.isUsable { discardChild(namespace) }
    if namespace.child == nil && !namespace.isSettled {
      // What is in place is older than what was made; ``letGoIfSettled(_:)`` brings it back.
      namespace.phase = .settling
      return
    }
    preparing += 1
    if namespace.waiting.isEmpty
      || (namespace.lock != nil
        && (namespace.isAlone
          || namespace.child != nil && namespace.isCopyCurrent
            && namespace.childGeneration == namespace.swarm.generation))
    {
      return isPrepared(namespace)
    }
    namespace.phase = .activating
    let (layout, key, locks) = (store.layout, namespace.key, options.run.locks)
    let held = namespace.lock
    let isKnown = namespace.isCopyCurrent && namespace.child != nil
    let known = isKnown ? namespace.memory : nil
    let box = Unchecked(namespace)
    pool.run {
      let result: Result<(FileLock, FoundMemory), SwarmError>
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
        result = .success(
          (
            lock,
            try condition.found(
              layout.memoryFile(key.swarm, key.namespace), known: known, isKnown: isKnown,
              locks: locks)
          ))
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
    lockPool.run {
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
      refuseWaiting(namespace, error)
      namespace.phase = .settling
      letGoIfSettled(namespace)
    }
  }

  private func activated(
    _ namespace: BatchNamespace,
    _ result: Result<(FileLock, FoundMemory), SwarmError>
  ) {
    switch result {
    case .failure(let error):
      // Busy for too long, or unreadable: that is the answer of the calls that waited for it.
      refuseWaiting(namespace, error)
      return isPrepared(namespace)
    case .success(let (lock, found)):
      namespace.lock = lock
      // A run of its own is fenced from its start.
      if case .besideOthers = found { namespace.isAlone = true }
      if !namespace.swarm.sandbox.canFenceChildren { namespace.isAlone = true }
      if namespace.isAlone {
        discardChild(namespace)
        return isPrepared(namespace)
      }
      do throws(SwarmError) {
        try prepareChild(namespace, found)
      } catch {
        failFirst(namespace, error)
      }
      isPrepared(namespace)
    }
  }

  /// Sees to it that the namespace has a child whose copy is the memory.
  private func prepareChild(_ namespace: BatchNamespace, _ found: FoundMemory) throws(SwarmError) {
    if namespace.childGeneration != namespace.swarm.generation { discardChild(namespace) }
    let version: MemoryVersion?
    var content: [UInt8]?
    switch found {
    case .known(let known): version = known
    case .other(let other, let bytes):
      (version, content) = (other, bytes)
      // Its modules may have kept what another program has changed meanwhile.
      discardChild(namespace)
    case .besideOthers: return
    }
    // Whoever makes a user forgotten takes the copy as well.
    if !(namespace.child?.isUsable ?? false) { discardChild(namespace) }
    if namespace.child == nil {
      if content == nil, version != nil {
        content = try FileSystem.read(
          store.layout.memoryFile(namespace.key.swarm, namespace.key.namespace),
          followLinks: false)
      }
      let child = try makeChild(namespace, memory: content?.count ?? 0)
      if let content { try FileSystem.create(child.memoryFile, content, sync: false) }
      namespace.isCopyFresh = true
    }
    namespace.memory = version
    namespace.isCopyCurrent = true
  }
}
