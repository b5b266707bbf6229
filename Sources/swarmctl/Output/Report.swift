import SwarmOps

/// What a command has to say, in every format at once; ``Output`` picks one.
struct Report: Sendable {
  /// What a format prints of it.
  enum Part: Sendable {
    /// ``document``, whole.
    case document
    /// ``rows``, or the document where it is no list.
    case rows
    /// ``names``.
    case names
    /// ``text`` or ``table``.
    case table
  }

  /// The document of `-o json`; `"status": "ok"` and warnings are added.
  var json: JSONObject
  /// The lines of `-o jsonl`; nil for a result that is no list, whose document is the one line.
  var rows: [JSONValue]?
  /// The table for people.
  var table: Table?
  /// The lines of `-o name`.
  var names: [String]
  /// Replaces the table.
  ///
  /// Written as it is, so what other people wrote goes through ``VisibleText`` first, unless it is
  /// the answer itself.
  var text: String?
  /// Advice on standard error for people, such as what to do about an empty list.
  var notes: [String]
  /// What was not right, on standard error in every format, and in the JSON document.
  var warnings: [String]
  /// The warnings that are on standard error already, since they had to come first.
  var saidWarnings: [String] = []
  /// The status that the process ends with.
  var exitStatus: Int32
  /// Whether the command has written its answer itself, and only the rest is left.
  var isWritten: Bool
  /// What has been done already, said where the answer cannot be written: whoever sees only an error
  /// might do it again.
  var done: String?

  init(
    json: JSONObject = [:], rows: [JSONValue]? = nil, table: Table? = nil, names: [String] = [],
    text: String? = nil, notes: [String] = [], warnings: [String] = [], exitStatus: Int32 = 0,
    isWritten: Bool = false, done: String? = nil
  ) {
    self.json = json
    self.rows = rows
    self.table = table
    self.names = names
    self.text = text
    self.notes = notes
    self.warnings = warnings
    self.exitStatus = exitStatus
    self.isWritten = isWritten
    self.done = done
  }

  /// The whole document of `-o json`.
  var document: JSONObject {
    var document = json
    if document["status"] == nil { document["status"] = "ok" }
    if !warnings.isEmpty { document["warnings"] = .array(warnings.map(JSONValue.string)) }
    return document
  }
}
