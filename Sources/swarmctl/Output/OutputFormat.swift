/// How results are written to standard output (`-o`, spec section 5).
enum OutputFormat: String, Sendable, CaseIterable {
  /// For people.
  case table
  /// Exactly one JSON document.
  case json
  /// One JSON document a line.
  case jsonl
  /// Names or ids alone, one a line.
  case name

  /// Whether a program reads the output, so that errors are JSON as well and nobody is asked.
  var isJSON: Bool { self == .json || self == .jsonl }
}
