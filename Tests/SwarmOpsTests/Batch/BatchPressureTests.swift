import Foundation
import Testing

@testable import SwarmOps

/// Batches whose readers stand still, and what they show of themselves.
@Suite struct BatchPressureTests {
  private let batch: BatchFixture
  private var program: Program { batch.program }

  init() throws { batch = try BatchFixture() }

  /// The most memory that a process has had, in KiB.
  private func peak(_ process: Int32) throws -> Int {
    let text = String(decoding: try FileSystem.read("/proc/\(process)/status"), as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return try #require(line?.split(separator: " ").dropFirst().first.flatMap { Int($0) })
  }

  /// Waits until a process has read nothing for a while: all that it may hold, it holds.
  private func waitUntilItStandsStill(_ conversation: BatchConversation) {
    var last = ""
    var same = 0
    _ = eventually("the batch to stand still") {
      let io = (try? FileSystem.read("/proc/\(conversation.processID)/io")) ?? []
      let now = String(decoding: io, as: UTF8.self)
      same = now == last && !now.isEmpty ? same + 1 : 0
      last = now
      return same > 100 || conversation.hasEnded
    }
  }

  /// Calls that answer with so many bytes each, of three users.
  private func calls(_ count: Int, answering bytes: Int) throws -> String {
    let lines = (0..<count).map {
      BatchFixture.does("out = 'x' * \(bytes)", id: "\($0)", user: $0 % 3)
    }
    return try program.folder.write("calls-\(count).jsonl", lines.joined())
  }

  @Test(.enabled(if: Machine.hasProcessFiles, "needs /proc"))
  func aReaderOfAnswersThatStandsStillCostsNoMemoryAndHoldsNothingUp() throws {
    let peaks = try [1_000, 30_000].map { count in
      let conversation = try BatchConversation(
        program, input: try calls(count, answering: 10_000))
      waitUntilItStandsStill(conversation)
      let peak = try peak(conversation.processID)
      conversation.signal(SIGTERM)
      let end = try conversation.end()
      #expect(end.status == 143, "\(end.stderr)")
      #expect(end.answers.count < count)
      #expect(program.agentProcesses().isEmpty)
      return peak
    }
    #expect(Double(peaks[1]) / Double(peaks[0]) < 1.5, "\(peaks) KiB")
  }

  @Test(.enabled(if: Machine.hasProcessFiles, "needs /proc"))
  func aReaderOfPrintsThatStandsStillHoldsUpThoseWhoPrintAlone() throws {
    let prints = try Pipe.make()
    let conversation = try BatchConversation(
      program, ["--jobs", "2"], errors: prints.write.number)
    let code = "for _ in range(30): print('x' * 1000000, flush=True)"
    try conversation.send(BatchFixture.does(code, id: "loud", user: 1))
    // Before the agent has had time to print much, and long after.
    let peaks = try [20, 200].map { count in
      for _ in 0..<count {
        let answer = try conversation.ask(BatchFixture.save("k", user: 2))
        #expect(answer["status"]?.string == "ok", "\(answer)")
      }
      return try peak(conversation.processID)
    }
    #expect(Double(peaks[1]) / Double(peaks[0]) < 1.5, "\(peaks) KiB")
    conversation.signal(SIGTERM)
    #expect(eventually("the end of the agents") { program.agentProcesses().isEmpty })
    // The last words of swarmctl wait for their reader.
    Pipe.setNonBlocking(prints.read.number)
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    _ = eventually("the end of the batch") {
      _ = chunk.withUnsafeMutableBytes { readBytes(prints.read.number, $0.baseAddress, $0.count) }
      return conversation.hasEnded
    }
    #expect(try conversation.end().status == 143)
    #expect(try batch.memory(2)["k"]?.int == 220)
  }

  @Test(.enabled(if: Machine.hasProcessFiles, "needs /proc"))
  func oneSlowUserCostsNoMemoryHoweverMuchTheOthersAnswer() throws {
    let peaks = try [200, 600].map { count in
      let conversation = try BatchConversation(program, ["--ordered", "--jobs", "3"])
      try conversation.send(BatchFixture.does(batch.gate("gate"), id: "slow", user: 9))
      for number in 0..<count {
        try conversation.send(
          BatchFixture.does("out = 'x' * 1000000", id: "\(number)", user: number % 3))
      }
      waitUntilItStandsStill(conversation)
      let peak = try peak(conversation.processID)
      conversation.signal(SIGTERM)
      let end = try conversation.end()
      #expect(end.status == 143 && end.answers.isEmpty, "\(end.stderr)")
      return peak
    }
    #expect(Double(peaks[1]) / Double(peaks[0]) < 1.5, "\(peaks) KiB")
  }

  @Test func oneSlowUserKeepsTheOrderOfTheAnswersOfManyOthers() throws {
    let conversation = try BatchConversation(program, ["--ordered", "--jobs", "3"])
    try conversation.send(BatchFixture.does(batch.gate("gate"), id: "slow", user: 9))
    for number in 0..<120 {
      let code = "out = '\(number % 10)' * 50000"
      try conversation.send(BatchFixture.does(code, id: "\(number)", user: number % 3))
    }
    // Made long before the one that they must wait for.
    try conversation.send(BatchFixture.save("made", user: 5))
    let made = try batch.memoryFile(5)
    #expect(eventually("the other users' calls") { FileSystem.statusFollowingLinks(made) != nil })
    try batch.openGate("gate")
    #expect(try conversation.answer()["id"]?.string == "slow")
    for number in 0..<120 {
      let answer = try conversation.answer()
      #expect(answer["id"]?.string == "\(number)")
      #expect(answer["output"]?.string == String(repeating: "\(number % 10)", count: 50_000))
    }
    let end = try conversation.end()
    #expect(end.status == 0 && end.answers.map { $0["id"]?.string } == ["made"])
  }

  @Test func aLineThatIsTooLongIsAnsweredByItsNumberAndTheRestGoesOn() throws {
    try program.folder.write(
      "two", BatchFixture.save("a", user: 1) + BatchFixture.save("b", user: 1))
    let long = "head -c \((128 << 20) + (1 << 20)) /dev/zero | tr '\\0' x"
    // One in the middle, and one that has no end.
    let outcome = try program.shell(
      "cd '\(program.folder.path)'; { cat two; \(long); echo; cat two; \(long); } | "
        + "swarmctl batch - --ordered")
    expect(outcome, status: 1)
    let answers = batch.answers(outcome)
    #expect(
      answers.map { $0["id"]?.string } == ["a", "b", nil, "a", "b", nil], "\(outcome.stderr)")
    #expect(answers.map { $0["line"]?.int } == [nil, nil, 3, nil, nil, 6])
    #expect(answers[2]["code"]?.string == SwarmError.Code.badData.rawValue)
    #expect(answers[2]["message"]?.string?.contains("128 MiB") ?? false)
    #expect(try batch.memory(1).map { $0.value.int } == [2, 2])
  }

  @Test func aTerminalIsShownHowFarTheBatchHasComeAndAPipeIsNot() throws {
    let wait = "import time; time.sleep(0.05)"
    let lines = (0..<30).map { BatchFixture.does(wait, id: "\($0)", user: 1) }
    let file = try program.folder.write(
      "calls.jsonl", lines.joined() + BatchFixture.does("raise ValueError", user: 1))
    let script = """
      import os, pty, subprocess, sys
      here, there = pty.openpty()
      child = subprocess.Popen(sys.argv[1:], stderr=there, stdout=subprocess.DEVNULL)
      os.close(there)
      try:
          while True:
              data = os.read(here, 65536)
              if not data: break
              sys.stdout.buffer.write(data)
      except OSError: pass  # What Linux says where the other end is closed.
      sys.exit(child.wait())
      """
    let python = try #require(Program.python)
    let words = ["-c", script, Program.path, "batch", file, "--jobs", "1"]
    let shown = try program.start(words, executable: python).wait()
    expect(shown, status: 1)
    let counts = "31 answered, 1 failed"
    #expect(shown.stdout.contains(counts), "\(shown)")
    // The whole input is read at once, so nothing says how long the rest takes.
    for word in [" done, 0 failed, ", " per second"] {
      #expect(shown.stdout.contains(word), "\(word) in \(shown)")
    }
    let silent = try program("batch", file, "--jobs", "1")
    expect(silent, status: 1)
    #expect(silent.stderr == counts + "\n")
  }
}
