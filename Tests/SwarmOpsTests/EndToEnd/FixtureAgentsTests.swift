import Foundation
import Testing

@testable import SwarmOps

/// One agent of every form, in `Fixtures/agents`, deployed as one swarm and called as its
/// `EXPECTED.json` says.
@Suite struct FixtureAgentsTests {
  static let folder =
    ((#filePath as NSString).deletingLastPathComponent as NSString)
    .deletingLastPathComponent + "/Fixtures/agents"

  /// What `EXPECTED.json` says of one file.
  struct Expected: Sendable {
    let file: String
    let says: JSONValue
  }

  static let expected: [Expected] = {
    guard let bytes = try? FileSystem.read(folder + "/EXPECTED.json"),
      let object = (try? JSONValue.parse(bytes))?.object
    else { return [] }
    return object.map { Expected(file: $0.0, says: $0.1) }
  }()

  /// Files that a bundle refuses, so that no swarm can have them.
  private static let refused: Set<String> = ["latin1_agent.py"]
  private let program: Program

  init() throws {
    program = try Program()
    let copy = program.folder("forms")
    try FileManager.default.copyItem(atPath: Self.folder, toPath: copy)
    for file in Self.refused { try FileManager.default.removeItem(atPath: copy + "/" + file) }
    expect(try program("deploy", copy, "--json"), status: 0)
  }

  @Test func theFixturesAreThere() {
    #expect(Self.expected.count > 60)
  }

  @Test func eachFormLoadsAsExpected() throws {
    let outcome = try program("agents", "forms", "--json")
    expect(outcome, status: 0)
    let all = try #require(outcome.json?["agents"]?.array)
    for expected in Self.expected where !Self.refused.contains(expected.file) {
      check(expected, all.filter { $0["filename"]?.string == expected.file })
    }
  }

  private func check(_ expected: Expected, _ records: [JSONValue]) {
    let file = Comment(rawValue: expected.file)
    let states = records.compactMap { $0["state"]?.string }
    let names = records.compactMap { $0["name"]?.string }
    #expect(names == expected.says["agents"]?.array?.compactMap(\.string) ?? [], file)
    switch expected.says["state"]?.string {
    case "ok": #expect(!states.isEmpty && states.allSatisfy { $0 == "ok" }, file)
    case "base": #expect(records.isEmpty, file)
    case let state: #expect(states == [state ?? "?"], file)
    }
    for key in ["requires", "requires_env"] {
      guard let wanted = expected.says[key]?.array else { continue }
      #expect(records.first?[key]?.array ?? [] == wanted, file)
    }
    if let line = expected.says["line"] { #expect(records.first?["line"] == line, file) }
    if let module = expected.says["missing_module"], expected.says["call"] == nil {
      #expect(records.first?["missing_module"] == module, file)
    }
    for key in ["warning", "message_contains"] {
      guard let part = expected.says[key]?.string else { continue }
      #expect(records.first?["message"]?.string?.contains(part) == true, "\(records)")
    }
  }

  @Test func eachFormAnswersAsExpected() throws {
    for expected in Self.expected where expected.says["call"] != nil { try call(expected) }
  }

  private func call(_ expected: Expected) throws {
    let first = try #require(expected.says["call"])
    let agent = try #require(first["agent"]?.string)
    for call in [first] + (expected.says["more_calls"]?.array ?? []) {
      // A form that counts to 64 MiB one digit at a time is for the host's own tests.
      if call["args"]?["kind"] == "endless" { continue }
      let arguments = call["args"].map { String(decoding: $0.serialized(), as: UTF8.self) }
      let outcome = try program(
        "run", "forms", agent, "--args", arguments ?? "{}", "--json", "--no-validate", "--user",
        GUID.random().description)
      let answer = try #require(outcome.json, "\(outcome)")
      if call["category"] != nil {
        #expect(answer["status"] == "error", "\(outcome)")
        #expect([1, 64, 78].contains(outcome.status), "\(outcome)")
        let part = call["message_contains"]?.string ?? ""
        #expect(
          answer["missing_module"] != nil || answer["code"] == "setup"
            || answer["message"]?.string?.contains(part) == true, "\(outcome)")
        if let trace = call["trace_contains"]?.string {
          #expect(answer["trace"]?.string?.contains(trace) == true, "\(outcome)")
        }
        continue
      }
      #expect(answer["status"] == "ok", "\(outcome)")
      let part = call["output_contains"]?.string ?? ""
      if call["kind"] == "text" {
        #expect(answer["output"]?.string?.contains(part) == true, "\(outcome)")
      } else {
        let spaces = Set(" \n")
        let text = answer["output"].map { String(decoding: $0.serialized(), as: UTF8.self) } ?? ""
        #expect(
          text.filter { !spaces.contains($0) }.contains(part.filter { !spaces.contains($0) }),
          "\(outcome)")
      }
      if let part = call["stderr_contains"]?.string {
        #expect(outcome.stderr.contains(part), "\(outcome)")
      }
      if expected.says["writes"]?.bool == true {
        #expect(answer["committed"] == true, "\(outcome)")
      }
    }
  }

  @Test func contextIsWhatTheFormsSay() throws {
    let outcome = try program("context", "forms", "--json")
    expect(outcome, status: 0)
    let wanted = Self.expected.compactMap { $0.says["context"]?.string }
    #expect(
      outcome.json?["contexts"]?.array?.compactMap { $0["context"]?.string } == wanted, "\(outcome)"
    )
  }

  @Test func theCheckReportsEveryFailure() throws {
    let outcome = try program("agents", "forms", "--check", "--json")
    expect(outcome, status: 2)
    let failed = (outcome.json?["agents"]?.array ?? []).filter { $0["state"] != "ok" }
    let wanted = Self.expected.filter {
      !["ok", "base"].contains($0.says["state"]?.string) && !Self.refused.contains($0.file)
    }
    #expect(
      failed.compactMap { $0["filename"]?.string }.sorted() == wanted.map(\.file).sorted())
  }

  @Test func anExportOfAllFormsIsTheSameSwarm() throws {
    let export = try program("export", "forms")
    expect(export, status: 0)
    let other = try Program()
    expect(try other("deploy", "-", "-q", stdin: export.stdout), status: 0)
    #expect(try other("export", "forms").stdout == export.stdout)
    #expect(
      try other("run", "forms", "UsesHelper", "text=hi").stdout
        == (try program("run", "forms", "UsesHelper", "text=hi").stdout))
    expect(try other("run", "forms", "OwnFolder"), status: 0)
  }
}
