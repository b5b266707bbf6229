/// Loads agent files in a host process to learn what they are.
struct AgentLoader {
  let layout: SwarmLayout
  let python: PythonInterpreter
  /// What agents may do while they are loaded.
  let sandbox: Sandbox
  /// Where to keep what loading needs instead of in the root; thrown away afterwards.
  var scratch: String?
  var cancellation: Cancellation?
  var onOutput: @Sendable (UnsafeRawBufferPointer) -> Void = { _ in }

  /// How long one file may take.
  var timePerFile: Duration = .seconds(60)

  /// Loads files, one after the other, in as few processes as it takes.
  ///
  /// A file that ends its process, or never ends, is reported as failed; the rest go on in another
  /// process. The agents see an empty memory of nobody.
  ///
  /// - Parameters:
  ///   - files: File names in `folder`.
  ///   - folder: Where the files are.
  ///   - shownFolder: Where they will be, for tracebacks and compiled code.
  ///   - swarm: The swarm, for its code cache and the memory path.
  /// - Returns: The frames of each file.
  func load(_ files: [String], in folder: String, shownFolder: String, swarm: GUID)
    throws(SwarmError) -> [String: [JSONObject]]
  {
    var frames = try load(files, declaring: [], in: folder, shownFolder: shownFolder, swarm: swarm)
    // One that fails without a variable that it declares to need is given it, as in a run.
    var declared: Set<String> = []
    let failed = files.filter { file in
      let failures = (frames[file] ?? []).filter { $0["type"]?.string == "failed" }
      let names = failures.flatMap { $0["requires_env"]?.array ?? [] }.compactMap(\.string)
      declared.formUnion(names)
      return names.contains { sandbox.withholds($0) }
    }
    if !failed.isEmpty {
      let again = try load(
        failed, declaring: declared.sorted(), in: folder, shownFolder: shownFolder, swarm: swarm)
      frames.merge(again) { $1 }
    }
    return frames
  }

  private func load(
    _ files: [String], declaring declared: [String], in folder: String, shownFolder: String,
    swarm: GUID
  ) throws(SwarmError) -> [String: [JSONObject]] {
    var frames: [String: [JSONObject]] = [:]
    if files.isEmpty { return frames }
    let staging = try StagingFolder.make(in: scratch ?? layout.staging)
    let state = scratch == nil ? layout : SwarmLayout(root: staging.path)
    let copies = SwarmLayout(root: staging.path)
    let memory = copies.memory(swarm, .shared)
    let temporary = SwarmLayout.temporary(in: staging.path)
    try FileSystem.makeFolders(memory)
    try FileSystem.makeFolder(temporary)
    try FileSystem.makeFolders(state.code(swarm))
    let hostFolder = try HostInstallation.folder(
      state, python: python, isLasting: scratch == nil)
    let policy = sandbox.policy(
      Sandbox.Call(
        agents: [folder, shownFolder], copy: copies.memory(swarm), temporary: temporary,
        declared: declared, hostFolder: hostFolder, code: state.code(swarm)))
    var left = files[...]
    while let first = left.first {
      let request = HostRequest.load(
        Array(left),
        in: HostRequest.Place(agents: folder, shown: shownFolder, code: state.code(swarm)),
        binding: HostRequest.Binding(
          namespace: .shared, memory: memory + "/" + SwarmLayout.memoryName),
        policy: policy)
      // It compiles the files first, which agents must not.
      let host = try HostProcess(
        python: python.path, hostFolder: hostFolder, policy: policy, fencesItself: true)
      var current = first
      let ending = try host.converse(
        request,
        options: HostProcess.Options(
          deadline: .now + timePerFile, timePerFrame: timePerFile, cancellation: cancellation,
          excess: policy.excess, onOutput: onOutput)
      ) { frame throws(SwarmError) in
        switch try HostEvent.read(frame) {
        case .end: return true
        case .loading(let file): current = file
        case .found(let frame): frames[current, default: []].append(explaining(frame, policy))
        default: throw HostEvent.garbled
        }
        return false
      }
      guard let problem = problem(ending) else { break }
      if ending == .cancelled {
        throw cancellation?.error ?? SwarmError(.interrupted, "interrupted")
      }
      frames[current] = [
        [
          "type": "failed", "file": .string(current), "state": "import",
          "message": .string(problem),
        ]
      ]
      left = left.drop { $0 != current }.dropFirst()
    }
    setOwnerOfCode(of: swarm)
    return frames
  }

  /// Gives what root compiled to the owner of the root.
  private func setOwnerOfCode(of swarm: GUID) {
    let folder = layout.code(swarm)
    try? Ownership.set(of: folder, asAt: folder)
  }

  /// A frame about a failure, with what the fence had to do with it.
  private func explaining(_ frame: JSONObject, _ policy: SandboxPolicy) -> JSONObject {
    guard frame["type"]?.string == "failed" else { return frame }
    var frame = frame
    frame["refusals"] = .array(policy.refusals(SandboxNotes(frame)).map(\.json))
    return frame
  }

  /// Compiles a swarm's files where an interpreter has not yet: fenced processes only read what was
  /// compiled.
  ///
  /// - Parameters:
  ///   - file: The file that is about to be executed.
  ///   - swarm: The swarm.
  ///   - hostFolder: Where the host's files are.
  func compileIfMissing(_ file: String, of swarm: GUID, hostFolder: String) throws(SwarmError) {
    let tag = sandbox.interpreter.tag
    guard sandbox.level != .off, !tag.isEmpty else { return }
    if isCompiled(file, of: swarm, tag: tag) { return }
    let staging = try StagingFolder.make(in: layout.staging)
    try FileSystem.makeFolders(layout.code(swarm))
    let policy = sandbox.policy(
      Sandbox.Call(
        agents: [layout.agents(swarm)], temporary: staging.path, hostFolder: hostFolder,
        code: layout.code(swarm)))
    let host = try HostProcess(
      python: python.path, hostFolder: hostFolder, policy: policy, fencesItself: true)
    let request = HostRequest.compile([file], in: HostRequest.Place(swarm, layout))
    // What fails here fails, or takes longer, once more in the call itself, and is told there.
    _ = try host.converse(
      request,
      options: HostProcess.Options(deadline: .now + timePerFile, cancellation: cancellation)
    ) { frame throws(SwarmError) in
      if case .end = try HostEvent.read(frame) { true } else { false }
    }
    setOwnerOfCode(of: swarm)
  }

  /// Whether the bytecode in the cache is that of a file as it is now, by the stamp at its beginning.
  private func isCompiled(_ file: String, of swarm: GUID, tag: String) -> Bool {
    guard let source = FileSystem.statusFollowingLinks(layout.agents(swarm) + "/" + file),
      let kept = try? FileSystem.readIfPresent(
        layout.compiled(file, swarm, tag: tag), limit: 64 << 20, followLinks: false)
    else { return false }
    // After the four bytes that Python calls its magic number.
    return kept.dropFirst(4).starts(with: "\(source.size) \(source.modified)\n".utf8)
  }

  private func problem(_ ending: HostProcess.Ending) -> String? {
    switch ending {
    case .finished: nil
    case .died(let termination): "its process \(termination.text) while it was loaded"
    case .lostContact: "it closed descriptors that are not its own while it was loaded"
    case .timedOut: "it was still loading after \(HostEnding.seconds(timePerFile))"
    case .cancelled: "loading was interrupted"
    case .tooMuchHeld: "it held more on disk than it may while it was loaded"
    case .tooMuchOutput: "it printed more than \(HostProcess.outputLimit >> 20) MiB while loading"
    }
  }
}
