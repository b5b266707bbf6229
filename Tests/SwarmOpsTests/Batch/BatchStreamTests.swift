import Foundation
import Testing

@testable import SwarmOps

/// What others change while a batch is kept open as a pipe.
@Suite struct BatchStreamTests {
  private let batch: BatchFixture
  private var program: Program { batch.program }

  init() throws { batch = try BatchFixture() }

  private func agentFile(_ name: String) -> String {
    program.store.layout.agents(batch.swarm) + "/" + name
  }

  private func write(_ text: String, to path: String) throws {
    // As an editor does: the same file, other bytes.
    let file = try FileSystem.open(path, O_WRONLY | O_TRUNC)
    try FileSystem.writeAll(file.number, Array(text.utf8))
  }

  // MARK: Agents

  @Test func theNextCallOfAStreamUsesAnAgentThatWasEditedInPlace() throws {
    let stream = try BatchConversation(program)
    let call = BatchFixture.does("", id: "call", user: 1)
    #expect(try stream.ask(call)["output"]?.string == "done")
    let file = agentFile("do_agent.py")
    try write(Sources.agent("Do", body: "return 'edited'"), to: file)
    #expect(try stream.ask(call)["output"]?.string == "edited")
    try write(Sources.agent("Do", body: "return ("), to: file)
    let broken = try stream.ask(call)
    #expect(broken["code"]?.string == SwarmError.Code.agentNotLoadable.rawValue, "\(broken)")
    #expect(try stream.ask(BatchFixture.save("a", user: 1))["status"]?.string == "ok")
    #expect(try stream.end().status == 1)
  }

  @Test func theNextCallOfAStreamUsesWhatWasDeployed() throws {
    let stream = try BatchConversation(program)
    #expect(try stream.ask(BatchFixture.does("", user: 1))["output"]?.string == "done")
    for word in ["one", "two"] {
      try program.folder.write(
        "bundles/test/do_agent.py", Sources.agent("Do", body: "return '\(word)'"))
      expect(try program("deploy", program.folder("bundles/test")), status: 0)
      #expect(try stream.ask(BatchFixture.does("", user: 1))["output"]?.string == word)
      #expect(try stream.ask(BatchFixture.does("", user: 2))["output"]?.string == word)
    }
    #expect(try stream.end().status == 0)
  }

  @Test func whatIsAllowedDuringAStreamHoldsFromTheNextCall() throws {
    let stream = try BatchConversation(program)
    let other = try TemporaryFolder()
    try other.write("data.txt", "data")
    let call = BatchFixture.does("out = open('\(other("data.txt"))').read()", id: "read", user: 1)
    #expect(try stream.ask(call)["code"]?.string == SwarmError.Code.refused.rawValue)
    expect(try program("configure", "test", "--allow-read", other("data.txt")), status: 0)
    #expect(try stream.ask(call)["output"]?.string == "data")
    #expect(try stream.end().status == 1)
  }

  // MARK: Memory

  @Test func whatHappensToTheMemoryBetweenTwoCallsIsSeenByTheNext() throws {
    let stream = try BatchConversation(program)
    let file = try batch.memoryFile(1)
    let folder = (file as NSString).deletingLastPathComponent
    func save(_ key: String) throws -> [String] {
      let answer = try stream.ask(BatchFixture.save(key, user: 1))
      #expect(answer["status"]?.string == "ok", "\(answer)")
      return try batch.memory(1).map(\.key)
    }
    #expect(try save("a") == ["a"])
    try FileSystem.removeFile(file)
    #expect(try save("b") == ["b"])
    try write(#"{"foreign": 1}"#, to: file)
    #expect(try save("c") == ["foreign", "c"])
    try FileSystem.create(file + ".new", Array(#"{"other": 1}"#.utf8), sync: false)
    try FileSystem.rename(file + ".new", to: file)
    #expect(try save("d") == ["other", "d"])
    try FolderTree.remove(folder)
    #expect(try save("e") == ["e"])
    expect(try program("run", "test", "Save", "key=f", "--user", BatchFixture.user(1)), status: 0)
    #expect(try save("g") == ["e", "f", "g"])
    #expect(try stream.end().status == 0)
  }

  @Test(arguments: ["replaced", "removed", "folder removed"])
  func whatHappensToTheMemoryDuringACallIsAConflict(change: String) throws {
    let stream = try BatchConversation(program)
    let file = try batch.memoryFile(1)
    _ = try stream.ask(BatchFixture.save("a", user: 1))
    let own = "open(os.environ['BRAINSTEM_MEMORY_PATH'], 'w').write('{\"own\": 1}')"
    try stream.send(BatchFixture.does(batch.gate("gate", then: own), id: "call", user: 1))
    batch.waitForGate("gate")
    switch change {
    case "replaced": try write(#"{"foreign": 1}"#, to: file)
    case "removed": try FileSystem.removeFile(file)
    default: try FolderTree.remove((file as NSString).deletingLastPathComponent)
    }
    try batch.openGate("gate")
    let answer = try stream.answer()
    #expect(answer["code"]?.string == SwarmError.Code.conflict.rawValue, "\(answer)")
    let kept = try #require(answer["path"]?.string)
    #expect(try FileSystem.read(kept) == Array(#"{"own": 1}"#.utf8))
    // The other program's version stays, and is what the next call finds.
    #expect(try stream.ask(BatchFixture.save("b", user: 1))["status"]?.string == "ok")
    #expect(try batch.memory(1).map(\.key) == (change == "replaced" ? ["foreign", "b"] : ["b"]))
    #expect(try stream.end().status == 1)
  }

  // MARK: The swarm

  @Test func callsOnASwarmThatWasRemovedAreAnsweredAndOneThatComesBackIsServed() throws {
    let stream = try BatchConversation(program)
    #expect(try stream.ask(BatchFixture.save("a", user: 1))["status"]?.string == "ok")
    expect(try program("remove", "test", "--yes"), status: 0)
    for user in 1...2 {
      let answer = try stream.ask(BatchFixture.save("b", user: user))
      #expect(answer["code"]?.string == SwarmError.Code.noSuchSwarm.rawValue, "\(answer)")
    }
    expect(
      try program("deploy", program.folder("bundles/test"), "--guid", "\(batch.swarm)"), status: 0)
    var isServed = false
    let deadline = ContinuousClock.now + .seconds(60)
    while !isServed && ContinuousClock.now < deadline {
      isServed = try stream.ask(BatchFixture.save("c", user: 1))["status"]?.string == "ok"
    }
    #expect(isServed)
    #expect(try batch.memory(1).map(\.key) == ["c"])
    #expect(try stream.end().status == 1)
  }

  @Test func aRemovalGetsItsTurnAmongManyCalls() throws {
    let stream = try BatchConversation(program, ["--jobs", "2"])
    let wait = "import time; time.sleep(0.02)"
    for number in 0..<400 {
      try stream.send(BatchFixture.does(wait, id: "\(number)", user: number % 3))
    }
    stream.close()
    #expect(try stream.answer()["output"]?.string == "done")
    expect(try program("remove", "test", "--yes"), status: 0)
    let end = try stream.end()
    #expect(end.status == 1)
    #expect(end.answers.count == 399)
    #expect(end.answers.last?["code"]?.string == SwarmError.Code.noSuchSwarm.rawValue)
    let others = end.answers.filter {
      $0["output"]?.string != "done" && $0["code"]?.string != SwarmError.Code.noSuchSwarm.rawValue
    }
    #expect(others.isEmpty, "\(others)")
    #expect(FileSystem.statusFollowingLinks(program.store.layout.swarm(batch.swarm)) == nil)
  }

  // MARK: Locks

  @Test func aUserWhoIsBusyForTooLongIsAnsweredSoAndServedLater() throws {
    let user = BatchFixture.user(1)
    let holder = try program.start(
      ["run", "test", "Do", "code=" + batch.gate("gate"), "--user", user])
    batch.waitForGate("gate")
    let stream = try BatchConversation(program, ["--lock-timeout", "3s", "--jobs", "1"])
    try stream.send(
      BatchFixture.save("a", user: 1), BatchFixture.save("b", user: 1),
      (2..<12).map { BatchFixture.save("c", user: $0) }.joined())
    // Of the others none waits for the one.
    for _ in 2..<12 { #expect(try stream.answer()["output"]?.string == "saved c") }
    for id in ["a", "b"] {
      let answer = try stream.answer()
      #expect(answer["id"]?.string == id && answer["code"]?.string == "busy", "\(answer)")
      #expect(answer["message"]?.string?.contains("\(holder.processID)") ?? false, "\(answer)")
    }
    // Busy is not for ever, in the same stream or in another.
    try batch.openGate("gate")
    expect(try holder.wait(), status: 0)
    #expect(try stream.ask(BatchFixture.save("d", user: 1))["status"]?.string == "ok")
    #expect(try stream.end().status == 1)
    expect(try program("batch", stdin: BatchFixture.save("e", user: 1)), status: 0)
    #expect(try batch.memory(1).map(\.key) == ["d", "e"])
  }
}
