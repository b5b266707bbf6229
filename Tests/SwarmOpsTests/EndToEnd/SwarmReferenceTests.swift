import Foundation
import Testing

@testable import SwarmOps

@Suite struct SwarmReferenceTests {
  private let first = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
  private let second = "3f2504e0-aaaa-41d3-9a0c-0305e82c3302"

  private func program(_ swarms: [(name: String, guid: String)]) throws -> Program {
    let program = try Program()
    for swarm in swarms {
      let bundle = Sources.bundle(
        name: swarm.name, guid: swarm.guid, ["echo_agent.py": Sources.echo])
      expect(try program("deploy", "-", stdin: Sources.text(bundle)), status: 0)
    }
    return program
  }

  private func inspect(_ program: Program, _ word: String) throws -> Program.Outcome {
    try program("inspect", "--json", "--", word)
  }

  @Test func guidsInAnyCasePrefixesAndNamesFindASwarm() throws {
    let program = try program([("one", first), ("two", second)])
    for word in [first, first.uppercased(), "3f2504e0-4", "3F2504E0-4F", "one"] {
      let outcome = try inspect(program, word)
      #expect(
        outcome.json?["swarms"]?.array?.first?["swarm_guid"]?.string == first, "\(outcome)")
    }
    for word in ["3f2", "3f2504e0", "on", "ONE", "", "3f2504e0-4f89-41d3-9a0c-0305e82c3309"] {
      let outcome = try inspect(program, word)
      #expect([64, 66].contains(outcome.status), "\(outcome)")
    }
  }

  @Test func anAmbiguousWordListsTheCandidates() throws {
    let program = try program([
      ("one", first), ("two", second), ("3f25", GUID.random().description),
    ])
    let prefix = try inspect(program, "3f2504e0")
    expect(prefix, code: .ambiguous)
    let candidates = prefix.json?["available"]?.array?.compactMap(\.string) ?? []
    #expect(candidates.count == 2, "\(prefix)")
    for (candidate, swarm) in zip(candidates, [first + " one", second + " two"]) {
      #expect(candidate.hasPrefix(swarm + ", made 20") && candidate.contains(" bytes of memory"))
    }
    let human = try program("run", "3f25", "Echo")
    #expect(human.status == 64 && human.stderr.contains(first) && human.stderr.contains("3f25"))
    let twins = try self.program([("one", first), ("one", second)])
    expect(try inspect(twins, "one"), code: .ambiguous)
    let which = try twins("memory", "show", "one")
    let lines = which.stderr.split(separator: "\n").filter { $0.hasPrefix("    ") }
    #expect(lines.count == 2 && lines.allSatisfy { $0.contains(", made 20") }, "\(which)")
  }

  @Test func anUnknownNameSuggestsTheNearest() throws {
    let program = try program([("sales-swarm", first)])
    let outcome = try inspect(program, "sale-swarm")
    expect(outcome, code: .noSuchSwarm)
    #expect(outcome.json?["hint"]?.string?.contains("sales-swarm") == true, "\(outcome)")
    let agent = try program("run", "sales-swarm", "Ecko", "--json")
    expect(agent, code: .noSuchAgent)
    #expect(agent.json?["hint"]?.string?.contains("Echo") == true, "\(agent)")
  }

  @Test(arguments: [
    "--", "--help", "-o", "a b", "😀 swarm", "é", "'$(x)`\"\\", "..", "/etc/passwd", "*", "null",
    "11111111-2222-4333-8444-555555555555",
  ])
  func anyNameCanBeDeployedListedRunAndRemoved(_ name: String) throws {
    let program = try program([(name, first)])
    #expect(try program("list", "--json").json?["swarms"]?.array?.first?["name"]?.string == name)
    let run = try program("run", "--json", "--", name, "Echo", "text=a")
    #expect(run.json?["output"] == "{\"text\": \"a\"}", "\(run)")
    expect(try inspect(program, name), status: 0)
    let export = try program("export", "--", name)
    expect(try Program()("deploy", "-", "--json", stdin: export.stdout), status: 0)
    expect(try program("remove", "--yes", "--", name), status: 0)
    #expect(try program.store.list().swarms.isEmpty)
  }

  @Test func agentsWithOddNamesRunByThem() throws {
    let program = try Program()
    try program.deploy([
      "a_agent.py": Sources.agent("Lead Scorer é", body: "return 'spaced'"),
      "b_agent.py": Sources.agent("--flag", body: "return 'flag'"),
      "c_agent.py": Sources.agent("C", body: "return 'c'")
        .replacing("            super()", with: "            self.x = 1; super()")
        .replacing("\"C\", {", with: "7, {"),
      "d_agent.py": Sources.agent("a\u{1B}[31mb", body: "return 'control'"),
      "e_agent.py": "class EAgent:\n  name = 'E'\n  metadata = 'text'\n"
        + "  def perform(self, **k): return str(k)\n",
      "f_agent.py": "class FAgent:\n  name = 'F'\n  metadata = {'parameters': 5}\n"
        + "  def perform(self, **k): return 'f'\n",
    ])
    #expect(try program("run", "test", "Lead Scorer é").stdout == "spaced\n")
    #expect(try program("run", "test", "--", "--flag").stdout == "flag\n")
    #expect(try program("run", "test", "E", "a=1").stdout == "{'a': '1'}\n")
    #expect(try program("run", "test", "F").stdout == "f\n")
    #expect(try program("run", "test", "d_agent").stdout == "control\n")
    let table = try program("agents", "test")
    expect(table, status: 0)
    #expect(!table.stdout.contains("\u{1B}"), "\(table)")
    let states = try program("agents", "test", "--json").json?["agents"]?.array ?? []
    #expect(states.first { $0["filename"] == "c_agent.py" }?["state"] == "instantiation")
    #expect(try program("agents", "test", "--tools").json?.array?.count == 3)
  }
}
