/// How results are written to standard output (`-o`).
///
/// A new format is a case here and a ``FormatWriter``; no command knows which one it is.
enum OutputFormat: String, Sendable, CaseIterable {
  /// For people.
  case table
  /// Exactly one JSON document.
  case json
  /// One JSON document a line.
  case jsonl
  /// Names or ids alone, one a line.
  case name

  /// What writes it.
  var writer: any FormatWriter {
    switch self {
    case .table: TableFormat()
    case .json: JSONFormat()
    case .jsonl: JSONLinesFormat()
    case .name: NameFormat()
    }
  }
}
