import Foundation
import Testing

@testable import SwarmOps

/// Agents that misbehave in a batch: each harms its own call alone.
@Suite struct BatchHarmTests {
  /// What an agent does, and what its own call is answered with: a code, or `nil` for success.
  struct Harm: Sendable {
    let name: String
    let code: String
    let answer: SwarmError.Code?

    init(_ name: String, _ answer: SwarmError.Code?, _ code: String) {
      (self.name, self.answer, self.code) = (name, answer, code)
    }
  }

  private static let memory = "os.environ['BRAINSTEM_MEMORY_PATH']"

  static let deaths = [
    Harm("_exit", .agentFailed, "import os; os._exit(0)"),
    Harm("SIGSEGV", .agentFailed, "import os; os.kill(os.getpid(), 11)"),
    Harm("SIGTERM", .agentFailed, "import os; os.kill(os.getpid(), 15)"),
    Harm("own group", .agentFailed, "import os; os.killpg(0, 9)"),
    Harm("null pointer", .agentFailed, "import ctypes; ctypes.string_at(0)"),
    Harm("every descriptor closed", .agentFailed, "import os; os.closerange(0, 4096)"),
    Harm(
      "every descriptor written to", .agentFailed,
      """
      import os
      for number in range(3, 2000):
          try: os.write(number, b'x' * 100)
          except OSError: pass
      """),
    Harm("deep recursion", .agentFailed, "def f(): f()\nf()"),
    Harm("SystemExit", .agentFailed, "raise SystemExit(0)"),
    Harm("KeyboardInterrupt", .agentFailed, "raise KeyboardInterrupt"),
    Harm("an answer too long", .agentFailed, "out = 'x' * (65 << 20)"),
    Harm("memory spoiled", .invalidMemory, "import os; open(\(memory), 'w').write('{')"),
    Harm("tracing", .agentFailed, "import sys\ndef t(*a): raise ValueError\nsys.settrace(t)"),
  ]

  static let spoils = [
    Harm("json.loads", nil, "import json; json.loads = None"),
    Harm("json.load", nil, "import json; json.load = lambda file: {'forged': 1}"),
    Harm("json.dump", nil, "import json; json.dump = lambda *_: None"),
    Harm("os.open", nil, "import os; os.open = os.listdir = os.lstat = None"),
    Harm("os.path.exists", nil, "import os; os.path.exists = lambda path: False"),
    Harm("builtins.open", nil, "import builtins; builtins.open = None"),
    Harm("time", nil, "import time; time.monotonic = time.time_ns = None"),
    Harm("working folder", nil, "import os; os.chdir('/')"),
    Harm(
      "working folder gone", nil,
      "import os, tempfile; folder = tempfile.mkdtemp(); os.chdir(folder); os.rmdir(folder)"),
    Harm(
      "environment", nil,
      "import os; os.environ.clear(); os.environ['BRAINSTEM_MEMORY_PATH'] = '/nowhere/memory.json'"),
    Harm("streams", nil, "import sys; sys.stdout = sys.stderr = None"),
    Harm("stream taken apart", nil, "import sys; sys.stdout.detach()"),
    Harm("recursion limit", nil, "import sys; sys.setrecursionlimit(200)"),
    Harm("umask", nil, "import os; os.umask(0o777)"),
    Harm("modules", nil, "import sys; del sys.modules['os'], sys.modules['json']"),
    Harm("all modules", nil, "import sys; sys.modules.clear()"),
    Harm(
      "fork left behind", nil,
      "import os, time\nif os.fork() == 0:\n    time.sleep(600)\n    os._exit(0)"),
    Harm(
      "fork that escapes", nil,
      """
      import os, time
      if os.fork() == 0:
          os.setsid()
          if os.fork() == 0: time.sleep(600)
          os._exit(0)
      """),
  ]

  static let hangs = [
    Harm("a hang", .timeout, "import time; time.sleep(600)"),
    Harm(
      "a hang that will not end", .timeout,
      "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"),
    Harm("a stopped process", .timeout, "import os; os.kill(os.getpid(), 19)"),
  ]

  /// Makes calls that do harm, each between saves of its own user and beside those of another.
  private func expectOwnHarm(_ harms: [Harm], _ options: String...) throws {
    let batch = try BatchFixture()
    var input = ""
    for (number, harm) in harms.enumerated() {
      input += BatchFixture.save("k\(number)", user: 1) + BatchFixture.save("p\(number)", user: 2)
      input += BatchFixture.does(harm.code, id: harm.name, user: 1)
    }
    input += BatchFixture.save("last", user: 1)
    let outcome = try batch.program.start(["batch", "-"] + options, stdin: input).wait()
    var answers: [String: JSONObject] = [:]
    for answer in batch.answers(outcome) { answers[answer["id"]?.string ?? "?"] = answer }
    #expect(answers.count == harms.count * 3 + 1)
    for harm in harms {
      let answer = answers.removeValue(forKey: harm.name)
      #expect(answer?["code"]?.string == harm.answer?.rawValue, "\(harm.name): \(outcome.stdout)")
    }
    for (id, answer) in answers { #expect(answer["status"]?.string == "ok", "\(id): \(answer)") }
    let first = try batch.memory(1).map { "\($0.key) \($0.value.int ?? 0)" }
    #expect(first == harms.indices.map { "k\($0) 1" } + ["last 1"])
    let second = try batch.memory(2).map { "\($0.key) \($0.value.int ?? 0)" }
    #expect(second == harms.indices.map { "p\($0) 1" })
    expect(outcome, status: harms.allSatisfy { $0.answer == nil } ? 0 : 1)
    // Nothing lives on, whatever group or session it went to.
    #expect(batch.program.agentProcesses().isEmpty)
  }

  @Test func aCallThatFailsHarmsItselfAlone() throws { try expectOwnHarm(Self.deaths) }

  @Test func aCallThatLeavesSomethingSpoiledHarmsItselfAlone() throws {
    try expectOwnHarm(Self.spoils)
  }

  @Test func whatACallPutsBackSpoilsNothing() throws {
    let batch = try BatchFixture()
    let stream = try BatchConversation(batch.program)
    let patch = "import os; kept = os.path.exists; os.path.exists = print; "
    var processes: [Int?] = []
    for _ in 1...3 {
      let answer = try stream.ask(
        BatchFixture.does(patch + "os.path.exists = kept; out = os.getpid()", user: 1))
      processes.append(answer["output"]?.int)
    }
    #expect(processes[0] != nil && Set(processes).count == 1, "\(processes)")
    // One that does not put it back is the last of its process.
    let last = try stream.ask(BatchFixture.does(patch + "out = os.getpid()", user: 1))
    #expect(last["output"]?.int == processes[0])
    let next = try stream.ask(BatchFixture.does("import os; out = os.getpid()", user: 1))
    #expect(next["output"]?.int != processes[0])
    #expect(try stream.end().status == 0)
  }

  @Test func callsThatHangHarmThemselvesAlone() throws {
    try expectOwnHarm(Self.hangs, "--timeout", "1s")
  }

  @Test func aMemoryThatIsTakenAwayIsGoneForTheNextCall() throws {
    let batch = try BatchFixture()
    let input =
      BatchFixture.save("a", user: 1) + BatchFixture.save("p", user: 2)
      + BatchFixture.does("import os; os.remove(\(Self.memory))", user: 1)
      + BatchFixture.save("b", user: 1) + BatchFixture.save("q", user: 2)
    expect(try batch.program("batch", stdin: input), status: 0)
    #expect(try batch.memory(1).map(\.key) == ["b"])
    #expect(try batch.memory(2).map(\.key) == ["p", "q"])
  }

  @Test func aGigabytePrintedFailsItsOwnCallAlone() throws {
    let batch = try BatchFixture()
    let code = "import sys\nfor _ in range(1024): sys.stdout.write('x' * (1 << 20))"
    try batch.program.folder.write(
      "calls",
      BatchFixture.save("a", user: 1) + BatchFixture.does(code, id: "harm", user: 1)
        + BatchFixture.save("b", user: 1) + BatchFixture.save("p", user: 2))
    // Counted, not kept.
    let outcome = try batch.program.shell(
      "{ swarmctl batch '\(batch.program.folder("calls"))' 2>&1 >&3 | wc -c >&2; } 3>&1")
    let failed = batch.answers(outcome).filter { $0["status"]?.string == "error" }
    #expect(failed.map { $0["id"]?.string } == ["harm"], "\(outcome)")
    #expect(failed.first?["message"]?.string?.contains("64 MiB") ?? false, "\(failed)")
    let printed = Int(outcome.stderr.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    #expect((64 << 20..<80 << 20).contains(printed), "\(printed)")
    #expect(try batch.memory(1).map(\.key) == ["a", "b"])
    #expect(try batch.memory(2).map(\.key) == ["p"])
  }
}
