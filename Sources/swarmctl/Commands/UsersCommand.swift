import SwarmOps

/// `users`: whose memory is held.
enum UsersCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let arguments = context.arguments
    var (context, swarm) = (context, GUID?.none)
    if arguments.word(.swarm) != nil { (context, swarm) = try context.reading() }
    let reader = MemoryReader(store: context.store, locks: context.lockOptions)
    let swarms: [GUID]
    if let swarm {
      swarms = [swarm]
    } else {
      swarms = try context.store.list().swarms.map(\.guid).sorted()
    }
    let filter = try Filter(context, reader, swarm)
    let order = arguments[.usersSort] ?? .user
    var records = UserRecords(
      of: swarms, store: context.store, locks: context.lockOptions
    ) {
      filter.isUserWanted($0) && (swarm == nil || filter.isWanted($0.bytes, $0.modified))
    }
    if arguments[.entries] || order == .entries {
      records.countEntries()
    } else {
      records.countEntriesIfCheap()
    }
    if let swarm {
      if let failure = records.unread.first { throw failure.error }
      records.sort(by: order)
      try listNamespaces(records, swarm, context)
      return nil
    }
    let unread = records.unread.map { swarm, error in
      "the users of swarm \(swarm) are missing here: \(error.message)"
        + (error.underlying.map { ": \($0)" } ?? "")
    }
    for warning in unread { context.output.warn(warning) }
    records.sort(by: .user)
    try listHolders(records, order, filter, unread, context)
    return Report(exitStatus: unread.isEmpty ? 0 : 2, isWritten: true)
  }

  /// Which memory the options ask for.
  private struct Filter {
    let user: Namespace?
    let changedBefore: Int64?
    let largerThan: Int?

    init(_ context: CommandContext, _ reader: MemoryReader, _ swarm: GUID?) throws(SwarmError) {
      let arguments = context.arguments
      if let text = arguments[.user] {
        if let swarm {
          user = try context.namespace(text, reader, swarm)
        } else {
          user = try context.userNames.namespace(text)
        }
      } else {
        user = arguments[.shared] ? .shared : nil
      }
      changedBefore = arguments[.olderThan].map {
        (Timestamp.now().seconds - $0.components.seconds).multipliedSaturated(by: 1_000_000_000)
      }
      largerThan = arguments[.largerThan]
    }

    func isUserWanted(_ item: NamespaceScan.Item) -> Bool {
      user == nil || item.namespace == user
    }

    func isWanted(_ bytes: Int, _ modified: Int64) -> Bool {
      if let changedBefore, modified == 0 || modified >= changedBefore { return false }
      if let largerThan, bytes <= largerThan { return false }
      return true
    }
  }

  /// What users are called; a column for people where anybody has a name.
  private struct Names {
    private let byUser: [GUID: String]

    init(_ context: CommandContext) {
      let entries: [UserNames.Entry]
      do throws(SwarmError) {
        entries = try context.userNames.entries()
      } catch {
        context.output.warn("names of users are not shown: \(error.message)")
        entries = []
      }
      byUser = Dictionary(entries.map { ($0.user, $0.name) }, uniquingKeysWith: { $0 + ", " + $1 })
    }

    var columns: [Table.Column] { byUser.isEmpty ? [] : [.init("NAME", canShrink: true)] }

    func cells(_ namespace: Namespace?) -> [String] {
      byUser.isEmpty ? [] : [namespace?.user.flatMap { byUser[$0] } ?? "-"]
    }

    func json(_ namespace: Namespace?) -> JSONValue {
      namespace?.user.flatMap { byUser[$0] }.map { .string($0) } ?? .null
    }
  }

  // MARK: One swarm

  private static func listNamespaces(
    _ records: UserRecords, _ swarm: GUID, _ context: CommandContext
  ) throws(SwarmError) {
    let hasOdd = !records.odd.isEmpty
    let names = Names(context)
    let stream = try ListStream(
      context.output, key: "users",
      columns: names.columns + [
        .init("USER", prefix: 8), .init("ENTRIES", .right), .init("BYTES", .right),
        .init("LAST CHANGE"),
      ] + (hasOdd ? [.init("NOTE", canShrink: true, minimumWidth: 16)] : []),
      fields: ["swarm_guid": .string("\(swarm)")],
      selection: RowSelection(context.arguments, sorts: false))
    let now = Timestamp.now().seconds
    let swarmName = "\(swarm)"
    for record in records.records {
      let name = record.namespace.folderName
      let isGoingOn = try stream.row(
        json: .object([
          "user_guid": .string(name), "swarm_guid": .string(swarmName),
          "name": names.json(record.namespace), "entries": .count(record.entries),
          "bytes": .count(record.bytes),
          "modified_at": .date(record.modified), "state": .string(record.contentState ?? "ok"),
        ]),
        cells: names.cells(record.namespace) + [
          name, record.entries.map { "\($0)" } ?? words(record.contentState),
          HumanSize.text(record.bytes), age(record.modified, now),
        ], name: name)
      if !isGoingOn { return }
    }
    try listOdd(records, stream, now, names)
    try stream.end(
      notes: stream.count == 0
        ? ["no memory in this swarm" + (isFiltered(context) ? " fits" : " yet")] : [])
  }

  /// What is no plain namespace, shown as what it is.
  private static func listOdd(
    _ records: UserRecords, _ stream: ListStream, _ now: Int64, _ names: Names
  ) throws(SwarmError) {
    for odd in records.odd {
      let item = odd.item
      let user = item.namespace?.folderName ?? item.folderName
      try stream.row(
        json: .object([
          "user_guid": item.namespace.map { .string($0.folderName) } ?? .null,
          "swarm_guid": .string("\(odd.swarm)"), "name": names.json(item.namespace),
          "entries": .null, "bytes": .count(item.bytes),
          "modified_at": item.modified == 0 ? .null : .date(item.modified), "state": "odd",
          "folder": .string(item.folderName), "oddity": .string(item.oddity ?? "not a namespace"),
        ]),
        cells: names.cells(item.namespace) + [
          item.folderName, "-", HumanSize.text(item.bytes),
          item.modified == 0 ? "-" : age(item.modified, now), item.oddity ?? "not a namespace",
        ], name: item.namespace == nil ? item.folderName : user)
    }
  }

  // MARK: All swarms

  private static func listHolders(
    _ records: UserRecords, _ order: UserRecords.Order, _ filter: Filter, _ unread: [String],
    _ context: CommandContext
  ) throws(SwarmError) {
    let hasOdd = !records.odd.isEmpty
    let names = Names(context)
    let stream = try ListStream(
      context.output, key: "users",
      columns: names.columns + [
        .init("USER", prefix: 8), .init("ENTRIES", .right), .init("BYTES", .right),
        .init("LAST CHANGE"),
        .init(hasOdd ? "SWARMS OR NOTE" : "SWARMS", canShrink: true),
      ], selection: RowSelection(context.arguments, sorts: false))
    let now = Timestamp.now().seconds
    func show(_ holder: UserRecords.Holder) throws(SwarmError) -> Bool {
      guard filter.isWanted(holder.bytes, holder.modified) else { return true }
      let name = holder.namespace.folderName
      return try stream.row(
        json: .object([
          "user_guid": .string(name), "name": names.json(holder.namespace),
          "swarm_guid": holder.swarms.count == 1 ? .string("\(holder.swarms[0])") : .null,
          "swarms": .array(holder.swarms.map { .string("\($0)") }),
          "entries": .count(holder.entries), "bytes": .count(holder.bytes),
          "modified_at": .date(holder.modified), "state": "ok",
        ]),
        cells: names.cells(holder.namespace) + [
          name, holder.entries.map { "\($0)" } ?? "-", HumanSize.text(holder.bytes),
          age(holder.modified, now),
          holder.swarms.count <= 3
            ? holder.swarms.map { String("\($0)".prefix(8)) }.joined(separator: " ")
            : "\(holder.swarms.count)",
        ], name: name)
    }
    if order == .user {
      try records.forEachHolder(show)
    } else {
      var holders: [UserRecords.Holder] = []
      try records.forEachHolder { holder throws(SwarmError) in
        holders.append(holder)
        return true
      }
      switch order {
      case .bytes: holders.sort { $0.bytes > $1.bytes }
      case .entries: holders.sort { $0.entries ?? -1 > $1.entries ?? -1 }
      default: holders.sort { $0.modified < $1.modified }
      }
      for holder in holders where try !show(holder) { return }
    }
    try listOdd(records, stream, now, names)
    try stream.end(
      fields: unread.isEmpty ? [:] : ["warnings": .array(unread.map { .string($0) })],
      notes: stream.count == 0 && unread.isEmpty
        ? ["no memory in any swarm" + (isFiltered(context) ? " fits" : " yet")] : [])
  }

  private static func words(_ state: String?) -> String {
    switch state {
    case "not_json": "not JSON"
    case "no_entries": "none"
    default: "-"
    }
  }

  private static func isFiltered(_ context: CommandContext) -> Bool {
    let arguments = context.arguments
    return arguments[.user] != nil || arguments[.shared] || arguments[.olderThan] != nil
      || arguments[.largerThan] != nil || !arguments[.filters].isEmpty
  }

  private static func age(_ modified: Int64, _ now: Int64) -> String {
    HumanAge.text(.seconds(now - modified / 1_000_000_000))
  }
}

extension JSONValue {
  /// A number, or null.
  static func count(_ number: Int?) -> JSONValue {
    number.map { .number(JSONNumber($0)) } ?? .null
  }

  /// Nanoseconds since 1970 as ISO 8601.
  static func date(_ nanoseconds: Int64) -> JSONValue {
    .string(ISODate.text(nanoseconds / 1_000_000_000))
  }
}
