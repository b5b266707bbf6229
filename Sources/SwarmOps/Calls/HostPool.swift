/// The warm Python processes that fork children: one for each swarm that is in use, a few at most.
final class HostPool {
  /// Hosts that may live.
  private static let limit = 8

  private struct Host {
    let process: WarmHost
    var lastUse: ContinuousClock.Instant
  }

  private let layout: SwarmLayout
  private let staging: StagingFolder
  private let onPrint: @Sendable (UnsafeRawBufferPointer) -> Void
  /// Never written to: its writing end closes with this process, however it ends.
  private let lifeline: (read: Descriptor, write: Descriptor)
  private var hosts: [GUID: Host] = [:]
  private var chunk = [UInt8](repeating: 0, count: 1 << 12)
  /// What was polled last, in its order.
  private var polled: (swarms: [GUID], first: Int) = ([], 0)

  /// - Parameters:
  ///   - layout: The root.
  ///   - staging: A private folder on the root's file system.
  ///   - onPrint: Called with what a host prints, such as modules do while they are imported.
  init(
    layout: SwarmLayout, staging: StagingFolder,
    onPrint: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
  ) throws(SwarmError) {
    (self.layout, self.staging, self.onPrint) = (layout, staging, onPrint)
    do {
      lifeline = try Pipe.make()
    } catch {
      throw SwarmError(.io, "cannot make a pipe", underlying: error.text)
    }
  }

  /// The host of a swarm, started where there is none.
  func host(_ swarm: OpenSwarm) throws(SwarmError) -> WarmHost {
    if let host = hosts[swarm.guid] {
      hosts[swarm.guid]?.lastUse = .now
      if !host.process.hasEnded { return host.process }
      end(of: swarm.guid)
    }
    if hosts.count >= Self.limit,
      let oldest = hosts.min(by: { $0.value.lastUse < $1.value.lastUse })
    {
      end(of: oldest.key)
    }
    let temporary = SwarmLayout.temporary(in: staging.path)
    try FileSystem.makeFolders(temporary)
    let host = try WarmHost(
      python: swarm.python.path,
      hostFolder: try HostInstallation.folder(layout, python: swarm.python), sandbox: swarm.sandbox,
      temporary: temporary, swarm: swarm.guid, layout: layout, lifeline: lifeline.read.number)
    hosts[swarm.guid] = Host(process: host, lastUse: .now)
    return host
  }

  /// Ends the host of a swarm; its children live on.
  func end(of swarm: GUID) { hosts.removeValue(forKey: swarm)?.process.end() }

  /// Ends all hosts.
  func close() {
    for host in hosts.values { host.process.end() }
    hosts = [:]
  }

  // MARK: Events

  /// Adds what hosts print to what is waited for.
  func add(to set: inout PollSet) {
    polled = (Array(hosts.keys), set.count)
    for swarm in polled.swarms { set.add(hosts[swarm]?.process.output.number ?? -1, .reading) }
  }

  /// Passes on what hosts have printed.
  func handle(_ set: PollSet) {
    for (index, swarm) in polled.swarms.enumerated() where set.isReady(polled.first + index) {
      guard let host = hosts[swarm]?.process else { continue }
      switch Pipe.read(host.output.number, into: &chunk) {
      case .bytes(let count):
        chunk.withUnsafeBytes { onPrint(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
      case .nothing: break
      // Its streams are closed: it was killed, or has nothing to say any more.
      case .end, .broken: end(of: swarm)
      }
    }
  }
}
