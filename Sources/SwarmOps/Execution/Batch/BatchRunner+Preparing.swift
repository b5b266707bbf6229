/// What a turn takes: the namespace's lock, and a child whose copy is the memory.
extension BatchRunner {
  func prepare(_ namespace: BatchNamespace) {
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
          known.map({ !memory.hasContent(of: $0) }) ?? true
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
  func awaitLock(_ namespace: BatchNamespace) {
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

  func locked(_ namespace: BatchNamespace, _ result: Result<FileLock, SwarmError>) {
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
      for call in waiting { refuse(call, error) }
      namespace.phase = .settling
      letGoIfSettled(namespace)
    }
  }

  func activated(
    _ namespace: BatchNamespace,
    _ result: Result<(FileLock, NamespaceCondition, [UInt8]?), SwarmError>
  ) {
    switch result {
    case .failure(let error):
      // Busy for too long, or unreadable: that is the answer of the calls that waited for it.
      let waiting = namespace.waiting
      namespace.waiting = []
      for call in waiting { refuse(call, error) }
      return isPrepared(namespace)
    case .success(let (lock, condition, content)):
      namespace.lock = lock
      if condition.hasOtherFiles {
        namespace.isAlone = true
        discardChild(namespace)
      }
      if namespace.isAlone { return isPrepared(namespace) }
      do throws(SwarmError) {
        try prepareChild(namespace, condition, content)
      } catch {
        failFirst(namespace, error)
      }
      isPrepared(namespace)
    }
  }

  /// Sees to it that the namespace has a child whose copy is the memory.
  func prepareChild(
    _ namespace: BatchNamespace, _ condition: NamespaceCondition, _ content: [UInt8]?
  ) throws(SwarmError) {
    if namespace.childGeneration != namespace.swarm.generation { discardChild(namespace) }
    let isSame =
      namespace.isCopyCurrent
      && (condition.memory.map { memory in
        namespace.memory.map { memory.hasContent(of: $0) } ?? false
      } ?? (namespace.memory == nil))
    // Its modules may have kept what another program has changed meanwhile. Whoever makes a user
    // forgotten takes the copy as well.
    let isThere = namespace.child?.hasCopyFolder ?? false
    if !isSame || !isThere { discardChild(namespace) }
    let isNew = namespace.child == nil
    let child: WarmChild
    if let existing = namespace.child {
      child = existing
    } else {
      child = try makeChild(namespace, memory: condition.memory?.size ?? 0)
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
}
