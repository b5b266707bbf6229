import SwarmOps

/// `memory show`: one memory, newest entry first.
enum MemoryShowCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let number = context.arguments[.version]
    // A snapshot is one state, and has no versions.
    let (context, swarm) =
      number == nil ? try context.reading() : (context, try context.swarm())
    let reader = MemoryReader(store: context.store, locks: context.lockOptions)
    let namespace = try context.namespaceByPrefix(reader, swarm)
    let found =
      number == nil
      ? try reader.read(swarm, namespace)
      : try MemoryVersions(store: context.store).document(swarm, namespace, at: number)
    guard let document = found else {
      throw number.map { MemoryVersions.wasNone(swarm, namespace, at: $0) }
        ?? MemoryReader.noMemory(swarm, namespace, called: context.arguments[word: .swarm])
    }
    if let oddity = document.oddity { context.output.warn("\(document.path): \(oddity)") }
    let selection = RowSelection(context.arguments)
    if selection.isNeeded, case .entries(let entries) = document.content {
      let rows = MemoryRow.newestFirst(
        entries.map { MemoryRow(namespace: namespace, id: $0.id, value: document.value($0)) })
      return try selection.applied(
        to: Report(
          json: ["swarm_guid": .string("\(swarm)")], rows: rows.map(\.json),
          table: MemoryRow.table(rows.map(\.cells)), names: rows.map { $0.id ?? "-" }),
        list: "entries")
    }
    if context.output.isForPrograms {
      if let error = document.syntaxError { throw error }
      if context.output.prints(.rows) { return lines(document, namespace) }
      // The file's own bytes: numbers, order and layout are the answer.
      try context.output.writeRaw(document.bytes)
      return nil
    }
    guard case .entries(let entries) = document.content else {
      return asItIs(document)
    }
    let rows = MemoryRow.newestFirst(
      entries.map { MemoryRow(namespace: namespace, id: $0.id, value: document.value($0)) })
    return Report(
      table: MemoryRow.table(rows.map(\.cells)), names: rows.compactMap(\.id),
      notes: rows.isEmpty ? ["no entries"] : [])
  }

  private static func lines(_ document: MemoryDocument, _ namespace: Namespace) -> Report {
    guard case .entries(let entries) = document.content else {
      let value = try? JSONValue.parse(document.bytes, options: .allowNonFinite)
      return Report(rows: [value ?? .string(String(decoding: document.bytes, as: UTF8.self))])
    }
    return Report(
      rows: MemoryRow.newestFirst(
        entries.map { MemoryRow(namespace: namespace, id: $0.id, value: document.value($0)) }
      ).map(\.json))
  }

  /// What has no entries, for people.
  private static func asItIs(_ document: MemoryDocument) -> Report {
    var report = Report(text: VisibleText.lines(String(decoding: document.bytes, as: UTF8.self)))
    switch document.content {
    case .empty:
      report.text = nil
      report.notes = ["\(document.path) is empty"]
    case .invalid(let error):
      report.warnings = [
        "\(document.path) is not JSON (line \(error.line), column \(error.column): "
          + "\(error.message)); shown as it is"
      ]
    case .entries, .other: break
    }
    return report
  }
}

/// One entry in the lists of `show` and `search`.
struct MemoryRow {
  let namespace: Namespace
  /// `nil` for memory that has no entries.
  let id: String?
  let value: JSONValue
  let fields: EntryFields

  init(namespace: Namespace, id: String?, value: JSONValue) {
    self.namespace = namespace
    self.id = id
    self.value = value
    fields = EntryFields(value)
  }

  init(_ hit: MemoryReader.Hit) {
    self.init(namespace: hit.namespace, id: hit.id, value: hit.value)
  }

  /// The newest first, those of one second with the later one in the file first; those without a
  /// date last, in the order of the file.
  static func newestFirst(_ rows: [MemoryRow]) -> [MemoryRow] {
    rows.enumerated().sorted { left, right in
      let (first, second) = (left.element.fields.date?.seconds, right.element.fields.date?.seconds)
      if first == second {
        return first == nil ? left.offset < right.offset : left.offset > right.offset
      }
      return first ?? .min > second ?? .min
    }.map(\.element)
  }

  var json: JSONValue {
    [
      "user_guid": .string(namespace.folderName), "id": id.map { .string($0) } ?? .null,
      "entry": value,
    ]
  }

  var cells: [String] {
    [
      fields.date?.text ?? "-", fields.type.isEmpty ? "-" : fields.type, fields.content,
      fields.tags.joined(separator: ", "),
    ]
  }

  static let columns: [Table.Column] = [
    .init("DATE"), .init("TYPE", canShrink: true),
    .init("CONTENT", canShrink: true, minimumWidth: 24),
    .init("TAGS", canShrink: true),
  ]

  static func table(_ rows: [[String]]) -> Table { Table(columns: columns, rows: rows) }
}
