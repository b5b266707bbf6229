/// Loads agent files in a host process to learn what they are.
struct AgentLoader {
  let layout: SwarmLayout
  let environment: AgentEnvironment
  let python: PythonInterpreter
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
    var frames: [String: [JSONObject]] = [:]
    if files.isEmpty { return frames }
    let staging = try StagingFolder.make(in: scratch ?? layout.staging)
    let state = scratch == nil ? layout : SwarmLayout(root: staging.path)
    let memory = SwarmLayout(root: staging.path).memory(swarm, .shared)
    try FileSystem.makeFolders(memory)
    try FileSystem.makeFolders(state.code(swarm))
    let hostFolder = try HostInstallation.folder(
      state, python: python, isLasting: scratch == nil)
    var left = files[...]
    while let first = left.first {
      let request: JSONValue = [
        "mode": "load", "swarm_guid": .string(swarm.description), "agents_dir": .string(folder),
        "display_dir": .string(shownFolder), "files": .array(left.map { .string($0) }),
        "memory_path": .string(memory + "/" + SwarmLayout.memoryName),
        "code_cache": .string(state.code(swarm)),
      ]
      let host = try HostProcess(
        python: python.path, hostFolder: hostFolder, environment: environment.variables)
      var current = first
      let ending = try host.converse(
        HostFrame(header: request.serialized()),
        options: HostProcess.Options(
          deadline: .now + timePerFile, timePerFrame: timePerFile, cancellation: cancellation,
          onOutput: onOutput)
      ) { frame throws(SwarmError) in
        let header = try HostAnswer.header(frame)
        switch header["type"]?.string {
        case "end": return true
        case "loading": current = header["file"]?.string ?? current
        default: frames[current, default: []].append(header)
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
    return frames
  }

  private func problem(_ ending: HostProcess.Ending) -> String? {
    switch ending {
    case .finished: nil
    case .died(let termination): "its process \(termination.text) while it was loaded"
    case .lostContact: "it closed descriptors that are not its own while it was loaded"
    case .timedOut: "it was still loading after \(AgentFailure.seconds(timePerFile))"
    case .cancelled: "loading was interrupted"
    case .tooMuchOutput: "it printed more than \(HostProcess.outputLimit >> 20) MiB while loading"
    }
  }
}
