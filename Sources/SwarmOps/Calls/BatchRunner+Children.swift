/// The processes that make calls, and the warm ones that fork them.
extension BatchRunner {
  /// Makes a namespace's child.
  ///
  /// - Parameters:
  ///   - namespace: The namespace.
  ///   - size: Bytes of its memory.
  func makeChild(_ namespace: BatchNamespace, memory size: Int) throws(SwarmError) -> WarmChild {
    makeRoomForChild()
    let swarm = namespace.swarm
    let files = Set(namespace.waiting.prefix(Self.sendAhead).map(\.agent.record.fileName)).sorted()
    let place = copyStaging(for: size)
    var attempts = 0
    while true {
      attempts += 1
      childNumber += 1
      let (host, folder) = (try host(swarm), "\(place.path)/\(childNumber)")
      do throws(SwarmError) {
        let child = try WarmChild(
          host: host, folder: folder, temporary: "\(staging.path)/tmp-\(childNumber)",
          swarm: swarm.guid, namespace: namespace.key.namespace,
          files: files)
        namespace.child = child
        namespace.childGeneration = swarm.generation
        childCount += 1
        return child
      } catch {
        try? FolderTree.remove(folder)
        // It may have ended a moment ago, which is nobody's fault here.
        guard error.code == .agentFailed, attempts < Self.startLimit else { throw error }
        host.end()
        swarm.host = nil
      }
    }
  }

  /// The warm process of a swarm, made where there is none.
  private func host(_ swarm: BatchSwarm) throws(SwarmError) -> WarmHost {
    swarm.lastUse = .now
    if let host = swarm.host {
      if !host.hasEnded { return host }
      host.end()
      swarm.host = nil
    }
    let host = try startHost(swarm)
    swarm.host = host
    return host
  }

  /// Where a child's copy is kept.
  private func copyStaging(for size: Int) -> StagingFolder {
    guard let volatileStaging, size <= VolatileStaging.largestMemory,
      VolatileStaging.hasRoom(volatileStaging.path)
    else { return staging }
    return volatileStaging
  }

  private func startHost(_ swarm: BatchSwarm) throws(SwarmError) -> WarmHost {
    let living = swarms.values.filter { $0.host != nil }
    if living.count >= Self.hostLimit,
      let oldest = living.min(by: { $0.lastUse < $1.lastUse })
    {
      oldest.host?.end()
      oldest.host = nil
    }
    let temporary = SwarmLayout.temporary(in: staging.path)
    try FileSystem.makeFolders(temporary)
    return try WarmHost(
      python: swarm.python.path, hostFolder: swarm.hostFolder, sandbox: swarm.sandbox,
      temporary: temporary, swarm: swarm.guid, layout: store.layout,
      lifeline: lifeline.read.number)
  }

  /// Ends a child where there are too many: the one that was idle for longest, or else the one whose
  /// turn comes last.
  private func makeRoomForChild() {
    guard childCount >= childLimit else { return }
    let idle = namespaces.values.filter { $0.child != nil && $0.phase == .idle }
    if let oldest = idle.min(by: { $0.lastUse < $1.lastUse }) {
      discardChild(oldest)
      namespaces[oldest.key] = nil
    } else if let last = ready.last(where: { $0.child != nil && $0.isSettled }) {
      discardChild(last)
    }
  }

  /// Children that may live, used or not: as many as are good for something, and as there are
  /// descriptors for.
  static func childLimit(jobs: Int) -> Int {
    let wanted = max(leastChildLimit, jobs + lookahead + 4)
    return max(4, min(wanted, (FileSystem.openFileLimit - 48) / 5))
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
}
