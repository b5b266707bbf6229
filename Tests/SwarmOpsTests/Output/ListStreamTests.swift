import SwarmOps
import Testing

@testable import swarmctl

@Suite struct ListStreamTests {
  private let columns = [Table.Column("USER", canShrink: true), Table.Column("BYTES", .right)]

  private func listed(
    _ format: OutputFormat, rows: Int, width: Int? = nil, error: SwarmError? = nil
  ) throws -> (out: String, err: String) {
    let captured = try CapturedOutput(format, width: width)
    defer { captured.close() }
    let list = try ListStream(
      captured.output, key: "users", columns: columns, fields: ["root": "/r"])
    for number in 0..<rows {
      let more = try list.row(
        json: ["user": .string("u\(number)"), "bytes": 1], cells: ["u\(number)", "1"],
        name: "u\(number)")
      #expect(more)
    }
    #expect(list.count == rows)
    if let error {
      captured.output.emit(error)
    } else {
      try list.end(fields: ["total": .number(JSONNumber(rows))], notes: ["note"])
    }
    return (captured.standardOutput, captured.standardError)
  }

  @Test func jsonIsOneDocumentWithItsStatusLast() throws {
    #expect(
      try listed(.json, rows: 2).out
        == #"{"root":"/r","users":[{"bytes":1,"user":"u0"},{"bytes":1,"user":"u1"}],"#
        + #""status":"ok","total":2}"# + "\n")
    #expect(
      try listed(.json, rows: 0).out == #"{"root":"/r","users":[],"status":"ok","total":0}"# + "\n")
  }

  @Test(arguments: [0, 1, 3]) func laidOutJSONIsTheSameDocument(rows: Int) throws {
    let pretty = try listed(.json, rows: rows, width: 80).out
    let plain = try listed(.json, rows: rows).out
    #expect(
      try JSONValue.parse(Array(pretty.utf8)).serialized()
        == JSONValue.parse(Array(plain.utf8)).serialized())
    #expect(rows == 0 || pretty.contains("\n    {\n      \"bytes\": 1,\n"))
  }

  @Test(arguments: [0, 2], [nil, 80])
  func anErrorInTheMiddleLeavesOneValidDocument(rows: Int, width: Int?) throws {
    let (out, err) = try listed(.json, rows: rows, width: width, error: SwarmError(.io, "broken"))
    let document = try JSONValue.parse(Array(out.utf8))
    #expect(document["status"]?.string == "error")
    #expect(document["code"]?.string == "io")
    #expect(document["users"]?.array?.count == rows)
    #expect(err.isEmpty)
  }

  @Test func anErrorInLinesIsTheLastLine() throws {
    let (out, _) = try listed(.jsonl, rows: 1, error: SwarmError(.io, "broken"))
    #expect(
      out == #"{"bytes":1,"user":"u0"}"# + "\n"
        + #"{"code":"io","message":"broken","status":"error"}"# + "\n")
  }

  @Test func namesStandAloneWithoutNotes() throws {
    let (out, err) = try listed(.name, rows: 2)
    #expect(out == "u0\nu1\n")
    #expect(err.isEmpty)
  }

  @Test(arguments: [1, ListStream.sampleSize - 1, ListStream.sampleSize, 3 * ListStream.sampleSize])
  func tableHasOneHeadingAndEveryRow(rows: Int) throws {
    let (out, err) = try listed(.table, rows: rows)
    let lines = out.split(separator: "\n")
    #expect(lines.count == rows + 1)
    #expect(lines.filter { $0.hasPrefix("USER") }.count == 1)
    #expect(lines.last?.hasPrefix("u\(rows - 1) ") == true)
    #expect(err == "note\n")
  }

  @Test func emptyTablePrintsNothing() throws {
    #expect(try listed(.table, rows: 0).out == "")
  }

  @Test func onlyWhatTheFormatNeedsIsComputed() throws {
    let captured = try CapturedOutput(.name)
    defer { captured.close() }
    let list = try ListStream(captured.output, key: "k", columns: columns)
    func never<T>(_ value: T) -> T {
      Issue.record("computed in vain")
      return value
    }
    try list.row(json: never(.null), cells: never([]), name: "x")
  }
}
