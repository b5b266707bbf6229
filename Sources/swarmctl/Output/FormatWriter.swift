import SwarmOps

/// One format of `-o`: what it prints of an answer, and how.
protocol FormatWriter: Sendable {
  /// What of a report it prints, so that a command can leave the rest undone.
  var part: Report.Part { get }

  /// Whether a program reads the output: then errors are JSON as well, and nobody is asked.
  var isForPrograms: Bool { get }

  /// Writes a command's answer.
  ///
  /// - Throws: `SwarmError` of code `io` when standard output cannot be written.
  func write(_ report: Report, to output: Output) throws(SwarmError)

  /// Begins a list that is written row by row.
  ///
  /// - Throws: `SwarmError` of code `io` when standard output cannot be written.
  func list(_ heading: ListHeading, on output: Output) throws(SwarmError) -> any ListWriter
}

extension FormatWriter {
  var isForPrograms: Bool { false }
}

/// What is known of a list before its rows.
struct ListHeading {
  /// The name of the list in the JSON document.
  var key: String
  /// The columns for people.
  var columns: [Table.Column]
  /// What stands before the list in the JSON document.
  var fields: JSONObject
}

/// A list that was begun in one format.
protocol ListWriter {
  /// Writes a row; only what the format prints is computed.
  mutating func row(
    json: () -> JSONValue, cells: () -> [String], name: () -> String
  ) throws(SwarmError)

  /// Ends the list.
  ///
  /// - Parameter fields: What stands after the list in the JSON document.
  mutating func end(fields: JSONObject) throws(SwarmError)
}
