import Foundation
import Testing

@testable import SwarmOps

/// Batches that are cut off, and what others do meanwhile.
@Suite struct BatchEndingTests {
  /// Starts a batch whose agent sleeps, and returns it with the agent's process.
  private func sleeping(_ batch: BatchFixture) throws -> (Program.Running, agent: Int32) {
    let code = "import os, time; print('pid', os.getpid(), flush=True); time.sleep(600)"
    let running = try batch.program.start(
      ["batch"], stdin: BatchFixture.save("a", user: 1) + BatchFixture.does(code, user: 1))
    while !running.stderrSoFar.contains("\n") && !running.hasEnded { usleep(1000) }
    let word = running.stderrSoFar.split(whereSeparator: \.isWhitespace).dropFirst().first
    return (running, try #require(word.flatMap { Int32($0) }, "\(running.stderrSoFar)"))
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGKILL])
  func noAgentOutlivesTheBatch(signal: Int32) throws {
    let batch = try BatchFixture()
    let (running, agent) = try sleeping(batch)
    while !running.stdoutSoFar.contains("saved a") && !running.hasEnded { usleep(1000) }
    running.signal(signal)
    expect(try running.wait(), status: signal == SIGKILL ? -signal : 128 + signal)
    let deadline = ContinuousClock.now + .seconds(20)
    while kill(agent, 0) == 0 && ContinuousClock.now < deadline { usleep(1000) }
    #expect(kill(agent, 0) == -1)
    #expect(try batch.memory(1).map(\.key) == ["a"])
    expect(
      try batch.program("run", "test", "Save", "key=b", "--user", BatchFixture.user(1)), status: 0)
  }

  @Test func aDeployGetsItsTurnAndItsAgentsAreUsed() throws {
    let batch = try BatchFixture()
    let wait = "import time; time.sleep(0.05)"
    // Two that hold the swarm at different times, so that by itself no gap would ever come.
    let batches = try [0, 2].map { first in
      let input = (0..<160).map { BatchFixture.does(wait, id: "\($0)", user: first + $0 % 2) }
      return try batch.program.start(["batch"], stdin: input.joined())
    }
    while batches.contains(where: { $0.stdoutSoFar.isEmpty && !$0.hasEnded }) { usleep(1000) }
    try batch.program.folder.write(
      "bundles/test/do_agent.py", Sources.agent("Do", body: "return 'new'"))
    expect(try batch.program("deploy", batch.program.folder("bundles/test")), status: 0)
    for running in batches {
      let outcome = try running.wait()
      expect(outcome, status: 0)
      let outputs = batch.answers(outcome).map { $0["output"]?.string }
      #expect(outputs.count == 160 && outputs.first == "done" && outputs.last == "new")
    }
  }

  @Test func whatAnotherProgramWritesIsNotOverwritten() throws {
    let batch = try BatchFixture()
    let write = """
      import os
      path = os.environ['BRAINSTEM_MEMORY_PATH']
      real = '\(batch.program.root)/swarms/' + path.split('/swarms/')[1]
      open(real, 'w').write('{"foreign": 1}')
      open(path, 'w').write('{"own": 1}')
      """
    let input =
      BatchFixture.save("a", user: 1) + BatchFixture.does("pass", id: "settle", user: 1)
      + BatchFixture.does("import time; time.sleep(0.2)", id: "wait", user: 1)
      + BatchFixture.does(write, id: "write", user: 1) + BatchFixture.save("b", user: 2)
    let outcome = try batch.program("batch", "--sandbox", "off", stdin: input)
    expect(outcome, status: 1)
    let failed = batch.answers(outcome).filter { $0["status"]?.string == "error" }
    #expect(failed.map { $0["code"]?.string } == ["conflict"], "\(outcome)")
    #expect(try batch.memory(1).map(\.key) == ["foreign"])
  }

  @Test func aResumedBatchMakesEveryCallOnce() throws {
    let batch = try BatchFixture()
    let log = batch.program.folder("log")
    let input = (0..<400).map { BatchFixture.save("k\($0)", user: $0 % 5) }.joined()
    var seen: Set<String> = []
    var isDone = false
    var cuts = 0
    while !isDone {
      let running = try batch.program.start(["batch", "--resume", log], stdin: input)
      if cuts < 12 {
        while running.stdoutSoFar.isEmpty && !running.hasEnded { usleep(500) }
        usleep(UInt32.random(in: 0...20_000))
        running.signal(SIGKILL)
      }
      cuts += 1
      let outcome = try running.wait()
      isDone = outcome.status == 0
      #expect(outcome.status == 0 || outcome.status == -SIGKILL, "\(outcome.stderr)")
      seen.formUnion(batch.answers(outcome).compactMap { $0["id"]?.string })
      if cuts > 40 { break }
    }
    #expect(seen.count == 400)
    let entries = try (0..<5).flatMap { try batch.memory($0).map { ($0.key, $0.value) } }
    #expect(entries.count == 400)
    #expect(entries.allSatisfy { $0.1.int == 1 })
    let edited = input.replacing("\"k7\"", with: "\"other\"")
    let outcome = try batch.program("batch", "--resume", log, stdin: edited)
    #expect(batch.answers(outcome).map { $0["id"]?.string } == ["other"])
  }

  @Test func aLogServesOneBatchAtATime() throws {
    let batch = try BatchFixture()
    let log = batch.program.folder("log")
    let code = "import time; print('on', flush=True); time.sleep(600)"
    let first = try batch.program.start(
      ["batch", "--resume", log], stdin: BatchFixture.does(code, user: 1))
    while !first.stderrSoFar.contains("on") && !first.hasEnded { usleep(1000) }
    expect(try batch.program("batch", "--resume", log, stdin: ""), status: 75)
    first.signal(SIGTERM)
    expect(try first.wait(), status: 143)
  }

  @Test func eachLineIsAnsweredBeforeTheNextIsSent() throws {
    let batch = try BatchFixture()
    try batch.program.folder.write("line", BatchFixture.save("a", user: 1))
    let outcome = try batch.program.shell(
      """
      coproc swarmctl batch -
      for i in 1 2 3; do
        cat '\(batch.program.folder("line"))' >&"${COPROC[1]}"
        read -r -t 20 answer <&"${COPROC[0]}" && echo "$answer"
      done
      eval "exec ${COPROC[1]}>&-"; wait
      """)
    #expect(batch.answers(outcome).count == 3, "\(outcome)")
    #expect(try batch.memory(1)["a"]?.int == 3)
  }

  @Test func anInterruptedStreamSaysHowManyWereAnsweredAndHowToGoOn() throws {
    let batch = try BatchFixture()
    let stream = try BatchConversation(batch.program)
    #expect(try stream.ask(BatchFixture.save("a", user: 1))["status"]?.string == "ok")
    stream.signal(SIGINT)
    let end = try stream.end()
    #expect(end.status == 130)
    #expect(end.stderr.contains("1 answer was written"), "\(end.stderr)")
    #expect(end.stderr.contains("--resume"), "\(end.stderr)")
    #expect(!end.stderr.contains("nothing was changed"), "\(end.stderr)")
  }

  @Test func aReaderThatGoesIsAnErrorThatSaysHowFarTheBatchCame() throws {
    let batch = try BatchFixture()
    let input = (0..<3000).map { BatchFixture.does("", id: "\($0)", user: $0 % 3) }.joined()
    try batch.program.folder.write("lines", input)
    let outcome = try batch.program.shell(
      "set -o pipefail; swarmctl batch '\(batch.program.folder("lines"))' | head -1")
    #expect(batch.answers(outcome).count == 1)
    #expect(outcome.status == 74, "\(outcome)")
    for words in ["nobody reads the answers", "the last for line", "--resume"] {
      #expect(outcome.stderr.contains(words), "\(outcome)")
    }
  }

  @Test func aWarmProcessThatIsKilledCostsNoCall() throws {
    let batch = try BatchFixture()
    let stream = try BatchConversation(batch.program)
    for user in 1...12 {
      let host = try #require(
        try stream.ask(BatchFixture.does("import os; out = str(os.getppid())", user: user))[
          "output"]?
          .string.flatMap { Int32($0) })
      // Now, and while the next child is being asked for.
      let killing = DispatchWorkItem {
        usleep(UInt32(user - 1) * 300)
        kill(host, SIGKILL)
      }
      DispatchQueue.global().async(execute: killing)
      let answer = try stream.ask(BatchFixture.save("a", user: 100 + user))
      #expect(answer["status"]?.string == "ok", "\(answer)")
      // Or the next one would be told of a process that is not its parent any more.
      killing.wait()
    }
    #expect(try stream.end().status == 0)
  }

  @Test func invalidMemoryBesideNewFilesFailsItsOwnCallAlone() throws {
    let batch = try BatchFixture()
    let spoil = """
      import os
      open(os.path.dirname(PATH) + '/notes.txt', 'w').write('text')
      open(PATH, 'w').write('{"half": ')
      """
    let input =
      BatchFixture.save("a", user: 1) + BatchFixture.does(spoil, id: "spoil", user: 1)
      + BatchFixture.save("b", user: 1)
    let outcome = try batch.program("batch", stdin: input)
    expect(outcome, status: 1)
    #expect(batch.answers(outcome).map { $0["code"]?.string } == [nil, "invalid_memory", nil])
    #expect(try batch.memory(1).map(\.key) == ["a", "b"])
  }

  @Test func whoKeepsFilesAndWaitsHoldsUpNobody() throws {
    let batch = try BatchFixture()
    let (note, go) = (
      "import os; open(os.path.dirname(PATH) + '/n', 'w')", batch.program.folder("go")
    )
    expect(try batch.program("batch", stdin: BatchFixture.does(note, user: 1)), status: 0)
    let wait =
      "import os, time\nprint('here', flush=True)\nwhile not os.path.exists('\(go)'): time.sleep(0.01)"
    let holder = try batch.program.start(
      ["run", "test", "Do", "--args", "-", "--user", BatchFixture.user(1)],
      stdin: Sources.text(["code": .string(wait)]))
    while !holder.stderrSoFar.contains("here") && !holder.hasEnded { usleep(1000) }
    let running = try batch.program.start(
      ["batch", "--jobs", "1"],
      stdin: BatchFixture.save("a", user: 1) + BatchFixture.save("b", user: 2))
    while running.stdoutSoFar.isEmpty && !running.hasEnded { usleep(1000) }
    #expect(running.stdoutSoFar.contains("saved b"))
    try batch.program.folder.write("go", "")
    expect(try holder.wait(), status: 0)
    let outcome = try running.wait()
    expect(outcome, status: 0)
    #expect(batch.answers(outcome).map { $0["id"]?.string } == ["b", "a"])
  }
}
