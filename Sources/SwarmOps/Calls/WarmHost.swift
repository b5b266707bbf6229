/// A Python process that has imported what a swarm's agents import, and forks a child at a time.
final class WarmHost {
  private let process: ChildProcess
  private let requests: Descriptor
  /// What the parent itself prints, such as modules do while they are imported.
  let output: Descriptor
  private let answers: Descriptor
  /// What its children may do, but for the folders of each.
  let policy: SandboxPolicy
  /// What fences its children.
  var reach: Fence.Reach {
    var reach = process.reach
    reach.landlock = policy.level == .off ? 0 : Landlock.version
    return reach
  }

  /// Starts a host for one swarm.
  ///
  /// - Parameters:
  ///   - python: The interpreter's path.
  ///   - hostFolder: Where the host's files are.
  ///   - sandbox: What agents of the swarm may do.
  ///   - temporary: A private temporary folder of the host's own.
  ///   - swarm: The swarm.
  ///   - layout: The root.
  ///   - lifeline: The reading end of a pipe; agents end when its other end closes (Linux).
  init(
    python: String, hostFolder: String, sandbox: Sandbox, temporary: String, swarm: GUID,
    layout: SwarmLayout, lifeline: Int32
  ) throws(SwarmError) {
    let call = Sandbox.Call(
      agents: [layout.agents(swarm)], hostFolder: hostFolder, code: layout.code(swarm))
    policy = sandbox.policy(call)
    var own = call
    own.temporary = temporary
    let request: (read: Descriptor, write: Descriptor)
    let response: (read: Descriptor, write: Descriptor)
    let printing: (read: Descriptor, write: Descriptor)
    do {
      request = try Pipe.make()
      response = try Pipe.make()
      printing = try Pipe.make()
    } catch {
      throw SwarmError(.io, "cannot make the pipes of an agent process", underlying: error.text)
    }
    (requests, answers, output) = (request.write, response.read, printing.read)
    Pipe.setNonBlocking(output.number)
    process = try ChildProcess(
      python, arguments: HostStart.arguments(hostFolder: hostFolder),
      environment: sandbox.policy(own).variables.passed,
      descriptors: [
        nil, printing.write.number, printing.write.number, request.read.number,
        response.write.number, lifeline,
      ], fence: policy.fenceWithoutFiles)
    process.limit(memory: policy.memoryLimit, file: policy.diskLimit)
    try ask(HostRequest.serve(HostRequest.Place(swarm, layout), policy: policy))
  }

  /// Whether the process has ended, which it never should by itself.
  var hasEnded: Bool { process.hasEnded }

  /// Asks for something.
  ///
  /// - Parameter frame: A request for a child, or for one to be collected.
  func ask(_ frame: HostFrame) throws(SwarmError) {
    do {
      try FileSystem.writeAll(requests.number, frame.encoded)
    } catch {
      throw SwarmError(
        .agentFailed, "the process that starts agents has ended", underlying: error.text)
    }
  }

  /// Ends the process; its children live on.
  func end() { process.end() }
}
