import SwarmOps

/// `-o json`: exactly one document.
struct JSONFormat: FormatWriter {
  var part: Report.Part { .document }
  var isForPrograms: Bool { true }

  func write(_ report: Report, to output: Output) throws(SwarmError) {
    try output.write(report.document)
  }

  func list(_ heading: ListHeading, on output: Output) throws(SwarmError) -> any ListWriter {
    try output.openDocument(fields: heading.fields, listKey: heading.key)
    return Elements(output: output)
  }

  /// One object with the list under a key; `status` comes last, because only then is it known.
  private struct Elements: ListWriter {
    let output: Output
    var isFirst = true

    mutating func row(
      json: () -> JSONValue, cells: () -> [String], name: () -> String
    ) throws(SwarmError) {
      try output.writeElement(json(), isFirst: isFirst)
      isFirst = false
    }

    func end(fields: JSONObject) throws(SwarmError) {
      var fields = fields
      if fields["status"] == nil { fields["status"] = "ok" }
      try output.closeDocument(fields: fields)
    }
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
