import Foundation
import Testing

@testable import SwarmOps

/// Processes that outlive their call, others that reach into a batch's copies, and lies.
@Suite struct BatchStrangersTests {
  /// A process of its own session, whose parent has ended, that does something for ever.
  private static func daemon(_ code: String) -> String {
    """
    import os, time
    pipe = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for _ in range(3): os.closerange(0, 3)
            os.write(pipe[1], b"%d" % os.getpid())
            while True:
                try:
                    \(code)
                except OSError: pass
                time.sleep(0.001)
        os._exit(0)
    out = os.read(pipe[0], 100).decode()
    """
  }

  @Test(arguments: ["standard", "off"])
  func aProcessThatLeftItsSessionEndsWithItsCallAndIsNamed(level: String) throws {
    let batch = try BatchFixture()
    let stream = try BatchConversation(batch.program, ["--sandbox", level])
    let answer = try stream.ask(BatchFixture.does(Self.daemon("pass"), user: 1))
    let daemon = try #require(Int32(answer["output"]?.string ?? ""), "\(answer)")
    #expect(!lives(daemon))
    let warnings = answer["warnings"]?.array?.compactMap(\.string) ?? []
    #expect(warnings.contains { $0.contains("left running") }, "\(answer)")
    #expect(try stream.end().status == 0)
  }

  @Test func aFailedCallSaysWhatWasWrongWithItsArguments() throws {
    let batch = try BatchFixture()
    let stream = try BatchConversation(batch.program)
    let answer = try stream.ask(
      BatchFixture.line(
        "call", "Do", ["code": "raise ValueError('no')", "unheard_of": 1], user: 1))
    #expect(answer["status"]?.string == "error", "\(answer)")
    let warnings = answer["warnings"]?.array?.compactMap(\.string) ?? []
    #expect(warnings.contains { $0.contains("unheard_of") }, "\(answer)")
    #expect(try stream.end().status == 1)
  }

  @Test func whatALeftProcessWritesIsNotInTheMemory() throws {
    let batch = try BatchFixture()
    let stream = try BatchConversation(batch.program)
    _ = try stream.ask(BatchFixture.save("a", user: 1))
    let harm = Self.daemon("open(PATH, 'w').write('{\"forged\": 1}')")
    _ = try stream.ask(BatchFixture.does(harm, id: "harm", user: 1))
    let beside = Self.daemon("open(os.path.dirname(PATH) + '/x', 'a').write('more')")
    _ = try stream.ask(BatchFixture.does(beside, id: "beside", user: 2))
    for key in ["b", "c"] {
      #expect(try stream.ask(BatchFixture.save(key, user: 1))["status"]?.string == "ok")
    }
    #expect(try stream.end().status == 0)
    let memory = try batch.memory(1)
    #expect(memory["b"]?.int == 1 && memory["c"]?.int == 1, "\(memory)")
    #expect(batch.program.agentProcesses().isEmpty)
  }

  @Test func aCopyThatSomebodyElseRewritesIsMadeAnew() throws {
    let batch = try BatchFixture()
    let stream = try BatchConversation(batch.program)
    _ = try stream.ask(BatchFixture.save("a", user: 1))
    for change in ["rewritten", "removed"] {
      // Another one each time.
      let path = try #require(
        try stream.ask(BatchFixture.does("out = PATH", user: 1))["output"]?.string)
      if change == "removed" {
        try FileManager.default.removeItem(atPath: path)
      } else {
        try Data(#"{"forged": 1}"#.utf8).write(to: URL(fileURLWithPath: path))
      }
      #expect(try stream.ask(BatchFixture.save(change, user: 1))["status"]?.string == "ok")
    }
    #expect(try stream.end().status == 0)
    #expect(try batch.memory(1).map(\.key).sorted() == ["a", "removed", "rewritten"])
  }

  @Test func aCopyThatIsClearedAwayDuringACallIsNoRemoval() throws {
    let batch = try BatchFixture()
    let stream = try BatchConversation(batch.program, ["--sandbox", "off"])
    _ = try stream.ask(BatchFixture.save("a", user: 1))
    // As a cleaner does it: everything in the child's folder, in any order, and then it goes on.
    let clear = """
      import os, shutil
      top = PATH.split('/swarms/')[0]
      for name in os.listdir(top):
          path = top + '/' + name
          shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
      """
    for code in [
      clear, clear + "\nos.makedirs(os.path.dirname(PATH)); open(PATH, 'w').write('{}')",
    ] {
      let answer = try stream.ask(BatchFixture.does(code, user: 1))
      #expect(answer["code"]?.string == "io", "\(answer)")
    }
    #expect(try stream.ask(BatchFixture.save("b", user: 1))["status"]?.string == "ok")
    #expect(try stream.end().status == 1)
    #expect(try batch.memory(1).map(\.key) == ["a", "b"])
  }

  /// Frames that no host would send, written by an agent to its process's own channel.
  @Test(arguments: [
    #"{"type": "ready", "pid": 1}"#, #"{"type": "ready", "pid": %d}"#, #"{"type": "ready"}"#,
    #"{"type": "result", "n": 2, "kind": "text", "us": -5, "state": "same", "output": -1}"#,
    #"{"type": "result", "n": -9223372036854775808, "kind": "text", "output": 0}"#,
    #"{"type": "result", "n": 2, "state": "files!", "output": 0}"#, "[]", "500 MB",
  ])
  func aFrameThatMakesNoSenseFailsItsOwnCallAlone(frame: String) throws {
    let batch = try BatchFixture()
    let code = """
      import os, sys
      frame = \(String(reflecting: frame)).replace('%d', str(os.getpid()))
      for number in range(3, 300):
          try: path = os.readlink('/proc/self/fd/%d' % number)
          except OSError: continue
          if path.endswith('/answers'):
              data = frame.encode()
              size = len(data).to_bytes(4, 'big') + (0).to_bytes(4, 'big')
              if frame == '500 MB': size, data = (500 << 20).to_bytes(4, 'big') * 2, b''
              os.write(number, size + data)
      """
    let input =
      BatchFixture.save("a", user: 1) + BatchFixture.does(code, id: "harm", user: 1)
      + BatchFixture.save("b", user: 1) + BatchFixture.save("p", user: 2)
    let outcome = try batch.program("batch", "--timeout", "20s", stdin: input)
    let failed = batch.answers(outcome).filter { $0["status"]?.string != "ok" }
    #expect(failed.compactMap { $0["id"]?.string } == ["harm"], "\(outcome)")
    #expect(try batch.memory(1).map(\.key) == ["a", "b"])
    #expect(try batch.memory(2).map(\.key) == ["p"])
  }

  @Test func anIdleProcessThatIsKilledCostsNoCall() throws {
    let batch = try BatchFixture()
    let stream = try BatchConversation(batch.program)
    let id = try stream.ask(BatchFixture.does("import os; out = str(os.getpid())", user: 1))
    let child = try #require(Int32(id["output"]?.string ?? ""))
    kill(child, SIGKILL)
    #expect(eventually("its end") { !lives(child) })
    #expect(try stream.ask(BatchFixture.save("a", user: 1))["status"]?.string == "ok")
    #expect(try stream.end().status == 0)
  }

  @Test func aRunEndsAndNamesWhatItsAgentLeft() throws {
    let swarm = try ScriptedSwarm()
    let outcome = try swarm.run(
      "import subprocess; subprocess.Popen(['sleep', '600'], start_new_session=True)")
    expect(outcome, status: 0)
    let warnings = outcome.json?["warnings"]?.array?.compactMap(\.string) ?? []
    #expect(warnings.contains { $0.contains("sleep") }, "\(outcome)")
  }

  @Test(.enabled(if: Machine.hasProcessLimits))
  func aBatchWhoseLimitOnOpenFilesIsLoweredStillAnswers() throws {
    let batch = try BatchFixture()
    let stream = try BatchConversation(batch.program)
    for user in 1...3 { _ = try stream.ask(BatchFixture.save("a", user: user)) }
    let lowering = Process()
    lowering.executableURL = URL(fileURLWithPath: "/usr/bin/prlimit")
    lowering.arguments = ["--pid", "\(stream.processID)", "--nofile=4:4096"]
    try lowering.run()
    lowering.waitUntilExit()
    for user in 1...3 {
      #expect(try stream.ask(BatchFixture.save("b", user: user))["status"] != nil)
    }
    _ = try stream.end()
  }

  @Test func anyNumberOfJobsIsTaken() throws {
    let batch = try BatchFixture()
    let outcome = try batch.program(
      "batch", "--jobs", "9223372036854775807",
      stdin: BatchFixture.save("a", user: 1) + BatchFixture.save("b", user: 2))
    expect(outcome, status: 0)
    #expect(batch.answers(outcome).count == 2)
  }
}
