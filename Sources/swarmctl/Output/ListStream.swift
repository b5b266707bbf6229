import SwarmOps

/// Writes a long list row by row in any format, in bounded memory.
///
/// When an error ends it, ``Output/emit(_:)-(SwarmError)`` closes the document, so that what was
/// written stays one valid document.
final class ListStream {
  /// Rows that a table is measured by; the columns of later rows follow them.
  static let sampleSize = 256

  private let output: Output
  private let selection: RowSelection?
  private var writer: any ListWriter
  /// The number of rows so far.
  private(set) var count = 0

  /// Begins a list.
  ///
  /// - Parameters:
  ///   - output: Where it goes.
  ///   - key: The name of the list in the JSON document.
  ///   - columns: The columns for people.
  ///   - fields: What stands before the list in the JSON document.
  ///   - selection: Which rows are wanted; its order is not for streams.
  /// - Throws: `SwarmError` of code `io` when standard output cannot be written.
  init(
    _ output: Output, key: String, columns: [Table.Column], fields: JSONObject = [:],
    selection: RowSelection? = nil
  ) throws(SwarmError) {
    self.selection = selection
    self.output = output
    writer = try output.format.list(
      ListHeading(key: key, columns: columns, fields: fields), on: output)
  }

  /// Adds a row; only what the format needs is computed.
  ///
  /// - Parameters:
  ///   - json: The row for programs.
  ///   - cells: The row for people.
  ///   - name: Its name alone.
  /// - Returns: False when nobody reads any more, so that the producer can stop.
  /// - Throws: `SwarmError` of code `io` when standard output cannot be written.
  @discardableResult
  func row(
    json: @autoclosure () -> JSONValue, cells: @autoclosure () -> [String],
    name: @autoclosure () -> String
  ) throws(SwarmError) -> Bool {
    if let selection {
      if selection.looksAtRows, try !selection.admits(json()) { return true }
      if let limit = selection.limit, count >= limit { return false }
    }
    try writer.row(json: json, cells: cells, name: name)
    count += 1
    return !output.standardOutput.isClosed
  }

  /// Ends the list, and flushes.
  ///
  /// - Parameters:
  ///   - fields: What stands after the list in the JSON document, such as totals.
  ///   - notes: Advice for people, such as what to do about an empty list.
  /// - Throws: `SwarmError` of code `io` when standard output cannot be written.
  func end(fields: JSONObject = [:], notes: [String] = []) throws(SwarmError) {
    try writer.end(fields: fields)
    try output.standardOutput.flush()
    for text in notes { output.note(text) }
  }
}
