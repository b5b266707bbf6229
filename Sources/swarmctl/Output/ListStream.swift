import SwarmOps

/// Writes a long list row by row in any format, in bounded memory.
///
/// In JSON it is one object with the list under a key; `status` comes last, because only then is it
/// known. When an error ends it, ``Output/emit(_:)-(SwarmError)`` closes the document, so that what
/// was written stays one valid document.
final class ListStream {
  /// Rows that a table is measured by; the columns of later rows follow them.
  static let sampleSize = 256

  private let output: Output
  private let columns: [Table.Column]
  private let selection: RowSelection?
  private var sample: [[String]] = []
  private var layout: Table.Layout?
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
    self.columns = columns
    if output.format == .json { try output.openDocument(fields: fields, listKey: key) }
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
    switch output.format {
    case .json: try output.writeElement(json(), isFirst: count == 0)
    case .jsonl: try output.writeLine(json())
    case .name: try output.standardOutput.write(VisibleText.line(name()) + "\n")
    case .table:
      if let layout {
        try output.standardOutput.write(layout.line(cells()))
      } else {
        sample.append(cells())
        if sample.count == Self.sampleSize { try writeSample() }
      }
    }
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
    if output.format == .json {
      var fields = fields
      if fields["status"] == nil { fields["status"] = "ok" }
      try output.closeDocument(fields: fields)
    }
    if layout == nil, !sample.isEmpty { try writeSample() }
    try output.standardOutput.flush()
    for text in notes { output.note(text) }
  }

  private func writeSample() throws(SwarmError) {
    let layout = Table.Layout(columns: columns, sample: sample, width: output.width)
    var text = layout.heading(style: output.style)
    for row in sample { text += layout.line(row) }
    try output.standardOutput.write(text)
    self.layout = layout
    sample = []
  }
}

extension Output {
  /// Begins a document: its first fields and the opening of its list.
  fileprivate func openDocument(fields: JSONObject, listKey: String) throws(SwarmError) {
    hasOpenDocument.withLock { $0 = true }
    var bytes = [UInt8(ascii: "{")]
    for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
      bytes += lineBreak(1) + member(key, value) + [UInt8(ascii: ",")]
    }
    let opening = JSONValue.string(listKey).serialized() + Array((isPretty ? ": [" : ":[").utf8)
    try standardOutput.write(bytes + lineBreak(1) + opening)
  }

  fileprivate func writeElement(_ value: JSONValue, isFirst: Bool) throws(SwarmError) {
    let separator = isFirst ? [] : [UInt8(ascii: ",")]
    try standardOutput.write(separator + lineBreak(2) + nested(value, depth: 2))
  }

  /// Ends a document: the closing of its list and its last fields.
  func closeDocument(fields: JSONObject) throws(SwarmError) {
    hasOpenDocument.withLock { $0 = false }
    var bytes = lineBreak(1) + [UInt8(ascii: "]")]
    for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
      bytes += [UInt8(ascii: ",")] + lineBreak(1) + member(key, value)
    }
    try standardOutput.write(bytes + lineBreak(0) + Array("}\n".utf8))
  }

  private func member(_ key: String, _ value: JSONValue) -> [UInt8] {
    JSONValue.string(key).serialized() + Array((isPretty ? ": " : ":").utf8)
      + nested(value, depth: 1)
  }

  private func lineBreak(_ depth: Int) -> [UInt8] {
    isPretty ? Array(("\n" + String(repeating: "  ", count: depth)).utf8) : []
  }

  /// A value as it stands inside a document; JSON strings hold no newlines, so every newline is
  /// layout.
  private func nested(_ value: JSONValue, depth: Int) -> [UInt8] {
    let bytes = value.serialized(pretty: isPretty, sortedKeys: true)
    guard isPretty else { return bytes }
    return Array(
      bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        .joined(separator: lineBreak(depth)))
  }
}
