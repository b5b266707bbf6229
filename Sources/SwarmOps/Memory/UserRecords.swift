/// Whose memory there is, in one compact record each: a million users cost 40 MB.
public struct UserRecords: Sendable {
  /// One namespace.
  public struct Record: Sendable {
    fileprivate let user: GUID?
    fileprivate let swarmIndex: Int32
    fileprivate(set) var entryCount = Self.notCounted
    /// Bytes of `memory.json`.
    public let bytes: Int
    /// Last change of `memory.json`, in nanoseconds since 1970.
    package let modified: Int64

    /// The namespace.
    public var namespace: Namespace { user.map { .user($0) } ?? .shared }
    /// How many entries it has, where they were counted and can be.
    public var entries: Int? { entryCount < 0 ? nil : Int(entryCount) }

    /// What is odd about the content, where it was looked at: `not_json`, or `no_entries` for JSON
    /// that is neither object nor array.
    package var contentState: String? {
      switch entryCount {
      case Self.notJSON: "not_json"
      case Self.noEntries: "no_entries"
      default: nil
      }
    }

    fileprivate static let notCounted: Int32 = -1
    fileprivate static let notJSON: Int32 = -2
    fileprivate static let noEntries: Int32 = -3
  }

  /// Something in `memory/` that is not just a namespace with its file.
  package struct Odd: Sendable {
    /// The swarm it lies in.
    package let swarm: GUID
    /// What the scan found.
    package let item: NamespaceScan.Item
  }

  /// What to order by.
  package enum Order: String, Sendable {
    /// The GUID; `shared` first.
    case user
    /// Most entries first.
    case entries
    /// Most bytes first.
    case bytes
    /// Oldest change first.
    case modified
  }

  /// The swarms that were looked at.
  package let swarms: [GUID]
  /// The namespaces.
  package private(set) var records: [Record] = []
  /// What is odd.
  package private(set) var odd: [Odd] = []
  /// The swarms whose memory could not be listed, and why.
  package private(set) var unread: [(swarm: GUID, error: SwarmError)] = []
  private let layout: SwarmLayout

  /// Scans swarms, reading no file.
  ///
  /// A deploy of a swarm that was cut off is finished first. A swarm that cannot be read is ``unread``
  /// and ends nothing.
  ///
  /// - Parameters:
  ///   - swarms: The swarms.
  ///   - store: The root.
  ///   - locks: How locks are waited for.
  ///   - isWanted: Which items to keep.
  package init(
    of swarms: [GUID], store: SwarmStore, locks: LockOptions = LockOptions(),
    where isWanted: (NamespaceScan.Item) -> Bool = { _ in true }
  ) {
    let layout = store.layout
    self.swarms = swarms
    self.layout = layout
    var records: [Record] = []
    var odd: [Odd] = []
    for (index, swarm) in swarms.enumerated() {
      do throws(SwarmError) {
        try SwarmSwitch.recover(swarm, layout: layout, locks: locks)
        try NamespaceScan.forEach(in: swarm, layout: layout) { item throws(SwarmError) in
          guard isWanted(item) else { return true }
          if item.oddity == nil, let namespace = item.namespace {
            records.append(
              Record(
                user: namespace.user, swarmIndex: Int32(truncatingIfNeeded: index),
                bytes: item.bytes, modified: item.modified))
          } else {
            odd.append(Odd(swarm: swarm, item: item))
          }
          return true
        }
      } catch {
        unread.append((swarm, error))
      }
    }
    self.records = records
    self.odd = odd.sorted { ($0.item.folderName, $0.swarm) < ($1.item.folderName, $1.swarm) }
  }

  /// The swarm of a record.
  ///
  /// - Parameter record: A record of this value.
  /// - Returns: The swarm.
  package func swarm(of record: Record) -> GUID { swarms[Int(record.swarmIndex)] }

  /// Puts the records in an order; equal ones by user.
  ///
  /// - Parameter order: What to order by.
  package mutating func sort(by order: Order) {
    switch order {
    case .user: records.sort(by: Self.byUser)
    case .entries:
      records.sort {
        $0.entryCount == $1.entryCount ? Self.byUser($0, $1) : $0.entryCount > $1.entryCount
      }
    case .bytes: records.sort { $0.bytes == $1.bytes ? Self.byUser($0, $1) : $0.bytes > $1.bytes }
    case .modified:
      records.sort { $0.modified == $1.modified ? Self.byUser($0, $1) : $0.modified < $1.modified }
    }
  }

  private static func byUser(_ left: Record, _ right: Record) -> Bool {
    switch (left.user, right.user) {
    case (let left?, let right?) where left != right: left < right
    case (nil, _?): true
    case (_?, nil): false
    default: left.swarmIndex < right.swarmIndex
    }
  }

  /// Reads every file and counts its entries.
  package mutating func countEntries() {
    for index in records.indices { records[index].entryCount = count(records[index]) }
  }

  /// Counts entries if that costs next to nothing: few and small files.
  package mutating func countEntriesIfCheap() {
    guard records.count <= 1000, records.reduce(0, { $0 &+ $1.bytes }) <= 8 << 20 else { return }
    countEntries()
  }

  private func count(_ record: Record) -> Int32 {
    let path = layout.memoryFile(swarm(of: record), record.namespace)
    guard let bytes = try? FileSystem.readIfPresent(path, followLinks: false) else {
      return Record.notCounted
    }
    if !bytes.contains(where: { $0 > 0x20 }) { return 0 }
    do throws(JSONSyntaxError) {
      let count = try JSONScanner.topLevelCount(bytes, options: .allowNonFinite)
      return count.map { Int32(clamping: $0) } ?? Record.noEntries
    } catch {
      return Record.notJSON
    }
  }
}

extension UserRecords {
  /// One user over all swarms.
  package struct Holder: Sendable {
    /// The user, or shared.
    package let namespace: Namespace
    /// The swarms that hold memory of them.
    package internal(set) var swarms: [GUID]
    /// Entries in all of them; `nil` where one was not counted.
    package internal(set) var entries: Int?
    /// Bytes in all of them.
    package internal(set) var bytes: Int
    /// The newest change, in nanoseconds since 1970.
    package internal(set) var modified: Int64
  }

  /// Goes through the users, each with all its swarms.
  ///
  /// The records must be in the order of users.
  ///
  /// - Parameter body: Takes a user and says whether to go on.
  /// - Throws: What `body` throws.
  package func forEachHolder(_ body: (Holder) throws(SwarmError) -> Bool) throws(SwarmError) {
    var current: Holder?
    for record in records {
      if var holder = current, holder.namespace == record.namespace {
        // Not copied while two hold it: a user may be in very many swarms.
        current = nil
        holder.swarms.append(swarm(of: record))
        holder.bytes = holder.bytes.addingSaturated(record.bytes)
        holder.modified = max(holder.modified, record.modified)
        if let sum = holder.entries { holder.entries = record.entries.map { sum + $0 } }
        current = holder
        continue
      }
      if let done = current, try !body(done) { return }
      current = Holder(
        namespace: record.namespace, swarms: [swarm(of: record)], entries: record.entries,
        bytes: record.bytes, modified: record.modified)
    }
    if let done = current { _ = try body(done) }
  }
}
