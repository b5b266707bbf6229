/// Deploys bundles: all or nothing, exactly the bundle's agents, memory untouched.
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
    /// Whether a deploy may leave the swarm without agents that load now, or without any.
    public var allowsBroken: Bool
    /// Whether to do everything but the change.
    public var isDryRun: Bool
    /// Where the bundle comes from: a path, or words such as "standard input".
    package var origin: String
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
      allowsBroken = false
      isDryRun = false
      origin = ""
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
    /// Whether nothing was changed, because only a rehearsal was asked for.
    public let isDryRun: Bool
    /// The number of this deploy, or of the one in place where nothing changes.
    public let number: Int
    /// What is different from before.
    public let difference: DeployDifference
    /// What is taken away that may not have been meant.
    package let losses: DeployLosses
    /// How many agent files the bundle has.
    public let agentCount: Int
    /// The agents, and the files that give none.
    public let agents: [AgentRecord]

    /// Whether the swarm is another one now, or would be.
    public var isChanged: Bool { isCreated || !difference.isEmpty }
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
  package init(store: SwarmStore, environment: AgentEnvironment, options: Options = Options()) {
    self.store = store
    self.environment = environment
    self.options = options
  }

  /// Deploys a bundle.
  ///
  /// A swarm that is as the bundle has it stays as it is.
  ///
  /// - Parameters:
  ///   - bundle: The bundle, checked.
  ///   - restored: The number of the deploy that the bundle is, for a rollback.
  ///   - confirm: Agrees to what is taken away, or throws; not asked by a dry run.
  /// - Returns: What was done.
  /// - Throws: What ``SwarmError/Code`` lists for deploys; then nothing is changed.
  package func deploy(
    _ bundle: SwarmBundle, restoring restored: Int? = nil,
    confirm: (DeployLosses) throws(SwarmError) -> Void = Deployment.refuse
  ) throws(SwarmError) -> Report {
    var bundle = bundle
    if let name = options.name { bundle.name = name }
    if let problem = SwarmBundle.nameProblem(bundle.name) {
      throw SwarmError(.usage, "the name \(problem)", hint: .use(.name, to: "choose one"))
    }
    try store.checkRoot()
    // Two deploys of one new name must not both mint a GUID.
    let nameLock =
      options.isDryRun ? nil : try StoreLocks(store.layout).deploys(of: bundle.name, options.locks)
    defer { nameLock?.release() }
    let (swarm, isFoundByName) = try target(of: bundle)
    try SwarmChange.deploy.check(swarm, layout: store.layout)
    let staging = try staging(for: swarm)
    // It goes with its last reference, and only its path is used below.
    defer { withExtendedLifetime(staging) {} }
    let loaded = try stageAndLoad(bundle, swarm, in: staging.path)
    let rehearsed = try SwarmSwitch.readUnlocked(
      swarm, layout: store.layout, locks: options.locks
    ) { () throws(SwarmError) in try planned(bundle, swarm, loaded.catalog, isFoundByName) }
    if options.isDryRun { return report(bundle, swarm, loaded.catalog, rehearsed) }
    if !rehearsed.losses.isEmpty { try confirm(rehearsed.losses) }

    let lock = try SwarmSwitch.lockAlone(swarm, layout: store.layout, locks: options.locks)
    defer { lock.release() }
    try SwarmChange.deploy.check(swarm, layout: store.layout)
    // What it waited for may have been another deploy.
    var plan = try planned(bundle, swarm, loaded.catalog, isFoundByName)
    guard plan.losses.isEmpty || plan.losses == rehearsed.losses else {
      throw SwarmError(
        .conflict,
        "swarm \(swarm) changed meanwhile: "
          + plan.losses.sentences.joined(separator: "; ") + "; nothing was changed",
        hint: "deploy again")
    }
    if plan.exists && plan.difference.isEmpty {
      return report(bundle, swarm, loaded.catalog, plan)
    }
    plan.number = try KeptDeploys(layout: store.layout, swarm: swarm).next()
    plan.manifest.deploy = DeployNote(
      number: plan.number, time: Timestamp.now().iso8601, origin: options.origin,
      restored: restored)
    let text = JSONValue.object(plan.manifest.fields).serialized(pretty: true)
    try FileChanges.writeTree([(SwarmLayout.manifestName, text)], below: loaded.folder)
    try SwarmSwitch.replace(with: loaded.folder, swarm, layout: store.layout)
    CacheFile.write(store.layout.catalog(swarm), loaded.memory, layout: store.layout)
    return report(bundle, swarm, loaded.catalog, plan)
  }

  /// Refuses what a deploy takes away, for want of somebody to agree.
  ///
  /// - Parameter losses: What would go.
  /// - Throws: ``SwarmError/Code/confirmationRequired``.
  package static func refuse(_ losses: DeployLosses) throws(SwarmError) {
    throw SwarmError(
      .confirmationRequired, losses.sentences.joined(separator: "; ") + "; nothing was changed",
      hint: .either([.agree, .use(.dryRun, to: "look first")]))
  }

  /// What a deploy does to a swarm as it is now.
  private struct Plan {
    var manifest: SwarmManifest
    let exists: Bool
    var number: Int
    let difference: DeployDifference
    let losses: DeployLosses
  }

  private func planned(
    _ bundle: SwarmBundle, _ swarm: GUID, _ catalog: AgentCatalog, _ isFoundByName: Bool
  ) throws(SwarmError) -> Plan {
    let current = try DeployedState(of: swarm, layout: store.layout)
    let manifest = manifest(of: bundle, swarm, catalog, after: current.manifest)
    let kept = KeptDeploys(layout: store.layout, swarm: swarm)
    return Plan(
      manifest: manifest, exists: current.exists,
      number: current.exists ? try kept.current() : 1,
      difference: DeployDifference(bundle, manifest, from: current),
      losses: DeployLosses(
        bundle, from: options.origin, isFoundByName: isFoundByName, current))
  }

  private func report(
    _ bundle: SwarmBundle, _ swarm: GUID, _ catalog: AgentCatalog, _ plan: Plan
  ) -> Report {
    Report(
      swarm: swarm, name: bundle.name, isCreated: !plan.exists, isDryRun: options.isDryRun,
      number: plan.number, difference: plan.difference, losses: plan.losses,
      agentCount: bundle.agents.count, agents: catalog.agents)
  }

  /// The swarm that a bundle goes to, and whether nothing but its name says so.
  private func target(of bundle: SwarmBundle) throws(SwarmError) -> (GUID, isFoundByName: Bool) {
    if options.isNew { return (options.guid ?? .random(), false) }
    if let guid = options.guid ?? bundle.swarmGUID { return (guid, false) }
    let named = try store.swarms(named: bundle.name, remembers: !options.isDryRun)
    if named.count > 1 {
      throw SwarmError(
        .ambiguous, "\(named.count) swarms are called \"\(bundle.name)\"",
        hint: .either([.use(.guid(nil), to: "say which"), .use(.newSwarm, to: "make another")]),
        available: store.candidates(named))
    }
    return (named.first ?? .random(), true)
  }

  /// A folder for what is not in place yet; a dry run's is not in the root.
  private func staging(for swarm: GUID) throws(SwarmError) -> StagingFolder {
    if options.isDryRun { return try StagingFolder.make(in: options.temporaryFolder) }
    try SwarmSwitch.recover(swarm, layout: store.layout, locks: options.locks)
    StagingFolder.sweep(store.layout)
    return try StagingFolder.make(in: store.layout.staging)
  }

  private func interpreter(_ swarm: GUID) throws(SwarmError) -> PythonInterpreter {
    try PythonInterpreter.find(
      environment.python, swarmSetting: (try? store.manifest(swarm))?.python,
      environment: environment.variables, layout: store.layout, remembers: !options.isDryRun)
  }

  /// What was staged: the swarm's new folder but for the manifest.
  private struct Staged {
    let folder: String
    let catalog: AgentCatalog
    /// What to remember once the folder is in place.
    let memory: JSONObject
  }

  /// Writes the new agents where nobody looks, on disk, and loads each once.
  private func stageAndLoad(_ bundle: SwarmBundle, _ swarm: GUID, in place: String)
    throws(SwarmError) -> Staged
  {
    let python = try interpreter(swarm)
    let staged = SwarmLayout(root: place + "/bundle")
    let agents = bundle.agents.map { (path: $0.fileName, bytes: $0.source) }
    let helpers = bundle.helpers.map { (path: $0.path, bytes: $0.source) }
    try FileChanges.writeTree(agents + helpers, below: staged.agents(swarm))
    let sandbox = try Sandbox(
      environment, kept: (try? store.manifest(swarm))?.sandbox, python: python,
      layout: store.layout, remembers: !options.isDryRun)
    let loader = AgentLoader(
      layout: options.isDryRun ? SwarmLayout(root: place) : store.layout, python: python,
      sandbox: sandbox, cancellation: options.locks.cancellation, onOutput: options.onOutput)
    let loaded = try AgentCatalog.ofStaged(staged.agents(swarm), swarm: swarm, loader: loader)
    try LoadRule.check(
      loaded.catalog, from: options.origin, isStrict: options.isStrict,
      allowsBroken: options.allowsBroken
    ) { () throws(SwarmError) in
      let current = store.layout.agents(swarm)
      guard try FileSystem.status(current) != nil else { return nil }
      return try AgentCatalog.ofStaged(current, swarm: swarm, loader: loader).catalog
    }
    return Staged(
      folder: staged.swarm(swarm), catalog: loaded.catalog, memory: loaded.memory)
  }

  /// The new manifest: agents that the bundle only names by file are described by what they said when
  /// they were loaded, and our own settings stay.
  private func manifest(
    of bundle: SwarmBundle, _ swarm: GUID, _ catalog: AgentCatalog, after previous: SwarmManifest?
  ) -> SwarmManifest {
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
    var manifest = SwarmManifest(
      fields: bundle.manifest(
        swarm: swarm,
        createdAt: bundle.createdAt ?? previous?.createdAt ?? Timestamp.now().iso8601,
        createdBy: bundle.createdBy ?? previous?.createdBy ?? "swarmctl"))
    manifest.own = previous?.own ?? [:]
    manifest.python = environment.python.chosen ?? previous?.python
    manifest.loadedAgents = catalog.agents.filter { $0.state == .ok }.count
    // What other programs say of a seal that is open stays; a bundle never brings one along.
    manifest.fields[SwarmSeal.field] = previous?.fields[SwarmSeal.field]
    return manifest
  }
}
