import SwarmOps
import Testing

@testable import swarmctl

@Suite struct OutputTests {
  private let report = Report(
    json: ["swarms": [["name": "b", "bytes": 1]]],
    rows: [["name": "b", "bytes": 1], ["name": "c"]],
    table: Table(columns: [Table.Column("NAME")], rows: [["b\u{1B}"]]),
    names: ["b\n", "c"],
    notes: ["try this"],
    warnings: ["odd\u{1B}"])

  private func emitted(
    _ report: Report, _ format: OutputFormat, width: Int? = nil
  ) throws -> (out: String, err: String) {
    let captured = try CapturedOutput(format, width: width)
    defer { captured.close() }
    try captured.output.emit(report)
    return (captured.standardOutput, captured.standardError)
  }

  private func emitted(
    _ error: SwarmError, _ format: OutputFormat, usesColor: Bool = false, debug: Bool = false
  ) throws -> (out: String, err: String) {
    let captured = try CapturedOutput(format, usesColor: usesColor, debug: debug)
    defer { captured.close() }
    #expect(captured.output.emit(error) == error.code.exitStatus)
    return (captured.standardOutput, captured.standardError)
  }

  @Test func tableIsForPeople() throws {
    let (out, err) = try emitted(report, .table)
    #expect(out == "NAME\nb\\e\n")
    #expect(err == "warning: odd\\e\ntry this\n")
  }

  @Test func jsonIsOneSortedDocumentOnOneLine() throws {
    let (out, err) = try emitted(report, .json)
    #expect(
      out == #"{"status":"ok","swarms":[{"bytes":1,"name":"b"}],"warnings":["odd\u001b"]}"# + "\n")
    #expect(err == "warning: odd\\e\n")
  }

  @Test func jsonIsLaidOutOnATerminal() throws {
    let (out, _) = try emitted(Report(json: ["b": 1, "a": []]), .json, width: 80)
    #expect(out == "{\n  \"a\": [],\n  \"b\": 1,\n  \"status\": \"ok\"\n}\n")
  }

  @Test func jsonLinesAreOneARowAndOneForWhatIsNoList() throws {
    #expect(try emitted(report, .jsonl).out == "{\"bytes\":1,\"name\":\"b\"}\n{\"name\":\"c\"}\n")
    #expect(try emitted(Report(json: ["a": 1]), .jsonl).out == "{\"a\":1,\"status\":\"ok\"}\n")
    #expect(try emitted(Report(rows: []), .jsonl).out == "")
    // Rows keep to one line on a terminal too.
    #expect(try emitted(report, .jsonl, width: 80).out.split(separator: "\n").count == 2)
  }

  @Test func namesAreOneALineWhateverTheyContain() throws {
    let (out, err) = try emitted(report, .name)
    #expect(out == "b\\n\nc\n")
    #expect(err == "warning: odd\\e\n")
  }

  @Test(arguments: [("", "\n"), ("a", "a\n"), ("a\n", "a\n"), ("a\r\n", "a\r\n")])
  func textReplacesTheTableAndEndsWithOneNewline(text: String, shown: String) throws {
    var report = report
    report.text = text
    #expect(try emitted(report, .table).out == shown)
  }

  @Test func emptyTablePrintsNothingButItsNotes() throws {
    let report = Report(table: Table(columns: [Table.Column("A")], rows: []), notes: ["none yet"])
    let (out, err) = try emitted(report, .table)
    #expect(out.isEmpty)
    #expect(err == "none yet\n")
  }

  private let error = SwarmError(
    .noSuchAgent, "no agent `x\u{1B}` in sales", hint: "one\ntwo", path: "/root/sales",
    underlying: "No such file", available: ["A", "B\n"], trace: "Traceback\n  line")

  @Test func errorsForPeopleSayWhatWithWhatAndWhatNext() throws {
    let (out, err) = try emitted(error, .table)
    #expect(out.isEmpty)
    #expect(
      err == """
        error: no agent `x\\e` in sales
          path: /root/sales
          cause: No such file
          available: A, B\\n
        hint: one
        hint: two
        hint: `--debug` shows where in the agent it happened

        """)
  }

  @Test func debugShowsTheTracebackFirst() throws {
    let (_, err) = try emitted(error, .name, debug: true)
    #expect(err.hasPrefix("Traceback\n  line\nerror: "))
    #expect(!err.contains("--debug"))
  }

  @Test func pathInTheMessageIsNotRepeated() throws {
    let error = SwarmError(.io, "cannot read /a/b", path: "/a/b")
    #expect(try emitted(error, .table).err == "error: cannot read /a/b\n")
  }

  @Test func longListsOfNamesAreCut() throws {
    let names = (1...25).map(String.init)
    let text = try emitted(SwarmError(.usage, "m", available: names), .table).err
    #expect(text.contains("19, 20, and 5 more"))
    #expect(!text.contains("21"))
  }

  @Test func colourIsOnTheWordAlone() throws {
    let (_, err) = try emitted(SwarmError(.usage, "m", hint: "h"), .table, usesColor: true)
    #expect(err == "\u{1B}[1;31merror:\u{1B}[0m m\n\u{1B}[36mhint:\u{1B}[0m h\n")
  }

  @Test(arguments: [OutputFormat.json, .jsonl])
  func errorsForProgramsAreOneDocument(format: OutputFormat) throws {
    let (out, err) = try emitted(error, format)
    #expect(
      out
        == #"{"available":["A","B\n"],"cause":"No such file","code":"no_such_agent","#
        + #""hint":"one\ntwo","message":"no agent `x\u001b` in sales","path":"/root/sales","#
        + #""status":"error","trace":"Traceback\n  line"}"# + "\n")
    #expect(err.isEmpty)
  }

  @Test func absentFieldsOfAnErrorAreLeftOut() throws {
    let (out, _) = try emitted(SwarmError(.busy, "m"), .json)
    #expect(out == #"{"code":"busy","message":"m","status":"error"}"# + "\n")
  }

  @Test func notesAreForPeopleAlone() throws {
    for format in [OutputFormat.json, .jsonl, .name] {
      #expect(try emitted(Report(notes: ["hint"]), format).err == "")
    }
  }

  @Test func debugTalkNeedsDebug() throws {
    for debug in [true, false] {
      let captured = try CapturedOutput(.json, debug: debug)
      defer { captured.close() }
      captured.output.explain("x")
      #expect(captured.standardError == (debug ? "debug: x\n" : ""))
      #expect(captured.standardOutput == "")
    }
  }
}
