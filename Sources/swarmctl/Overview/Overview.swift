import SwarmOps

/// What `report` shows: the whole root at one moment, without anything that memory says unless that
/// was asked for.
struct Overview {
  /// One swarm.
  struct Swarm {
    let guid: GUID
    let name: String
    let agents: Int
    let users: Int
    let bytes: Int
    /// Nanoseconds since 1970; nil where nothing was remembered yet.
    let lastUse: Int64?
  }

  /// One memory.
  struct Memory {
    let swarm: GUID
    let swarmName: String
    let namespace: Namespace
    let userName: String?
    let bytes: Int
    /// Nanoseconds since 1970.
    let modified: Int64
  }

  /// The calls that are remembered.
  struct History {
    /// One day in UTC; days without calls are there as well.
    struct Day {
      let date: String
      var done = 0
      var failed = 0
      /// Bytes that memories have grown by since the first day.
      var bytes = 0
    }

    var days: [Day] = []
    var failures: [(agent: String, count: Int)] = []
  }

  /// What one memory says.
  struct Content {
    let title: String
    let rows: [[String]]
  }

  let root: String
  /// Seconds since 1970.
  let now: Int64
  var swarms: [Swarm] = []
  var memories: [Memory] = []
  var findings: [Finding] = []
  var history: History?
  var contents: [Content] = []
  /// Whether memory content was asked for.
  let hasContent: Bool
  /// What could not be looked at.
  var warnings: [String] = []

  /// The most memories whose content is shown, and entries of each.
  private static let contentLimit = (memories: 50, entries: 20)

  /// Looks at everything; changes nothing but finishing deploys that were cut off.
  init(_ context: CommandContext, showsContent: Bool) throws(SwarmError) {
    let store = context.store
    root = store.layout.root
    now = Timestamp.now().seconds
    hasContent = showsContent
    let reader = MemoryReader(store: store, locks: context.lockOptions)
    var names: [GUID: String] = [:]
    for swarm in try store.list().swarms {
      names[swarm.guid] = swarm.name
      let usage = try? SwarmUsage(of: swarm.guid, layout: store.layout)
      if usage == nil { warnings.append("the memory of swarm \(swarm.guid) cannot be read") }
      swarms.append(
        Swarm(
          guid: swarm.guid, name: swarm.damage == nil ? swarm.name : "(damaged)",
          agents: swarm.agentCount, users: usage?.users ?? 0, bytes: usage?.bytes ?? 0,
          lastUse: usage?.lastUse))
    }
    let users = Dictionary(
      ((try? context.userNames.entries()) ?? []).map { ($0.user, $0.name) },
      uniquingKeysWith: { first, _ in first })
    let records = UserRecords(
      of: swarms.map(\.guid).sorted(), layout: store.layout,
      prepare: { swarm throws(SwarmError) in try reader.settle(swarm) }
    ) { _ in true }
    memories = records.records.map { record in
      let swarm = records.swarm(of: record)
      return Memory(
        swarm: swarm, swarmName: names[swarm] ?? "", namespace: record.namespace,
        userName: record.namespace.user.flatMap { users[$0] }, bytes: record.bytes,
        modified: record.modified)
    }
    warnings += records.unread.map {
      "the users of swarm \($0.swarm) are missing: \($0.error.message)"
    }
    findings =
      Doctor(
        store: store, environment: context.agentEnvironment, locks: context.lockOptions,
        mends: false
      ).examine().open
    if showsContent { readContents(reader) }
  }

  private mutating func readContents(_ reader: MemoryReader) {
    let latest = memories.sorted { $0.modified > $1.modified }
    for memory in latest.prefix(Self.contentLimit.memories) {
      guard let document = try? reader.read(memory.swarm, memory.namespace),
        case .entries(let entries) = document.content
      else { continue }
      let rows = MemoryRow.newestFirst(
        entries.map {
          MemoryRow(namespace: memory.namespace, id: $0.id, value: document.value($0))
        })
      contents.append(
        Content(
          title: "\(memory.userName ?? memory.namespace.folderName) in \(memory.swarmName)",
          rows: rows.prefix(Self.contentLimit.entries).map(\.cells)))
    }
    if memories.count > Self.contentLimit.memories {
      warnings.append(
        "of \(memories.count) memories the latest \(Self.contentLimit.memories) are shown")
    }
  }
}
