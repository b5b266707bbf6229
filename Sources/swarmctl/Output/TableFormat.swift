import SwarmOps

/// `-o table`: text and tables for people.
struct TableFormat: FormatWriter {
  var part: Report.Part { .table }

  func write(_ report: Report, to output: Output) throws(SwarmError) {
    if let text = report.text {
      let isEnded = text.utf8.last == UInt8(ascii: "\n")
      try output.standardOutput.write(isEnded ? text : text + "\n")
    } else if let table = report.table {
      try output.standardOutput.write(table.rendered(width: output.width, style: output.style))
    }
  }

  func list(_ heading: ListHeading, on output: Output) throws(SwarmError) -> any ListWriter {
    Rows(output: output, columns: heading.columns)
  }

  /// The rows of a long table: the first ones are kept until the columns can be measured by them.
  private struct Rows: ListWriter {
    let output: Output
    let columns: [Table.Column]
    var sample: [[String]] = []
    var layout: Table.Layout?

    mutating func row(
      json: () -> JSONValue, cells: () -> [String], name: () -> String
    ) throws(SwarmError) {
      if let layout { return try output.standardOutput.write(layout.line(cells())) }
      sample.append(cells())
      if sample.count == ListStream.sampleSize { try writeSample() }
    }

    mutating func end(fields: JSONObject) throws(SwarmError) {
      if layout == nil, !sample.isEmpty { try writeSample() }
    }

    private mutating func writeSample() throws(SwarmError) {
      let layout = Table.Layout(columns: columns, sample: sample, width: output.width)
      var text = layout.heading(style: output.style)
      for row in sample { text += layout.line(row) }
      try output.standardOutput.write(text)
      self.layout = layout
      sample = []
    }
  }
}
