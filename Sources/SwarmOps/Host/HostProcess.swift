/// A Python process that runs the agent host, and the conversation with it.
///
/// The protocol has two descriptors of its own (3 and 4 in the child), so nothing that an agent
/// prints can reach it. Standard input is empty; standard output and error arrive together.
/// Descriptor 5 is a lifeline: when this process dies, however it dies, the kernel ends the agent's
/// group (Linux).
final class HostProcess {
  /// How a conversation ended.
  enum Ending: Equatable {
    /// The last frame that was waited for has come.
    case finished
    /// The process ended before that.
    case died(ChildProcess.Termination)
    /// The process lives but has closed its end of the conversation.
    case lostContact
    /// The time passed.
    case timedOut
    /// The cancellation was asked for.
    case cancelled
    /// The agent printed, or returned, more bytes than it may.
    case tooMuchOutput
    /// The agent held more on disk than it may.
    case tooMuchHeld
  }

  /// How a conversation is held.
  struct Options {
    /// When to give up, or `nil`.
    var deadline: ContinuousClock.Instant?
    /// How much longer each frame makes it, or `nil` where the deadline stays.
    var timePerFrame: Duration?
    /// Ends it early.
    var cancellation: Cancellation?
    /// The most bytes that the agent may print, and that one frame may have.
    var outputLimit = HostProcess.outputLimit
    /// Whether what agents left behind is ended too; not while other agents run.
    var endsAdoptedChildren = true
    /// Says why the call is to be ended for what it holds on disk; asked a few times a second.
    var excess: () -> SwarmError? = { nil }
    /// Where ``onOutput`` writes to.
    ///
    /// While it takes nothing, nothing is read from the agent: one that prints to a reader that
    /// stands still is held up itself, and time limit and cancellation go on counting.
    var outputDescriptor: Int32?
    /// Called with what the agent printed.
    var onOutput: (UnsafeRawBufferPointer) -> Void = { _ in }
  }

  /// The most bytes that an agent may print or return: 64 MiB.
  static let outputLimit = 64 << 20
  /// How long an agent has between the request to terminate and its end.
  static let grace: Duration = .seconds(2)

  /// How often the end of the process is looked for where no descriptor tells.
  private static let tick: Duration = .milliseconds(100)
  /// How often what a call holds on disk is looked at.
  private static let look: Duration = .milliseconds(250)

  /// What fences it from its start.
  var reach: Fence.Reach { child.reach }

  private let child: ChildProcess
  private let requests: Descriptor
  private let responses: Descriptor
  private let output: Descriptor
  /// Never written to: that it closes is what counts.
  private let lifeline: Descriptor
  /// What the agent left running, once the conversation has ended.
  private(set) var leftBehind = ProcessTree.LeftBehind()
  private var printed = 0
  private var chunk = [UInt8](repeating: 0, count: 1 << 16)

  /// Starts a host.
  ///
  /// - Parameters:
  ///   - python: The interpreter's path.
  ///   - hostFolder: Where the host's files are.
  ///   - policy: What it may do, its environment included.
  ///   - fencesItself: Whether it restricts files itself, after it did what agents may not.
  init(python: String, hostFolder: String, policy: SandboxPolicy, fencesItself: Bool = false)
    throws(SwarmError)
  {
    let request = try Self.makePipe()
    let response = try Self.makePipe()
    let printing = try Self.makePipe()
    let life = try Self.makePipe()
    (requests, responses, output) = (request.write, response.read, printing.read)
    lifeline = life.write
    for descriptor in [requests, responses, output] { Pipe.setNonBlocking(descriptor.number) }
    child = try ChildProcess(
      python, arguments: HostStart.arguments(hostFolder: hostFolder),
      environment: policy.variables.passed,
      descriptors: [
        nil, printing.write.number, printing.write.number, request.read.number,
        response.write.number, life.read.number,
      ], fence: fencesItself ? policy.fenceWithoutFiles : policy.fence)
    // Nothing of an agent is executed before the request is sent.
    child.limit(memory: policy.memoryLimit, file: policy.diskLimit)
    PlatformCalls.kill(group: child.id, whenWritersClose: life.read.number)
  }

  private static func makePipe() throws(SwarmError) -> (read: Descriptor, write: Descriptor) {
    do {
      return try Pipe.make()
    } catch {
      throw SwarmError(.io, "cannot make the pipes of an agent process", underlying: error.text)
    }
  }

  /// Sends a request and takes frames until one of them is the last.
  ///
  /// On return the process, its group and what it left behind have ended.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - options: Deadline, cancellation, limits.
  ///   - onFrame: Called with each frame; says whether it was the last one.
  func converse(
    _ request: HostFrame, options: Options, onFrame: (HostFrame) throws(SwarmError) -> Bool
  ) throws(SwarmError) -> Ending {
    guard let cancellation = options.cancellation else {
      return try talk(request, options: options, onFrame: onFrame)
    }
    return try cancellation.watched { () throws(SwarmError) in
      try talk(request, options: options, onFrame: onFrame)
    }
  }

  private func talk(
    _ request: HostFrame, options: Options, onFrame: (HostFrame) throws(SwarmError) -> Bool
  ) throws(SwarmError) -> Ending {
    defer { end(options) }
    let ending = try exchange(request, options: options, onFrame: onFrame)
    switch ending {
    case .timedOut, .cancelled, .tooMuchOutput, .tooMuchHeld, .lostContact: askToEnd(options)
    case .finished, .died: break
    }
    end(options)
    // What was printed last is still in the pipe; a daemon that keeps it open adds nothing.
    while isOutputTaken(options, ending), relayOutput(options) == .some(true) {}
    return ending
  }

  /// Ends the process, its group, and what left the group.
  private func end(_ options: Options) {
    if child.termination != nil { return }
    let ended = child.end()
    if options.endsAdoptedChildren { leftBehind = ProcessTree.endAdoptedChildren() }
    if ended == .outOfReach { leftBehind.hasUnreachable = true }
  }

  private func exchange(
    _ request: HostFrame, options: Options, onFrame: (HostFrame) throws(SwarmError) -> Bool
  ) throws(SwarmError) -> Ending {
    var pending = request.encoded[...]
    var decoder = HostFrameDecoder(limit: options.outputLimit + 1 << 20)
    var isOpen = true
    var lostAt: ContinuousClock.Instant?
    var deadline = options.deadline
    var nextLook = ContinuousClock.now + Self.look
    while true {
      if options.cancellation?.signal != nil { return .cancelled }
      let now = ContinuousClock.now
      if let deadline, now >= deadline { return .timedOut }
      if now >= nextLook {
        if options.excess() != nil { return .tooMuchHeld }
        // Looking through many files must not be all that is done.
        nextLook = .now + max(Self.look, now.duration(to: .now) * 10)
      }
      if let lostAt, now - lostAt > Self.grace { return .lostContact }
      let hasEnded = child.hasEnded
      let ready = wait(
        isWriting: !pending.isEmpty, isReading: isOpen,
        until: hasEnded ? now : min(now + Self.tick, deadline ?? now + Self.tick),
        options: options, isCancellable: true)
      if ready.output, relayOutput(options) == nil { return .tooMuchOutput }
      if ready.requests { send(&pending) }
      if ready.responses {
        isOpen = readResponses(into: &decoder)
        if !isOpen { lostAt = now }
        var frame: HostFrame?
        repeat {
          do throws(HostFrameDecoder.TooLarge) {
            frame = try decoder.next()
          } catch {
            return .tooMuchOutput
          }
          if let frame, try onFrame(frame) { return .finished }
          if frame != nil, let time = options.timePerFrame { deadline = .now + time }
        } while frame != nil
      } else if hasEnded {
        // A child of the agent may hold the pipe open, so the pipe's end is not what tells.
        return .died(child.end())
      }
    }
  }

  // MARK: Descriptors

  private func wait(
    isWriting: Bool, isReading: Bool, until instant: ContinuousClock.Instant,
    options: Options, isCancellable: Bool
  ) -> (requests: Bool, responses: Bool, output: Bool) {
    let descriptor = options.outputDescriptor
    let isTaken = descriptor.map { Pipe.isWritable($0) } ?? true
    var set = PollSet()
    set.add(isWriting ? requests.number : -1, .writing)
    set.add(isReading ? responses.number : -1, .reading)
    set.add(outputHasEnded || !isTaken ? -1 : output.number, .reading)
    set.add(isCancellable ? options.cancellation?.descriptor ?? -1 : -1, .reading)
    set.add(outputHasEnded || isTaken ? -1 : descriptor ?? -1, .writing)
    set.wait(until: instant)
    return (set.isReady(0), set.isReady(1), set.isReady(2))
  }

  private func send(_ pending: inout ArraySlice<UInt8>) {
    if let count = Pipe.write(requests.number, pending) {
      pending = pending.dropFirst(count)
    } else {
      // It would wait for the rest for ever.
      child.killGroup()
      pending = []
    }
  }

  /// - Returns: Whether more may come.
  private func readResponses(into decoder: inout HostFrameDecoder) -> Bool {
    switch Pipe.read(responses.number, into: &chunk) {
    case .bytes(let count):
      chunk.withUnsafeBytes { decoder.append(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
      return true
    case .nothing: return true
    case .end, .broken: return false
    }
  }

  private var outputHasEnded = false

  /// Hands on one piece of what the agent printed.
  ///
  /// - Returns: Whether there was anything, or `nil` once it is too much.
  private func relayOutput(_ options: Options) -> Bool? {
    // What a pipe surely takes at once (PIPE_BUF), where it might not take more.
    let most = options.outputDescriptor == nil ? chunk.count : 4096
    let count: Int
    switch Pipe.read(output.number, into: &chunk, most: most) {
    case .bytes(let read): count = read
    case .end:
      outputHasEnded = true
      return false
    case .nothing, .broken: return false
    }
    printed &+= count
    guard printed <= options.outputLimit else { return nil }
    chunk.withUnsafeBytes { options.onOutput(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    return true
  }

  /// Waits until what the agent printed last can be handed on; after a run that was broken off,
  /// what cannot be handed on at once is dropped.
  private func isOutputTaken(_ options: Options, _ ending: Ending) -> Bool {
    guard let descriptor = options.outputDescriptor else { return true }
    let mayWait = ending != .timedOut && ending != .cancelled
    while !Pipe.isWritable(descriptor) {
      guard mayWait, options.cancellation?.signal == nil else { return false }
      let now = ContinuousClock.now
      if options.timePerFrame == nil, let deadline = options.deadline, now >= deadline {
        return false
      }
      var set = PollSet()
      set.add(descriptor, .writing)
      set.wait(until: now + Self.tick)
    }
    return true
  }

  /// Asks the group to terminate and gives it ``grace`` to do so, draining what it prints.
  private func askToEnd(_ options: Options) {
    child.terminateGroup()
    let end = ContinuousClock.now + Self.grace
    // Whoever cancels with SIGKILL leaves no time.
    while !child.hasEnded && ContinuousClock.now < end
      && !(options.cancellation?.leavesNoTime ?? false)
    {
      let ready = wait(
        isWriting: false, isReading: false,
        until: min(end, ContinuousClock.now + .milliseconds(10)), options: options,
        isCancellable: false)
      if ready.output { _ = relayOutput(options) }
    }
  }
}
