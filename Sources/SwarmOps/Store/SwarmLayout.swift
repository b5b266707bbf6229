/// Where everything is below the root.
///
/// Every path is made here.
///
/// Identifiers arrive as ``GUID`` and ``Namespace``, and file names were checked by
/// ``AgentFileName``, so nothing here can name a place outside the root.
package struct SwarmLayout: Sendable, Hashable {
  /// The root folder, without a slash at the end.
  package let root: String
  /// The snapshot that stands in the place of its swarm, or `nil`.
  let view: SnapshotView?

  /// Describes the tree below a root; touches nothing.
  ///
  /// - Parameter root: An absolute path.
  package init(root: String) {
    var trimmed = root[...]
    while trimmed.count > 1 && trimmed.hasSuffix("/") { trimmed.removeLast() }
    self.root = String(trimmed)
    view = nil
  }

  private init(root: String, view: SnapshotView?) {
    self.root = root
    self.view = view
  }

  /// The same root with a snapshot in the place of its swarm, for everything that only reads.
  func seeing(_ view: SnapshotView) -> SwarmLayout { SwarmLayout(root: root, view: view) }

  /// The same root without a snapshot in the place of any swarm.
  var live: SwarmLayout { view == nil ? self : SwarmLayout(root: root, view: nil) }

  // MARK: Names

  /// A namespace's memory file.
  static let memoryName = "memory.json"
  /// ``memoryName`` as a path in a namespace.
  static let memoryPath = FilePath(memoryName)
  /// What a swarm's folder, and a bundle's, says about itself.
  static let manifestName = "manifest.json"
  /// The agents of a swarm or a bundle.
  static let agentsName = "agents"
  /// The soul in a bundle's folder.
  static let soulName = "soul.md"
  /// The namespaces of a swarm.
  static let namespacesName = "memory"

  // MARK: Shared with other programs

  /// The folder of all swarms.
  package var swarms: String { root + "/swarms" }

  /// The names that were given to users.
  package var userNames: String { root + "/users.json" }

  /// What holds for the whole root (``RootSettings``).
  var settings: String { root + "/root.json" }

  /// One swarm's folder, or that of the snapshot that stands in its place.
  package func swarm(_ swarm: GUID) -> String {
    guard let view, view.swarm == swarm else { return "\(swarms)/\(swarm)" }
    return snapshot(swarm, view.name)
  }

  /// One swarm's manifest.
  package func manifest(_ swarm: GUID) -> String {
    self.swarm(swarm) + "/" + manifestName(swarm)
  }

  /// The name of a swarm's manifest, which is another in a snapshot.
  func manifestName(_ swarm: GUID) -> String {
    guard let view, view.swarm == swarm else { return Self.manifestName }
    return view.manifestName
  }

  /// The snapshots of one swarm.
  package func snapshots(_ swarm: GUID) -> String { "\(swarms)/\(swarm)/snapshots" }

  /// One snapshot's folder.
  ///
  /// The name is one that ``SwarmSnapshot`` found or made.
  func snapshot(_ swarm: GUID, _ name: String) -> String { snapshots(swarm) + "/" + name }

  /// The file that seals a swarm by being there.
  func sealMark(_ swarm: GUID) -> String { self.swarm(swarm) + "/.sealed" }

  /// One swarm's agent files.
  package func agents(_ swarm: GUID) -> String { self.swarm(swarm) + "/" + Self.agentsName }

  /// The namespaces of one swarm.
  package func memory(_ swarm: GUID) -> String { self.swarm(swarm) + "/" + Self.namespacesName }

  /// One namespace's folder.
  package func memory(_ swarm: GUID, _ namespace: Namespace) -> String {
    memory(swarm) + "/" + namespace.folderName
  }

  /// One namespace's memory file.
  package func memoryFile(_ swarm: GUID, _ namespace: Namespace) -> String {
    memory(swarm, namespace) + "/" + Self.memoryName
  }

  /// The deploys of one swarm but the one in place, in a folder that other programs do not look at.
  func deploys(_ swarm: GUID) -> String { self.swarm(swarm) + "/.deploys" }

  /// An earlier deploy: its agents and its manifest.
  func deploy(_ swarm: GUID, _ number: Int) -> String { "\(deploys(swarm))/\(number)" }

  /// A deploy that is being switched in (see `SwarmSwitch`).
  func nextDeploy(_ swarm: GUID) -> String { deploys(swarm) + "/next" }

  /// What the names of half-switched deploys of earlier versions begin with, beside the swarms.
  static let formerSwitchPrefix = ".switch-"

  /// The folder of a deploy that an earlier version was switching in (see `FormerSwitch`).
  func formerSwitch(_ swarm: GUID) -> String { "\(swarms)/\(Self.formerSwitchPrefix)\(swarm)" }

  // MARK: Our own state

  /// Our own state: locks, staging, caches.
  ///
  /// Safe to delete when nothing runs.
  package var state: String { root + "/" + Self.stateName }

  /// The leases of a root that several machines share.
  var leases: String { state + "/leases" }

  /// The leases of one swarm: outside its folder, since they outlive it.
  func leases(_ swarm: GUID) -> String { "\(leases)/\(swarm)/" }

  /// The lease on a swarm.
  func lease(_ swarm: GUID) -> String { leases(swarm) + "swarm" }

  /// The lease on the changes of a swarm's memory.
  func changesLease(_ swarm: GUID) -> String { leases(swarm) + "changes" }

  /// The lease on one namespace; one that a killed process leaves does not tell of a user.
  func lease(_ swarm: GUID, _ namespace: Namespace) -> String {
    leases(swarm) + "memory-" + Checksum(of: Array(namespace.folderName.utf8)).digits
  }

  /// The lease on the deploys of one name.
  func lease(name: String) -> String {
    "\(leases)/deploys/" + Checksum(of: Array(name.utf8)).digits
  }

  /// The lease on the names of users.
  var userNamesLease: String { leases + "/users" }

  /// The lease on the history.
  var historyLease: String { leases + "/history" }

  /// The file that holds every lock of the kernel.
  var lockFile: String { state + "/locks" }

  /// The folders of operations under way, one for each.
  var staging: String { state + Self.stagingPart }

  private static let stateName = ".swarmctl"
  private static let stagingPart = "/staging"

  /// What holds for the whole root that a folder for operations is in; `nil` for a folder elsewhere.
  static func settings(ofStaging place: String) -> String? {
    let end = "/" + stateName + stagingPart
    guard place.hasSuffix(end) else { return nil }
    return SwarmLayout(root: String(place.dropLast(end.count))).settings
  }

  /// What a process of another machine changes now and then in its folder in ``staging``.
  static func sign(in staging: String) -> String { staging + "/alive" }

  /// What a run could not commit: conflicts and invalid memory.
  var kept: String { state + "/kept" }

  /// What one namespace's runs could not commit.
  func kept(_ swarm: GUID, _ namespace: Namespace) -> String {
    "\(kept)/\(swarm)/\(namespace.folderName)"
  }

  /// What memories were before their changes.
  var versions: String { state + "/versions" }

  /// The earlier versions of one swarm's memories.
  func versions(_ swarm: GUID) -> String { "\(versions)/\(swarm)" }

  /// The earlier versions of one namespace.
  func versions(_ swarm: GUID, _ namespace: Namespace) -> String {
    versions(swarm) + "/" + namespace.folderName
  }

  /// A line for each call, the newest.
  var history: String { state + "/history" }

  /// The lines before those of ``history``.
  var olderHistory: String { state + "/history-older" }

  /// Everything that can be computed again.
  var cache: String { state + "/cache" }

  /// What the agents of one swarm said about themselves.
  func catalog(_ swarm: GUID) -> String { "\(cache)/catalog/\(cacheName(swarm)).json" }

  /// Compiled agents of one swarm.
  func code(_ swarm: GUID) -> String { "\(cache)/code/\(cacheName(swarm))" }

  /// A snapshot has caches of its own.
  private func cacheName(_ swarm: GUID) -> String {
    guard let view, view.swarm == swarm else { return "\(swarm)" }
    return "\(swarm)@\(Checksum(of: Array(view.name.utf8)).digits)"
  }

  /// Names and summaries of all swarms.
  var swarmIndex: String { cache + "/swarms" }

  /// Which interpreters were looked at.
  var interpreters: String { cache + "/interpreters.json" }

  /// Where one interpreter and its packages are.
  func interpreterFolders(_ key: String) -> String { "\(cache)/interpreter-\(key).json" }

  /// A compiled file of a swarm's agents folder.
  func compiled(_ file: String, _ swarm: GUID, tag: String) -> String {
    "\(code(swarm))/\(file).\(tag).pyc"
  }

  /// The private temporary folder of an operation's agents.
  static func temporary(in staging: String) -> String { staging + "/tmp" }

  /// The agent host of one version of swarmctl.
  func host(version: String) -> String { "\(cache)/host-\(version)" }
}

/// A snapshot in the place of its swarm.
struct SnapshotView: Sendable, Hashable {
  /// The swarm.
  let swarm: GUID
  /// The name of the snapshot's folder.
  let name: String
  /// The name of the manifest in it, which differs between the programs that make snapshots.
  let manifestName: String

  /// Why nothing in it changes.
  var refusal: SwarmError {
    SwarmError(
      .snapshot, "\(swarm)@\(name) is a snapshot: it is only read; nothing was changed",
      hint: .either([
        "name the swarm itself, \(swarm)",
        .run(.restoreSnapshot("\(swarm)@\(name)"), "puts it back"),
      ]))
  }
}
