import SwarmOps

/// Which rows of a list are shown, and in which order: `--filter`, `--sort` and `--limit`.
///
/// Rows are told apart by the fields that `-o json` prints.
struct RowSelection: Sendable {
  private let filters: [(field: String, text: String)]
  private let field: String?
  private let isDescending: Bool
  /// The most rows; nil for all.
  let limit: Int?

  /// Reads the options.
  ///
  /// - Parameters:
  ///   - arguments: The command line.
  ///   - sorts: Whether `--sort` names a field; some commands have a `--sort` of their own.
  init(_ arguments: ParsedArguments, sorts: Bool = true) {
    filters = arguments[.filters].map { text in
      let sign = text.firstIndex(of: "=") ?? text.endIndex
      return (String(text[..<sign]), String(text[sign...].dropFirst()))
    }
    let sort = sorts ? arguments[.sort] : nil
    let isReversed = sort?.hasPrefix("-") == true
    isDescending = isReversed
    field = sort.map { isReversed ? String($0.dropFirst()) : $0 }
    limit = arguments[.limit]
  }

  /// Whether rows have to be looked at.
  var looksAtRows: Bool { !filters.isEmpty || field != nil }

  /// Whether anything is asked for.
  var isNeeded: Bool { looksAtRows || limit != nil }

  /// Whether a row passes the filters.
  ///
  /// - Throws: A `SwarmError` of code `usage` where the row has no such field.
  func admits(_ row: JSONValue) throws(SwarmError) -> Bool {
    for filter in filters {
      if try !Self.matches(value(filter.field, of: row), filter.text) { return false }
    }
    return true
  }

  private static func matches(_ value: JSONValue, _ text: String) -> Bool {
    if case .array(let elements) = value { return elements.contains { matches($0, text) } }
    return Self.text(of: value) == text
  }

  private static func text(of value: JSONValue) -> String {
    value.string ?? String(decoding: value.serialized(), as: UTF8.self)
  }

  private func value(_ field: String, of row: JSONValue) throws(SwarmError) -> JSONValue {
    guard let object = row.object else { return .null }
    if let value = object[field] { return value }
    // Inside an entry of memory the fields are the agent's own.
    if let entry = object["entry"] { return entry.object?[field] ?? .null }
    throw SwarmError(
      .usage, "the rows have no field \"\(field.shortened)\"",
      hint: Suggestion.closest(to: field, among: object.keys).map { .didYouMean($0) },
      available: object.keys.sorted())
  }

  /// Picks and sorts the rows of a report whose rows, cells and names belong together.
  func applied(to report: Report, list: String) throws(SwarmError) -> Report {
    guard isNeeded, let rows = report.rows else { return report }
    var order = Array(rows.indices)
    if looksAtRows {
      var picked: [Int] = []
      for index in order where try admits(rows[index]) { picked.append(index) }
      order = picked
      if let field {
        var keys: [Int: JSONValue] = [:]
        for index in order { keys[index] = try value(field, of: rows[index]) }
        order.sort { left, right in
          let (first, second) = (keys[left] ?? .null, keys[right] ?? .null)
          let isBefore = Self.isLess(first, second)
          let isAfter = Self.isLess(second, first)
          if isBefore == isAfter { return left < right }
          return isDescending ? isAfter : isBefore
        }
      }
    }
    if let limit { order = Array(order.prefix(limit)) }
    var report = report
    report.rows = order.map { rows[$0] }
    report.json[list] = .array(report.rows ?? [])
    if let table = report.table, table.rows.count == rows.count {
      report.table?.rows = order.map { table.rows[$0] }
    }
    if report.names.count == rows.count { report.names = order.map { report.names[$0] } }
    return report
  }

  /// Numbers by size, everything else by its text; what is missing comes last.
  private static func isLess(_ left: JSONValue, _ right: JSONValue) -> Bool {
    if left.isNull || right.isNull { return !left.isNull && right.isNull }
    if let first = left.int, let second = right.int { return first < second }
    return text(of: left) < text(of: right)
  }
}
