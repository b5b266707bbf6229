import SwarmOps

/// `-o jsonl`: one JSON document a line; what is no list is one line.
struct JSONLinesFormat: FormatWriter {
  var part: Report.Part { .rows }
  var isForPrograms: Bool { true }

  func write(_ report: Report, to output: Output) throws(SwarmError) {
    guard let rows = report.rows else { return try output.write(report.document) }
    for row in rows { try output.writeLine(row) }
  }

  func list(_ heading: ListHeading, on output: Output) throws(SwarmError) -> any ListWriter {
    Lines(output: output)
  }

  private struct Lines: ListWriter {
    let output: Output

    func row(
      json: () -> JSONValue, cells: () -> [String], name: () -> String
    ) throws(SwarmError) {
      try output.writeLine(json())
    }

    func end(fields: JSONObject) {}
  }
}
