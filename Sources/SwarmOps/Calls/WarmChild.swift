/// A forked process that belongs to one namespace for its whole life: its pipes, its copy of the
/// memory, and the calls that it was given.
final class WarmChild {
  /// Something that a child said, or that befell it.
  enum Event {
    /// It said something.
    case said(HostEvent)
    /// It said something that cannot be understood, or too much.
    case broken
    /// It is gone.
    case ended
  }

  /// Calls that a child may have before it has made them.
  static let most = 32
  /// The most that a child may say at once: an output and a memory.
  private static let frameLimit = HostProcess.outputLimit + 256 << 20

  let key: NamespaceKey
  /// ``OpenSwarm/generation`` of its agents.
  let generation: Int
  /// Calls that it has, in order.
  private(set) var sent: [QueuedCall] = []
  /// When the first of ``sent`` was begun.
  private(set) var begunAt = ContinuousClock.now
  /// When it was last used.
  private(set) var lastUse = ContinuousClock.now
  /// Why it is being ended, and when it is killed.
  private(set) var ending: (error: SwarmError, killAt: ContinuousClock.Instant)?
  /// The child's process group, once it is known.
  private var group: ProcessGroup?
  /// The child's process id, once it is known.
  var id: Int32? { group?.id }
  /// Bytes printed since the last call ended.
  private(set) var printed = 0

  /// The copy of the memory that its agents work on.
  let copy: ChildCopy
  /// What its agents may do.
  let policy: SandboxPolicy
  /// What fences it.
  var reach: Fence.Reach { host.reach }
  private let host: WarmHost
  private let requests: Descriptor
  private let answers: Descriptor
  private let output: Descriptor
  private var hasClosedOutput = false
  private var decoder = HostFrameDecoder(limit: WarmChild.frameLimit)
  private var pending: [UInt8] = []
  /// How many calls it may have: few where each takes long, so that whoever waits for the swarm need
  /// not wait for them all.
  private var ahead: Int
  /// Whether it may have more than one.
  private let isPipelined: Bool
  /// Whether it must look at its copy before the next call.
  private var isCopyFresh = true
  /// When what it holds on disk is looked at next.
  private var nextLook: ContinuousClock.Instant = .now
  /// How often that is.
  private static let look: Duration = .milliseconds(250)

  /// Makes the FIFOs and asks the host for the child.
  ///
  /// - Parameters:
  ///   - key: The namespace.
  ///   - generation: Of the swarm's agents.
  ///   - host: The parent.
  ///   - copy: The copy that it works on.
  ///   - files: Files of agents that will be called first.
  ///   - isPipelined: Whether it may have more than one call at a time.
  init(
    _ key: NamespaceKey, generation: Int, host: WarmHost, copy: ChildCopy, files: [String],
    isPipelined: Bool
  ) throws(SwarmError) {
    self.isPipelined = isPipelined
    ahead = isPipelined ? 16 : 1
    (self.key, self.generation, self.host, self.copy) = (key, generation, host, copy)
    policy = host.policy.adding([copy.swarmFolder] + (copy.temporary.map { [$0] } ?? []))
    let names = ["requests", "answers", "output"].map { copy.folder + "/" + $0 }
    for name in names { try Pipe.makeNamed(name) }
    do throws(SystemError) {
      requests = try Pipe.openNamed(names[0], for: .writing)
      answers = try Pipe.openNamed(names[1], for: .reading)
      output = try Pipe.openNamed(names[2], for: .reading)
    } catch {
      throw error.describing("open the pipes in", copy.folder)
    }
    try host.ask(
      HostRequest.fork(
        files: files, pipes: (names[0], names[1], names[2]),
        binding: HostRequest.Binding(namespace: key.namespace, memory: copy.memoryFile),
        fence: copy.temporary.map {
          HostRequest.ChildFence(temporary: $0, copies: copy.swarmFolder)
        }))
  }

  // MARK: Descriptors

  /// Readable when the child has said something or has gone.
  var answersDescriptor: Int32 { answers.number }
  /// Readable when the child's agents have printed something; -1 where they closed their streams, and
  /// before it is ready: without a writer that would read as its end.
  var outputDescriptor: Int32 { hasClosedOutput || id == nil ? -1 : output.number }
  /// Writable when more of the requests can be written; -1 where nothing is left to write.
  var requestsDescriptor: Int32 { pending.isEmpty ? -1 : requests.number }

  /// Whether it has something to do, so that it may say something.
  var isBusy: Bool { !sent.isEmpty || ending != nil }

  /// Whether it will never be ready: the process that was asked for it has ended.
  var cannotBecomeReady: Bool { id == nil && host.hasEnded }

  /// Whether it can make another call: it lives, and has the copy that it was given.
  var isUsable: Bool {
    guard copy.isThere else { return false }
    return group == nil ? !host.hasEnded : Pipe.hasWriter(answers.number)
  }

  // MARK: Calls

  /// Whether it takes another call.
  var hasRoom: Bool { ending == nil && sent.count < ahead }

  /// Whether it should be given calls now: several with one write, while it has others to make.
  var wantsMore: Bool { sent.count <= ahead / 2 }

  /// Adds a call to those that ``flush()`` hands over.
  func add(_ call: QueuedCall) {
    lastUse = .now
    if sent.isEmpty { begin() }
    sent.append(call)
    pending +=
      HostRequest.call(
        call.id.number, agent: call.agent.members, arguments: call.arguments, isFresh: isCopyFresh
      ).encoded
    isCopyFresh = false
  }

  /// Takes the first call off, which was answered or failed.
  ///
  /// - Parameter duration: How long it took, where it was made.
  func removeFirst(after duration: Duration? = nil) -> QueuedCall? {
    guard !sent.isEmpty else { return nil }
    (printed, lastUse) = (0, .now)
    begin()
    if let duration, isPipelined {
      ahead = min(max(Int(.milliseconds(50) / max(duration, .microseconds(1))), 1), Self.most)
    }
    return sent.removeFirst()
  }

  /// Takes off the calls that were not begun.
  func removeAll() -> [QueuedCall] {
    defer { sent = [] }
    return sent
  }

  private func begin() {
    begunAt = .now
    nextLook = begunAt + Self.look
  }

  /// Why its call is to be ended for what it holds on disk; looked at a few times a second.
  func excess(_ now: ContinuousClock.Instant) -> SwarmError? {
    guard now >= nextLook, id != nil else { return nil }
    defer { nextLook = .now + max(Self.look, now.duration(to: .now) * 10) }
    return policy.excess()
  }

  /// When ``excess(_:)`` looks again.
  var nextDeadline: ContinuousClock.Instant? {
    policy.diskLimit == nil || id == nil || ending != nil ? nil : nextLook
  }

  /// Counts some time as not the agent's: nobody could take its answers.
  func excuse(_ time: Duration) { begunAt += time }

  /// Asks it to terminate, and gives it time to.
  func end(_ error: SwarmError) {
    ending = (error, .now + HostProcess.grace)
    group?.terminate()
  }

  /// Hands over what the pipe takes; the rest is kept.
  func flush() {
    while !pending.isEmpty {
      // Where nobody reads any more, the end of the answers says so.
      guard let count = Pipe.write(requests.number, pending), count > 0 else { return }
      pending.removeFirst(count)
    }
  }

  // MARK: What it says

  /// Reads what the child has said.
  ///
  /// - Parameter chunk: A buffer to read into.
  func read(into chunk: inout [UInt8]) -> [Event] {
    var events: [Event] = []
    for _ in 0..<16 {
      switch Pipe.read(answers.number, into: &chunk) {
      case .nothing: return events
      case .broken: return events + [.ended]
      // No writer: before the child has opened its end there was none either.
      case .end: return group == nil ? events : events + [.ended]
      case .bytes(let count):
        chunk.withUnsafeBytes { decoder.append(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        do {
          while let frame = try decoder.next() { events.append(try event(frame)) }
        } catch {
          return events + [.broken]
        }
        if count < chunk.count { return events }
      }
    }
    return events
  }

  private func event(_ frame: HostFrame) throws(HostEvent.Malformed) -> Event {
    let event = try HostEvent(frame)
    guard case .ready(let process) = event else { return .said(event) }
    // It says so once, before any agent runs; and only of a group that is its own.
    guard group == nil, let leader = ProcessGroup(leader: process) else {
      throw HostEvent.Malformed()
    }
    group = leader
    begin()
    return .said(event)
  }

  /// Reads what was printed.
  ///
  /// - Parameters:
  ///   - chunk: A buffer to read into.
  ///   - most: The most bytes to read.
  /// - Returns: The number of bytes, now at the start of `chunk`; 0 for none.
  func readOutput(into chunk: inout [UInt8], most: Int) -> Int {
    switch Pipe.read(output.number, into: &chunk, most: most) {
    case .bytes(let count):
      printed &+= count
      return count
    // Nobody prints there again, and asking again would be answered at once for ever.
    case .end: hasClosedOutput = group != nil
    case .nothing, .broken: break
    }
    return 0
  }

  // MARK: Its end

  /// Ends the child at once.
  ///
  /// - Parameter keepsCopy: Whether its folder stays, for somebody who still reads there.
  func discard(keepsCopy: Bool = false) {
    // Its number is its own until the host is told to collect it.
    if let group {
      group.end()
      try? host.ask(HostRequest.collect(group.id))
    }
    if !keepsCopy { copy.remove() }
  }
}
