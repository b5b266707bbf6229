import Foundation
import Testing

@testable import SwarmOps

@Suite struct RunOutputTests {
  /// A program with one agent, `A`, of that body.
  private func program(_ body: String, top: String = "", isBroken: Bool = false) throws -> Program {
    let program = try Program()
    try program.deploy(isBroken: isBroken, ["a_agent.py": Sources.agent("A", top: top, body: body)])
    return program
  }

  @Test func standardOutputCarriesTheResultAlone() throws {
    let program = try program(
      "import sys, os; print('p'); sys.stderr.write('e'); os.write(1, b'raw'); "
        + "os.system('echo child'); return 'result'")
    let outcome = try program("run", "test", "A")
    #expect(outcome.status == 0 && outcome.stdout == "result\n", "\(outcome)")
    for said in ["p", "e", "raw", "child"] { #expect(outcome.stderr.contains(said), "\(outcome)") }
    #expect(try program("run", "test", "A", "--json").json?["output"] == "result")
  }

  @Test(arguments: [
    ("'a'", "a\n", "\"a\""), ("'a\\n'", "a\n", "\"a\\n\""), ("'a\\n\\n'", "a\n\n", "\"a\\n\\n\""),
    ("''", "\n", "\"\""), ("'é😀'", "é😀\n", "\"é😀\""), ("'\\u2028'", "\u{2028}\n", "\"\u{2028}\""),
    ("{'b': 1, 'a': [1.50, None, True]}", "{\"b\": 1, \"a\": [1.5, null, true]}\n", ""),
    ("[]", "[]\n", "[]"), ("'\\ud800x'", "\u{FFFD}x\n", "\"\u{FFFD}x\""),
    ("b'\\xff'", "\u{FFFD}\n", "\"\u{FFFD}\""), ("'a\\0b'", "a\0b\n", "\"a\\u0000b\""),
    ("'\\r\\n'", "\r\n", "\"\\r\\n\""), ("7", "7\n", "7"),
  ])
  func outputIsWhatPerformReturns(_ expression: String, _ human: String, _ json: String) throws {
    let program = try program("return \(expression)")
    let outcome = try program("run", "test", "A")
    #expect(outcome.status == 0 && Array(outcome.stdout.utf8) == Array(human.utf8), "\(outcome)")
    let wire = try program("run", "test", "A", "-o", "json")
    #expect(wire.stdout.utf8.count { $0 == 0x0A } == 1, "\(wire)")
    if json.isEmpty {
      #expect(wire.json?["output"] == ["a": [1.5, .null, true], "b": 1], "\(wire)")
    } else {
      #expect(try wire.json?["output"] == JSONValue.parse(json), "\(wire)")
    }
    #expect(wire.json?["status"] == "ok" && wire.json?["committed"] == false, "\(wire)")
    #expect(wire.json?["duration_ms"]?.int != nil, "\(wire)")
  }

  @Test func nothingReturnedPrintsAnEmptyLine() throws {
    let program = try program("return None")
    #expect(try program("run", "test", "A").stdout == "\n")
    #expect(try program("run", "test", "A", "--json").json?["output"] == .null)
  }

  @Test func anErrorInTheOutputEndsInOneAndIsStillTheOutput() throws {
    let text = try program("return '{\"status\": \"error\", \"message\": \"no\"}'")
    let outcome = try text("run", "test", "A")
    #expect(outcome.status == 1, "\(outcome)")
    #expect(outcome.stdout == "{\"status\": \"error\", \"message\": \"no\"}\n")
    let wire = try text("run", "test", "A", "--json")
    #expect(wire.status == 1 && wire.json?["output"]?.string?.contains("no") == true, "\(wire)")
    let object = try program("return {'status': 'error'}")
    #expect(try object("run", "test", "A").status == 1)
    let success = try program("return '{\"status\": \"errors\"}'")
    #expect(try success("run", "test", "A").status == 0)
  }

  @Test func anAgentThatRaisesEndsInOneAndKeepsTheMemory() throws {
    let program = try program(
      "import os; open(os.environ['BRAINSTEM_MEMORY_PATH'], 'w').write('{}'); "
        + "raise ValueError('bad wörd')")
    let before = try program.state()
    let wire = try program("run", "test", "A", "--json")
    expect(wire, code: .agentFailed)
    #expect(wire.json?["status"] == "error")
    #expect(wire.json?["message"]?.string?.contains("ValueError: bad wörd") == true, "\(wire)")
    #expect(wire.json?["trace"]?.string?.contains("a_agent.py") == true, "\(wire)")
    let human = try program("run", "test", "A")
    #expect(human.status == 1 && human.stdout.isEmpty, "\(human)")
    #expect(!human.stderr.contains("Traceback"), "\(human)")
    #expect(try program("run", "test", "A", "--debug").stderr.contains("Traceback"))
    #expect(try program.state() == before)
  }

  @Test func aCommitIsSaidInTheEnvelope() throws {
    let program = try Program()
    try program.deploy(["keep_agent.py": Sources.keep])
    #expect(try program("run", "test", "Keep", "key=a", "--json").json?["committed"] == true)
    #expect(try program("run", "test", "Keep", "--json").json?["committed"] == false)
  }

  @Test func timeoutEndsTheAgentAndItsChildren() throws {
    let program = try program(
      "import subprocess, os; open(os.environ['BRAINSTEM_MEMORY_PATH'], 'w').write('{}'); "
        + "subprocess.run(['sleep', '600'])")
    let before = try program.state()
    let outcome = try program("run", "test", "A", "--timeout", "300ms", "--json")
    expect(outcome, code: .timeout)
    #expect(try program.state() == before)
    expect(try program("run", "test", "A", "--timeout", "soon", "--json"), code: .usage)
  }

  @Test func everyKindOfMistakeHasItsStatus() throws {
    let program = try program("return 'x'")
    let swarm = try program.store.resolve("test")
    expect(try program("run", "test", "A", "--flag", "--json"), code: .usage)
    expect(try program("run", "tset", "A", "--json"), code: .noSuchSwarm)
    let agent = try program("run", "test", "B", "--json")
    expect(agent, code: .noSuchAgent)
    #expect(agent.json?["available"] == ["A"], "\(agent)")
    expect(
      try program("run", "test", "A", "--python", "/missing/python3", "--json"), code: .setup)
    try program.folder.write("root/swarms/\(swarm)/manifest.json", "[]")
    expect(try program("run", "\(swarm)", "A", "--json"), code: .badData)
  }

  @Test func memoryThatIsNoJSONIsRefusedAndKeptAside() throws {
    let program = try program(
      "import os; open(os.environ['BRAINSTEM_MEMORY_PATH'], 'w').write('{'); return 'x'")
    let before = try program.state()
    let outcome = try program("run", "test", "A", "--json")
    expect(outcome, code: .invalidMemory)
    #expect(try program.state() == before)
  }

  @Test func aMissingModuleNamesTheModuleTheInterpreterAndTheWayOut() throws {
    let atTop = try program("return 'x'", top: "import no_such_module_x", isBroken: true)
    let later = try program("import no_such_module_x; return 'x'")
    for program in [atTop, later] {
      for name in ["A", "a_agent"] where program.root == later.root || name == "A" {
        let outcome = try program("run", "test", name, "--json")
        expect(outcome, code: .setup)
        let python = try #require(Program.python)
        for word in ["no_such_module_x", python, "--python"] {
          #expect(outcome.stdout.contains(word), "\(outcome)")
        }
      }
    }
  }

  @Test func oneDocumentIsPrintedWhateverGoesWrong() throws {
    let program = try program("return 'x'")
    for words in [
      ["run"], ["nonsense"], ["run", "test"], ["run", "test", "A", "--bad"], ["inspect", "none"],
      ["deploy", "/missing"], ["list", "extra"], [],
    ] {
      let outcome = try program.start(words + ["-o", "json"]).wait()
      #expect(outcome.json?["status"] == "error", "\(outcome)")
      #expect([64, 66].contains(outcome.status), "\(outcome)")
    }
  }
}
