/// Deploys bundles (spec section 3): all or nothing, exactly the bundle's agents, memory untouched.
public struct Deployment: Sendable {
  /// How to deploy.
  public struct Options: Sendable {
    /// The swarm to create or update, whatever the bundle says.
    public var guid: GUID?
    /// The name to use instead of the bundle's.
    public var name: String?
    /// Whether to make another swarm even where one has the name or GUID.
    public var isNew: Bool
    /// Whether agents that cannot be loaded refuse the deploy.
    public var isStrict: Bool
    /// Whether to do everything but the change.
    public var isDryRun: Bool
    /// How locks are waited for.
    public var locks: LockOptions
    /// Called with what agents print while they are loaded.
    public var onOutput: @Sendable (UnsafeRawBufferPointer) -> Void
    /// Where a dry run keeps what it needs; must exist.
    public var temporaryFolder: String

    /// Makes options for a plain deploy.
    public init() {
      guid = nil
      name = nil
      isNew = false
      isStrict = false
      isDryRun = false
      locks = LockOptions()
      onOutput = { _ in }
      temporaryFolder = "/tmp"
    }
  }

  /// What a deploy did.
  public struct Report: Sendable {
    /// The swarm.
    public let swarm: GUID
    /// Its name.
    public let name: String
    /// Whether there was none before.
    public let isCreated: Bool
    /// Whether nothing was changed.
    public let isDryRun: Bool
    /// How many agent files the bundle has.
    public let agentCount: Int
    /// The agents, and the files that give none.
    public let agents: [AgentRecord]
    /// Files of agents that the swarm had before and has no more.
    public let removedFiles: [String]
  }

  private let store: SwarmStore
  private let environment: AgentEnvironment
  private let options: Options

  /// Prepares deploys into a root.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - environment: What agent processes are given.
  ///   - options: How to deploy.
  public init(store: SwarmStore, environment: AgentEnvironment, options: Options = Options()) {
    self.store = store
    self.environment = environment
    self.options = options
  }

  /// Deploys a bundle.
  ///
  /// - Parameter bundle: The bundle, checked.
  /// - Returns: What was done.
  /// - Throws: What ``SwarmError/Code`` lists for deploys; then nothing is changed.
  public func deploy(_ bundle: SwarmBundle) throws(SwarmError) -> Report {
    var bundle = bundle
    if let name = options.name { bundle.name = name }
    if let problem = SwarmBundle.nameProblem(bundle.name) {
      throw SwarmError(.usage, "the name \(problem)", hint: "choose one with --name <name>")
    }
    try store.checkRoot()
    if options.isDryRun { return try rehearse(bundle) }

    let layout = store.layout
    // Two deploys of one new name must not both mint a GUID.
    let nameLock = try StoreLocks(layout).deploys(of: bundle.name, options.locks)
    defer { nameLock.release() }
    let swarm = try target(of: bundle)
    try SwarmSwitch.recover(swarm, layout: layout, locks: options.locks)
    StagingFolder.sweep(layout)
    let staging = try StagingFolder.make(in: layout.staging)
    // It goes with its last reference, and only its path is used below.
    defer { withExtendedLifetime(staging) {} }
    let python = try interpreter(swarm)
    let staged = try stage(bundle, swarm, in: staging.path)
    let loaded = try load(staged, swarm, python, layout: layout)
    try writeManifest(of: bundle, swarm, loaded.catalog, in: staging.path)

    let lock = try StoreLocks(layout).swarm(swarm, .exclusive, options.locks)
    defer { lock.release() }
    let before = try? AgentFiles.of(layout.agents(swarm)).agents.map(\.name)
    let isCreated = try FileSystem.status(layout.swarm(swarm)) == nil
    try SwarmSwitch.replace(with: staged, swarm, layout: layout)
    CacheFile.write(layout.catalog(swarm), loaded.memory, layout: layout)
    return report(
      bundle, swarm, loaded.catalog, isCreated: isCreated, before: before ?? [])
  }

  /// Everything but the change, in a root of its own that goes away again.
  private func rehearse(_ bundle: SwarmBundle) throws(SwarmError) -> Report {
    let swarm = try target(of: bundle)
    let python = try interpreter(swarm, remembers: false)
    let scratch = try StagingFolder.make(in: options.temporaryFolder)
    defer { withExtendedLifetime(scratch) {} }
    let layout = SwarmLayout(root: scratch.path)
    let staged = try stage(bundle, swarm, in: scratch.path + "/bundle")
    let loaded = try load(staged, swarm, python, layout: layout)
    let before = try? AgentFiles.of(store.layout.agents(swarm)).agents.map(\.name)
    let isCreated = try FileSystem.status(store.layout.swarm(swarm)) == nil
    return report(bundle, swarm, loaded.catalog, isCreated: isCreated, before: before ?? [])
  }

  private func report(
    _ bundle: SwarmBundle, _ swarm: GUID, _ catalog: AgentCatalog, isCreated: Bool,
    before: [String]
  ) -> Report {
    let now = Set(bundle.agents.map(\.fileName))
    return Report(
      swarm: swarm, name: bundle.name, isCreated: isCreated, isDryRun: options.isDryRun,
      agentCount: bundle.agents.count, agents: catalog.agents,
      removedFiles: before.filter { !now.contains($0) })
  }

  /// The swarm that a bundle goes to.
  private func target(of bundle: SwarmBundle) throws(SwarmError) -> GUID {
    if options.isNew { return options.guid ?? .random() }
    if let guid = options.guid ?? bundle.swarmGUID { return guid }
    let named = try store.swarms(named: bundle.name, remembers: !options.isDryRun)
    if named.count > 1 {
      throw SwarmError(
        .ambiguous, "\(named.count) swarms are called \"\(bundle.name)\"",
        hint: "say which with --guid <guid>, or make another with --new",
        available: named.map(\.description))
    }
    return named.first ?? .random()
  }

  private func interpreter(_ swarm: GUID, remembers: Bool = true) throws(SwarmError)
    -> PythonInterpreter
  {
    try PythonInterpreter.find(
      environment.python, swarmSetting: (try? store.manifest(swarm))?.python,
      environment: environment.variables, layout: store.layout, remembers: remembers)
  }

  /// Writes the swarm's new folder but for the manifest, and makes it durable.
  ///
  /// - Returns: The folder.
  private func stage(_ bundle: SwarmBundle, _ swarm: GUID, in place: String) throws(SwarmError)
    -> String
  {
    let staged = SwarmLayout(root: place)
    let agents = bundle.agents.map { (path: $0.fileName, bytes: $0.source) }
    let helpers = bundle.helpers.map { (path: $0.path, bytes: $0.source) }
    try FileChanges.writeTree(agents + helpers, below: staged.agents(swarm))
    return staged.swarm(swarm)
  }

  /// Writes the staged swarm's manifest, last: agents that the bundle only names by file are
  /// described by what they said when they were loaded.
  private func writeManifest(
    of bundle: SwarmBundle, _ swarm: GUID, _ catalog: AgentCatalog, in place: String
  ) throws(SwarmError) {
    var bundle = bundle
    bundle.agents = bundle.agents.map { agent in
      guard
        let record = catalog.agents.first(where: {
          $0.fileName == agent.fileName && $0.state == .ok
        })
      else { return agent }
      var fields = agent.fields
      if fields["name"] == nil { fields["name"] = .string(record.name) }
      if fields["description"] == nil, !record.description.isEmpty {
        fields["description"] = .string(record.description)
      }
      return BundledAgent(fileName: agent.fileName, source: agent.source, fields: fields)
    }
    let previous = try? store.manifest(swarm)
    var manifest = SwarmManifest(
      fields: bundle.manifest(
        swarm: swarm,
        createdAt: bundle.createdAt ?? previous?.createdAt ?? Timestamp.now().iso8601,
        createdBy: bundle.createdBy ?? previous?.createdBy ?? "swarmctl"))
    manifest.python = environment.python.chosen ?? previous?.python
    let staged = SwarmLayout(root: place)
    let text = JSONValue.object(manifest.fields).serialized(pretty: true)
    try FileChanges.writeTree([(SwarmLayout.manifestName, text)], below: staged.swarm(swarm))
  }

  /// Loads every agent once and refuses failures where the deploy is strict.
  private func load(
    _ staged: String, _ swarm: GUID, _ python: PythonInterpreter, layout: SwarmLayout
  ) throws(SwarmError) -> (catalog: AgentCatalog, memory: JSONObject) {
    let loader = AgentLoader(
      layout: layout, environment: environment, python: python,
      cancellation: options.locks.cancellation, onOutput: options.onOutput)
    let loaded = try AgentCatalog.ofStaged(
      staged + "/" + SwarmLayout.agentsName, swarm: swarm, loader: loader)
    let failed = loaded.catalog.agents.filter { $0.state != .ok }
    if options.isStrict && !failed.isEmpty {
      let list = failed.map { "\($0.fileName): \($0.state.rawValue): \($0.message)" }
      throw SwarmError(
        .badBundle,
        "\(failed.count) of the agents cannot be loaded: " + list.joined(separator: "; "),
        hint: "mend them, or deploy without --strict; nothing was changed")
    }
    return loaded
  }
}
