/// What the agents of a swarm need from a package index.
package struct SwarmRequirements: Sendable, Equatable {
  /// One distribution.
  package struct Row: Sendable, Equatable {
    /// The distribution's name, such as `beautifulsoup4`.
    package let name: String
    /// The line of a requirements file: the name with extras, versions and a marker.
    package let line: String
    /// The modules that are imported from it, by their dotted names.
    package let modules: [String]
    /// The files that need it.
    package let files: [String]
    /// Whether one of them declares it.
    package let isDeclared: Bool
  }

  /// A declaration that is no distribution, such as an address: never handed to an installer.
  package struct Refused: Sendable, Equatable {
    /// The file that declares it.
    package let file: String
    /// What it says.
    package let text: String
  }

  /// The distributions, by name.
  package let rows: [Row]
  /// What files declare and no installer should see.
  package let refused: [Refused]
  /// The interpreter that the agents run with.
  package let python: PythonInterpreter
}

/// Reads what agents declare and import beyond the standard library, from their sources alone.
package struct RequirementsReader: Sendable {
  private let store: SwarmStore
  private let environment: AgentEnvironment
  private let options: AgentRunner.Options

  /// How long reading may take.
  private static let timeout: Duration = .seconds(60)

  /// Makes a reader.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - environment: Where to look for the interpreter, which knows its standard library.
  ///   - options: How locks are waited for.
  package init(store: SwarmStore, environment: AgentEnvironment, options: AgentRunner.Options) {
    self.store = store
    self.environment = environment
    self.options = options
  }

  /// Reads the agents and helper modules of a swarm; nothing of them is executed.
  ///
  /// - Parameter swarm: The swarm.
  /// - Throws: ``SwarmError/Code/setup`` without Python, ``SwarmError/Code/busy``,
  ///   ``SwarmError/Code/badData`` for a damaged swarm.
  package func read(_ swarm: GUID) throws(SwarmError) -> SwarmRequirements {
    do throws(SwarmError) {
      let lock = try SwarmSwitch.lockShared(swarm, layout: store.layout, locks: options.locks)
      defer { lock.release() }
      return try read(swarm, state: store.layout)
    } catch {
      guard error.isRefusedWriting else { throw error }
      let scratch = try StagingFolder.make(in: options.temporaryFolder)
      defer { withExtendedLifetime(scratch) {} }
      return try SwarmSwitch.readUnlocked(swarm, layout: store.layout) { () throws(SwarmError) in
        try read(swarm, state: SwarmLayout(root: scratch.path))
      }
    }
  }

  private func read(_ swarm: GUID, state: SwarmLayout) throws(SwarmError) -> SwarmRequirements {
    let folder = store.layout.agents(swarm)
    let manifest = try store.manifest(swarm)
    let python = try PythonInterpreter.find(
      environment.python, swarmSetting: manifest.python,
      environment: environment.variables, layout: store.layout)
    let isThere = try FileSystem.status(folder) != nil
    let files = try isThere ? FolderTree.entries(of: folder) : []
    let request = HostRequest.requirements(
      of: files.filter { $0.status.kind == .file && $0.path.hasSuffix(".py") }
        .compactMap(\.path.exactText),
      in: HostRequest.Place(agents: folder, shown: folder, code: state.code(swarm)))
    let hostFolder = try HostInstallation.folder(
      state, python: python, isLasting: state.root == store.layout.root)
    let sandbox = try Sandbox(
      environment, kept: manifest.sandbox, python: python, layout: store.layout)
    let policy = sandbox.policy(
      Sandbox.Call(
        agents: [folder], copy: nil, temporary: nil, declared: [], hostFolder: hostFolder,
        code: state.code(swarm)))
    let host = try HostProcess(python: python.path, hostFolder: hostFolder, policy: policy)
    var rows: [SwarmRequirements.Row] = []
    var refused: [SwarmRequirements.Refused] = []
    let ending = try host.converse(
      request,
      options: HostProcess.Options(
        deadline: .now + Self.timeout, cancellation: options.cancellation)
    ) { frame throws(SwarmError) in
      guard case .found(let frame) = try HostEvent.read(frame) else { return true }
      if frame["type"]?.string == "refused" {
        refused.append(
          SwarmRequirements.Refused(
            file: frame["file"]?.string ?? "", text: frame["text"]?.string ?? ""))
      } else {
        rows.append(SwarmRequirements.Row(frame: frame))
      }
      return false
    }
    switch ending {
    case .finished: break
    case .cancelled: throw options.cancellation?.error ?? SwarmError(.interrupted, "interrupted")
    default:
      throw SwarmError(
        .internalError, "the agent host ended before it had read the agents of \(swarm)")
    }
    return SwarmRequirements(rows: rows, refused: refused, python: python)
  }
}

extension SwarmRequirements.Row {
  fileprivate init(frame: JSONObject) {
    func texts(_ key: String) -> [String] { frame[key]?.array?.compactMap(\.string) ?? [] }
    name = frame["name"]?.string ?? ""
    line = name + (frame["detail"]?.string ?? "")
    modules = texts("modules")
    files = texts("files")
    isDeclared = frame["declared"]?.bool ?? false
  }
}
