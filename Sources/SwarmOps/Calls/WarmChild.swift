#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A forked child that belongs to one namespace, and the conversation with it.
final class WarmChild {
  /// Something that a child said, or that befell it.
  enum Event {
    /// It is ready for calls.
    case ready
    /// A frame about one call.
    case frame(JSONObject, body: [UInt8])
    /// It said something that cannot be understood, or too much.
    case broken
    /// It is gone.
    case ended
  }

  /// The folder with its FIFOs and the copy of the memory.
  let folder: String
  /// The copy's folder.
  let copy: String
  /// What its agents may do.
  let policy: SandboxPolicy
  /// What fences it.
  var reach: Fence.Reach { host.reach }
  private let temporary: String
  /// The copy of the memory, the value of `BRAINSTEM_MEMORY_PATH`.
  let memoryFile: String
  /// Readable when the child has said something or has gone.
  var answersDescriptor: Int32 { answers.number }
  /// Readable when the child's agents have printed something; -1 where they closed their streams.
  var outputDescriptor: Int32 { hasClosedOutput ? -1 : output.number }
  /// The child's process id, which is its group's too, once it is known.
  private(set) var id: pid_t?
  /// Bytes printed since the last call ended.
  var printed = 0

  /// Whether it will never be ready: the process that was asked for it has ended.
  var cannotBecomeReady: Bool { id == nil && host.hasEnded }

  private let host: WarmHost
  private var hasClosedOutput = false
  private let requests: Descriptor
  private let answers: Descriptor
  private let output: Descriptor
  /// The most that it may say at once: an output and a memory.
  private var decoder = HostFrameDecoder(limit: HostProcess.outputLimit + 256 << 20)
  private var pending: [UInt8] = []

  /// Makes the FIFOs and asks the host for the child.
  ///
  /// - Parameters:
  ///   - host: The parent.
  ///   - folder: A private folder that does not exist yet.
  ///   - temporary: A private temporary folder that does not exist yet, on disk.
  ///   - swarm: The swarm.
  ///   - namespace: The namespace.
  ///   - files: Files of agents that will be called first.
  init(
    host: WarmHost, folder: String, temporary: String, swarm: GUID, namespace: Namespace,
    files: [String]
  ) throws(SwarmError) {
    self.folder = folder
    self.host = host
    let staged = SwarmLayout(root: folder)
    copy = staged.memory(swarm, namespace)
    memoryFile = staged.memoryFile(swarm, namespace)
    self.temporary = temporary
    policy = host.policy.adding([staged.memory(swarm), temporary])
    try FileSystem.makeFolder(folder)
    try FileSystem.create(folder + "/" + Self.companions[0], [], sync: false)
    try FileSystem.makeFolders(copy)
    try FileSystem.create(folder + "/" + Self.companions[1], [], sync: false)
    if policy.level != .off { try FileSystem.makeFolder(temporary) }
    let names = ["requests", "answers", "output"].map { folder + "/" + $0 }
    for name in names {
      try systemCall("make the pipe", name) { mkfifo(name, FileSystem.fileMode) }
    }
    do throws(SystemError) {
      // Reading as well keeps opening and writing from waiting for the child.
      requests = try FileSystem.open(names[0], O_RDWR | O_NONBLOCK)
      answers = try FileSystem.open(names[1], O_RDONLY | O_NONBLOCK)
      output = try FileSystem.open(names[2], O_RDONLY | O_NONBLOCK)
    } catch {
      throw error.describing("open the pipes in", folder)
    }
    var message: JSONObject = [
      "files": .array(files.map { .string($0) }), "requests": .string(names[0]),
      "answers": .string(names[1]), "output": .string(names[2]),
      "memory_path": .string(memoryFile),
      "user_guid": namespace.user.map { .string("\($0)") } ?? .null,
      "output_limit": .number(JSONNumber(HostProcess.outputLimit)),
    ]
    if policy.level != .off {
      message["temporary"] = .string(temporary)
      message["copies"] = .string(staged.memory(swarm))
      message["access"] = .number(JSONNumber(Int(LandlockAccess.changing.rawValue)))
    }
    try host.fork(message)
  }

  /// Files made before and after the copy's folder.
  ///
  /// Whoever clears a place away, in whichever order, has removed one of them before it comes to the
  /// copy; so while both are there, what is missing from the copy was removed by the agent.
  private static let companions = ["before", "later"]

  /// Why a call fails whose copy was cleared away.
  static let vanished = SwarmError(
    .io,
    "the copy of the memory was removed by another program while an agent worked on it; "
      + "the memory was not changed", hint: "run the call again")

  /// Whether nobody has begun to clear the child's folder away.
  var isComplete: Bool {
    Self.companions.allSatisfy { (try? FileSystem.status(folder + "/" + $0))?.kind == .file }
  }

  /// Whether it can make another call: it lives, and its copy is still there.
  var isUsable: Bool {
    guard isComplete, (try? FileSystem.status(copy))?.kind == .folder else { return false }
    if id == nil { return !host.hasEnded }
    var polled = pollfd(fd: answers.number, events: 0, revents: 0)
    return poll(&polled, 1, 0) == 0
  }

  /// Hands over a request; what the pipe does not take yet is kept.
  ///
  /// - Parameter header: The request, as JSON.
  func send(header: [UInt8]) {
    pending += HostFrame(header: header).encoded
    flush()
  }

  /// Whether something is still to be written.
  var needsWriting: Bool { !pending.isEmpty }
  /// The descriptor to write to.
  var requestsDescriptor: Int32 { requests.number }

  /// Writes what the pipe takes.
  func flush() {
    while !pending.isEmpty {
      let count = pending.withUnsafeBytes { write(requests.number, $0.baseAddress, $0.count) }
      if count <= 0 {
        if count == -1 && errno == EINTR { continue }
        return
      }
      pending.removeFirst(count)
    }
  }

  /// Reads what the child has said.
  ///
  /// - Parameter chunk: A buffer to read into.
  func read(into chunk: inout [UInt8]) -> [Event] {
    var events: [Event] = []
    var rounds = 0
    while rounds < 16 {
      rounds += 1
      let count = chunk.withUnsafeMutableBytes { readBytes(answers.number, $0) }
      if count < 0 {
        if errno == EINTR { continue }
        if errno != EAGAIN { events.append(.ended) }
        break
      }
      if count == 0 {
        // No writer: before the child has opened its end there was none either.
        if id != nil { events.append(.ended) }
        break
      }
      chunk.withUnsafeBytes { decoder.append(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
      do throws(HostFrameDecoder.TooLarge) {
        while let frame = try decoder.next() { events.append(event(frame)) }
      } catch {
        events.append(.broken)
        break
      }
      if count < chunk.count { break }
    }
    return events
  }

  private func event(_ frame: HostFrame) -> Event {
    guard let header = (try? JSONValue.parse(frame.header))?.object else { return .broken }
    if header["type"]?.string == "ready" {
      // It says so once, before any agent runs; and only of a group that is its own.
      guard id == nil, let process = header["pid"]?.int.flatMap({ pid_t(exactly: $0) }),
        process > 1, getpgid(process) == process
      else { return .broken }
      id = process
      return .ready
    }
    return .frame(header, body: frame.body)
  }

  /// Sends a signal to the child's group.
  func signal(_ number: Int32) {
    if let id, id > 1 { kill(-id, number) }
  }

  /// Reads what was printed.
  ///
  /// - Parameters:
  ///   - chunk: A buffer to read into.
  ///   - most: The most bytes to read.
  /// - Returns: The number of bytes, now at the start of `chunk`; 0 for none.
  func readOutput(into chunk: inout [UInt8], most: Int) -> Int {
    let count = chunk.withUnsafeMutableBytes {
      readBytes(output.number, UnsafeMutableRawBufferPointer(rebasing: $0[..<most]))
    }
    if count > 0 { printed &+= count }
    // Nobody prints there again, and asking again would be answered at once for ever.
    if count == 0 && id != nil { hasClosedOutput = true }
    return max(count, 0)
  }

  /// Ends the child at once, and removes its folder.
  func discard() {
    signal(SIGKILL)
    // Until then its number is its own, and nobody else's group is killed.
    if let id { try? host.fork(["collect": .number(JSONNumber(Int(id)))]) }
    try? FolderTree.remove(folder)
    try? FolderTree.remove(temporary)
  }
}

/// The C function `read`, whose name the method above takes.
func readBytes(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
  read(descriptor, buffer.baseAddress, buffer.count)
}
