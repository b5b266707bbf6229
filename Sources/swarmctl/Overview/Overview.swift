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
          agents: swarm.loadedAgents, users: usage?.users ?? 0, bytes: usage?.bytes ?? 0,
          lastUse: usage?.lastUse))
    }
    let users = Dictionary(
      ((try? context.userNames.entries()) ?? []).map { ($0.user, $0.name) },
      uniquingKeysWith: { first, _ in first })
    let records = UserRecords(
      of: swarms.map(\.guid).sorted(), store: store, locks: context.lockOptions)
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
        fixes: false
      ).examine().open
    let calls = (try? CallHistory(layout: store.layout).records { _ in true }) ?? []
    if !calls.isEmpty { history = Self.history(calls.reversed(), until: now) }
    if showsContent { readContents(reader) }
  }

  /// The days that a page shows at most; what is older only counts in the growth.
  private static let dayLimit: Int64 = 90

  /// Adds up calls by day.
  ///
  /// - Parameter calls: The calls, the oldest first.
  static func history(_ calls: [CallRecord], until now: Int64) -> History {
    let today = now / 86_400
    let first = max(calls.map { $0.time / 86_400_000 }.min() ?? today, today - dayLimit + 1)
    guard first <= today else { return History() }
    var history = History()
    history.days = (first...today).map { day in
      History.Day(date: String(ISODate.text(day * 86_400).prefix(10)))
    }
    var failures: [String: Int] = [:]
    for call in calls {
      let place = Int(clamping: call.time / 86_400_000 - first)
      if call.version != nil, let before = call.bytesBefore, let after = call.bytesAfter,
        history.days.indices.contains(max(0, place))
      {
        history.days[max(0, place)].bytes += after - before
      }
      guard history.days.indices.contains(place) else { continue }
      if call.status == 0 {
        history.days[place].done += 1
      } else {
        history.days[place].failed += 1
        failures[call.agent ?? "(no such agent)", default: 0] += 1
      }
    }
    var total = 0
    for index in history.days.indices {
      total += history.days[index].bytes
      history.days[index].bytes = max(0, total)
    }
    history.failures = failures.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { (agent: $0.key, count: $0.value) }
    return history
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
