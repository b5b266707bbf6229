import Foundation
import Testing

@testable import SwarmOps

/// Batches whose swarmctl is killed alone, in the middle, and resumed.
@Suite struct BatchCutTests {
  private static let users = 6
  private static let lines = 480

  private static var input: String {
    (0..<lines).map { BatchFixture.save("k\($0)", user: $0 % users) }.joined()
  }

  /// What is in all memories: how often each save was made.
  private func saves(_ batch: BatchFixture) throws -> [String: Int] {
    var saves: [String: Int] = [:]
    for user in 0..<Self.users
    where FileSystem.statusFollowingLinks(try batch.memoryFile(user)) != nil {
      for (key, value) in try batch.memory(user) { saves[key] = value.int }
    }
    return saves
  }

  @Test(
    .enabled(if: Machine.hasProcessFiles, "needs /proc"),
    arguments: [["--jobs", "2"], ["--jobs", "4", "--ordered"]])
  func whateverWasAnsweredIsKeptOnceAndTheRestIsDoneLater(options: [String]) throws {
    let batch = try BatchFixture()
    let log = batch.program.folder("log")
    let file = try batch.program.folder.write("calls.jsonl", Self.input)
    var acknowledged: Set<String> = []
    // Killed when so many answers have been read; what was written by then counts as well.
    for count in [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, nil] as [Int?] {
      let conversation = try BatchConversation(
        batch.program, ["--resume", log] + options, input: file)
      if let count {
        for _ in 0..<count {
          guard let id = try conversation.answerOrEnd()?["id"]?.string else { break }
          acknowledged.insert(id)
        }
        conversation.signal(SIGKILL)
      }
      let end = try conversation.end()
      #expect(end.status == 0 || (count != nil && end.status == -SIGKILL), "\(end.stderr)")
      acknowledged.formUnion(end.answers.compactMap { $0["id"]?.string })
      #expect(eventually("the end of the agents") { batch.program.agentProcesses().isEmpty })
      let saves = try saves(batch)
      #expect(saves.values.allSatisfy { $0 == 1 }, "made twice before \(count ?? -1)")
      #expect(acknowledged.subtracting(saves.keys) == [], "answered and lost")
    }
    #expect(acknowledged.count == Self.lines)
    #expect(try saves(batch).count == Self.lines)
    let again = try batch.program("batch", file, "--resume", log)
    expect(again, status: 0)
    #expect(again.stdout.isEmpty && again.stderr.contains("\(Self.lines) skipped"), "\(again)")
  }

  @Test(.enabled(if: Machine.hasProcessFiles, "needs /proc"))
  func aCallThatWasUnderWayIsMadeAgainAndItsAgentIsGone() throws {
    let batch = try BatchFixture()
    let log = batch.program.folder("log")
    let save = """
      import json, os
      path = os.environ['BRAINSTEM_MEMORY_PATH']
      memory = json.load(open(path))
      memory['late'] = memory.get('late', 0) + 1
      open(path, 'w').write(json.dumps(memory))
      """
    let input =
      BatchFixture.save("before", user: 1)
      + BatchFixture.does(batch.gate("gate", then: save), id: "late", user: 1)
      + BatchFixture.save("after", user: 1)
    let file = try batch.program.folder.write("calls.jsonl", input)
    let first = try BatchConversation(batch.program, ["--resume", log], input: file)
    #expect(try first.answer()["id"]?.string == "before")
    batch.waitForGate("gate")
    first.signal(SIGKILL)
    #expect(try first.end().answers.isEmpty)
    #expect(eventually("the end of the agent") { batch.program.agentProcesses().isEmpty })
    #expect(try batch.memory(1).map(\.key) == ["before"])
    try batch.openGate("gate")
    let second = try batch.program("batch", file, "--resume", log)
    expect(second, status: 0)
    // The first may be answered twice: the cut can come before the note of its answer.
    let ids = batch.answers(second).compactMap { $0["id"]?.string }
    #expect(ids.filter { $0 != "before" } == ["late", "after"])
    #expect(try batch.memory(1).map { $0.value.int } == [1, 1, 1])
  }
}
