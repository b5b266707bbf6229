import SwarmOps

/// `-o name`: names or ids alone, one a line.
struct NameFormat: FormatWriter {
  var part: Report.Part { .names }

  func write(_ report: Report, to output: Output) throws(SwarmError) {
    for name in report.names { try output.standardOutput.write(VisibleText.line(name) + "\n") }
  }

  func list(_ heading: ListHeading, on output: Output) throws(SwarmError) -> any ListWriter {
    Names(output: output)
  }

  private struct Names: ListWriter {
    let output: Output

    func row(
      json: () -> JSONValue, cells: () -> [String], name: () -> String
    ) throws(SwarmError) {
      try output.standardOutput.write(VisibleText.line(name()) + "\n")
    }

    func end(fields: JSONObject) {}
  }
}
