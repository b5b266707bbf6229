import Foundation
import Testing

@testable import SwarmOps

/// What a batch makes of the log that it finds.
@Suite struct BatchLogTests {
  private let batch: BatchFixture
  /// A batch of two saves, its log, and the log's records with their ends.
  private let calls: String
  private let log: String
  private let whole: [UInt8]

  init() throws {
    batch = try BatchFixture()
    calls = try batch.program.folder.write(
      "calls.jsonl", BatchFixture.save("a", user: 1) + BatchFixture.save("b", user: 2))
    log = batch.program.folder("log")
    expect(try batch.program("batch", calls, "--resume", log, "--ordered"), status: 0)
    whole = try FileSystem.read(log)
  }

  private func write(_ bytes: some Sequence<UInt8>) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: log))
  }

  private func resume() throws -> Program.Outcome {
    try batch.program("batch", calls, "--resume", log)
  }

  /// Where each record begins, and the end of the last.
  private var boundaries: [Int] {
    [0] + whole.indices.filter { whole[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
  }

  @Test func aTornLastRecordCountsAsNotWritten() throws {
    let last = boundaries[boundaries.count - 2]
    try #require(boundaries.last == whole.count && whole.count - last > 20)
    for cut in stride(from: last, to: whole.count, by: 4) + [whole.count - 1] {
      try write(whole[..<cut])
      let outcome = try resume()
      expect(outcome, status: 0)
      // Its save is in place, so it is answered again and not made again.
      #expect(batch.answers(outcome).map { $0["id"]?.string } == ["b"], "cut at \(cut)")
      #expect(batch.answers(outcome).map { $0["output"]?.string } == ["saved b"], "cut at \(cut)")
      #expect(try batch.memory(1)["a"]?.int == 1 && batch.memory(2)["b"]?.int == 1)
      let again = try resume()
      #expect(again.status == 0 && again.stdout.isEmpty, "cut at \(cut): \(again)")
    }
  }

  @Test func aCallThatATornRecordWasAboutIsMade() throws {
    let end = boundaries[1]
    for cut in [1, 9, end / 2, end - 2, end - 1] {
      // Cut off while the first memory was announced: nothing was in place yet.
      try write(whole[..<cut])
      for user in 1...2 { try FileSystem.removeFile(try batch.memoryFile(user)) }
      let outcome = try resume()
      expect(outcome, status: 0)
      let ids = batch.answers(outcome).compactMap { $0["id"]?.string }
      #expect(ids.sorted() == ["a", "b"], "cut at \(cut)")
      #expect(try batch.memory(1)["a"]?.int == 1 && batch.memory(2)["b"]?.int == 1)
    }
  }

  @Test func aLogCutBetweenRecordsMakesNothingAgainThatItAnnounces() throws {
    let records = whole.split(separator: UInt8(ascii: "\n")).map {
      String(decoding: $0, as: UTF8.self)
    }
    let isAnnounced = { (count: Int) in
      records.prefix(count).count { $0.contains("\"calls\"") } == 2
    }
    try #require(records.count == 4 && isAnnounced(4) && !isAnnounced(1))
    // What the log does not announce cannot be in place yet.
    for count in (0...records.count).filter(isAnnounced) {
      try write(whole[..<boundaries[count]])
      let open = records.dropFirst(count).count
      let first = try resume()
      expect(first, status: 0)
      #expect(batch.answers(first).count == open, "\(first)")
      let second = try resume()
      #expect(second.status == 0 && second.stdout.isEmpty, "\(second)")
      #expect(try batch.memory(1)["a"]?.int == 1 && batch.memory(2)["b"]?.int == 1)
    }
  }

  @Test(arguments: [
    "rubbish\n", "{}\n", "[1]\n", "null\n", "{\"line\":1}\n", "{\"line\":\"1\",\"hash\":1}\n",
    "{\"swarm\":\"x\",\"memory\":\"shared\",\"file\":[],\"calls\":[]}\n", "\u{0}\u{0}\u{0}\n",
  ])
  func aLogWithRubbishInItIsRefusedAndLeftAsItIs(rubbish: String) throws {
    let middle = boundaries[1]
    // Torn as well: nothing is fixed in a file that is no log.
    let bytes = whole[..<middle] + Array(rubbish.utf8) + whole[middle..<(whole.count - 3)]
    try write(bytes)
    let before = try batch.program.state()
    let outcome = try resume()
    expect(outcome, status: 65)
    #expect(outcome.stdout.isEmpty)
    #expect(outcome.stderr.contains(log), "\(outcome)")
    #expect(try FileSystem.read(log) == Array(bytes))
    #expect(try batch.program.state() == before)
  }

  @Test(arguments: [
    #"{"swarm": "test", "name": "Save"}"#, #"{"swarm":"test","name":"Save","args":{}}"#,
    #"{"swarm":"11111111-2222-3333-4444-555555555555","name":"Save"}"#, "{\"line\":\"x\"}",
  ])
  func oneRequestWithoutALineEndIsNoLogAndStaysAsItIs(text: String) throws {
    try write(text.utf8)
    expect(try resume(), status: 65)
    #expect(try FileSystem.read(log) == Array(text.utf8))
  }

  @Test func aLargeLineNumberCostsNothing() throws {
    try write(whole + Array("{\"line\":1099511627000,\"hash\":7}\n".utf8))
    let outcome = try batch.program.shell(
      "ulimit -v 4000000; swarmctl batch '\(calls)' --resume '\(log)'")
    expect(outcome, status: 0)
    #expect(outcome.stdout.isEmpty)
  }

  @Test(.enabled(if: Machine.hasProcessLimits))
  func aCommitThatFailsLaterMakesNoCommittedCallAgain() throws {
    let batch = try BatchFixture()
    let (wait, pid) = (batch.program.folder("go"), batch.program.folder("pid"))
    let lines = [
      BatchFixture.does(
        "import os, time\nwhile not os.path.exists('\(wait)'): time.sleep(0.01)", id: "slow",
        user: 1),
      BatchFixture.save("b", user: 2),
      BatchFixture.does(
        """
        import json, os
        memory = json.load(open(PATH)); memory["x"] = "x" * 100000; json.dump(memory, open(PATH, "w"))
        open("\(pid).new", "w").write(str(os.getpid())); os.rename("\(pid).new", "\(pid)")
        """, id: "large", user: 2),
    ]
    let log = batch.program.folder("ordered.log")
    let stream = try BatchConversation(
      batch.program, ["--ordered", "--resume", log, "--sandbox", "off"])
    try stream.send(lines[0], lines[1])
    #expect(eventually("the first commit") { (try? batch.memory(2)["b"]?.int) == 1 })
    // From now on swarmctl itself, and not its agents, can write no large file.
    let limit = Process()
    limit.executableURL = URL(fileURLWithPath: "/usr/bin/prlimit")
    limit.arguments = ["--pid", "\(stream.processID)", "--fsize=70000"]
    try limit.run()
    limit.waitUntilExit()
    try stream.send(lines[2])
    #expect(eventually("the agent") { FileSystem.statusFollowingLinks(pid) != nil })
    let agent = try #require(Int32(try String(contentsOfFile: pid, encoding: .utf8)))
    // It is ended once its memory could not be written.
    #expect(eventually("the failure") { !lives(agent) })
    stream.signal(SIGKILL)
    _ = try? stream.end()
    try batch.program.folder.write("go", "")
    try batch.program.folder.write("ordered.jsonl", lines.joined())
    let outcome = try batch.program(
      "batch", batch.program.folder("ordered.jsonl"), "--ordered", "--resume", log,
      "--sandbox", "off")
    expect(outcome, status: 0)
    #expect(batch.answers(outcome).count == 3, "\(outcome)")
    #expect(try batch.memory(2)["b"]?.int == 1)
  }

  @Test func theRequestsThemselvesAreNoLog() throws {
    let before = try FileSystem.read(calls)
    let outcome = try batch.program("batch", calls, "--resume", calls)
    expect(outcome, status: 65)
    #expect(try FileSystem.read(calls) == before)
    expect(try batch.program("batch", calls, "--resume", batch.program.root), status: 74)
  }

  @Test func aSecondBatchIsRefusedWhileTheFirstLivesAndServedOnceItIsKilled() throws {
    let first = try BatchConversation(batch.program, ["--resume", log])
    try first.send(BatchFixture.does(batch.gate("gate"), user: 3))
    batch.waitForGate("gate")
    let bytes = try FileSystem.read(log)
    let second = try resume()
    expect(second, status: 75)
    #expect(second.stdout.isEmpty && second.stderr.contains(log), "\(second)")
    #expect(try FileSystem.read(log) == bytes)
    first.signal(SIGKILL)
    _ = try first.end()
    try batch.openGate("gate")
    expect(try resume(), status: 0)
  }
}
