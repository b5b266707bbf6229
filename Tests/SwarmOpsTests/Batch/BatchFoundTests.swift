import Foundation
import Testing

@testable import SwarmOps

/// What was found wrong in batch and must stay fixed.
@Suite struct BatchFoundTests {
  private let batch: BatchFixture
  private var program: Program { batch.program }
  private static let memory = "os.environ['BRAINSTEM_MEMORY_PATH']"

  init() throws { batch = try BatchFixture() }

  @Test(arguments: ["edit", "deploy"])
  func aStreamGoesOnAfterAChangeThatCameDuringItsOnlyCall(change: String) throws {
    let stream = try BatchConversation(program)
    try stream.send(BatchFixture.does(batch.gate("gate"), id: "slow", user: 1))
    batch.waitForGate("gate")
    let source = Sources.agent("Do", body: "return 'new'")
    var deploy: Program.Running?
    if change == "edit" {
      let file = program.store.layout.agents(batch.swarm) + "/do_agent.py"
      try FileSystem.create(file + ".new", Array(source.utf8), sync: false)
      try FileSystem.rename(file + ".new", to: file)
    } else {
      try program.folder.write("bundles/test/do_agent.py", source)
      deploy = try program.start(["deploy", program.folder("bundles/test")])
    }
    // Nothing says when the batch has seen it: longer than the second for which a swarm is held.
    usleep(1_500_000)
    try batch.openGate("gate")
    #expect(try stream.answer()["output"]?.string == "done")
    if let deploy { expect(try deploy.wait(), status: 0) }
    #expect(try stream.ask(BatchFixture.does("", user: 1))["output"]?.string == "new")
    #expect(try stream.ask(BatchFixture.does("", user: 2))["output"]?.string == "new")
    #expect(try stream.end().status == 0)
  }

  @Test func callsGoOnToAnEditedAgentThoughTheSwarmIsNeverIdle() throws {
    let stream = try BatchConversation(program, ["--jobs", "3"])
    let call = { (user: Int) in
      BatchFixture.does("import time; time.sleep(0.0\(user * 2 + 1))", id: "\(user)", user: user)
    }
    // One is always under way, as they take different times.
    for user in 1...3 { try stream.send(call(user)) }
    var user = try #require(try stream.answer()["id"]?.string.flatMap { Int($0) })
    // In one step: a call may come at any moment.
    let file = program.store.layout.agents(batch.swarm) + "/do_agent.py"
    let source = Sources.agent("Do", body: "return 'edited'")
    try FileSystem.create(file + ".new", Array(source.utf8), sync: false)
    try FileSystem.rename(file + ".new", to: file)
    let deadline = ContinuousClock.now + .seconds(60)
    var edited = 0
    while edited < 2 && ContinuousClock.now < deadline {
      try stream.send(call(user))
      let answer = try stream.answer()
      user = try #require(answer["id"]?.string.flatMap { Int($0) })
      if answer["output"]?.string == "edited" { edited += 1 }
    }
    #expect(edited == 2)
    #expect(try stream.end().status == 0)
  }

  @Test func aForkedTwinOfAnAgentMakesNoCalls() throws {
    var input = ""
    for round in 0..<20 {
      input += BatchFixture.save("a\(round)", user: 1)
      input += BatchFixture.does("import os; os.fork()", id: "fork", user: 1)
      input += BatchFixture.save("b\(round)", user: 1) + BatchFixture.save("c\(round)", user: 1)
    }
    let outcome = try program("batch", stdin: input)
    expect(outcome, status: 0)
    #expect(batch.answers(outcome).count == 80)
    let saves = try batch.memory(1)
    #expect(saves.map(\.key) == (0..<20).flatMap { ["a\($0)", "b\($0)", "c\($0)"] })
    #expect(saves.allSatisfy { $0.value.int == 1 }, "made twice: \(saves)")
  }

  @Test(arguments: ["{\"a\": 1}", "x", "\u{0}\u{1}\u{2}", "{\"swarm\": \"s\"}"])
  func aFileThatIsNoLogStaysAsItIsThoughItHasNoWholeLine(text: String) throws {
    let path = try program.folder.write("memory.json", text)
    let outcome = try program("batch", "--resume", path, stdin: "")
    expect(outcome, status: 65)
    #expect(try FileSystem.read(path) == Array(text.utf8))
  }

  @Test func theNextCallOfAnIdleStreamFindsAnAgentThatIsNew() throws {
    let stream = try BatchConversation(program)
    #expect(try stream.ask(BatchFixture.save("a", user: 1))["status"]?.string == "ok")
    let call = BatchFixture.line("new", "New", [:], user: 1)
    #expect(try stream.ask(call)["code"]?.string == SwarmError.Code.noSuchAgent.rawValue)
    try program.folder.write(
      "bundles/test/new_agent.py", Sources.agent("New", body: "return 'new'"))
    expect(try program("deploy", program.folder("bundles/test")), status: 0)
    let answer = try stream.ask(call)
    #expect(answer["output"]?.string == "new", "\(answer)")
  }

  @Test func theNextCallOfAnIdleStreamIsCheckedByTheSchemaThatIsNew() throws {
    func deploy(_ type: String) throws {
      let schema = #"{"type": "object", "properties": {"x": {"type": "\#(type)"}}}"#
      try program.folder.write(
        "bundles/test/typed_agent.py",
        Sources.agent("Typed", parameters: schema, body: "return repr(kwargs['x'])"))
      expect(try program("deploy", program.folder("bundles/test")), status: 0)
    }
    try deploy("integer")
    let stream = try BatchConversation(program)
    let call = BatchFixture.line("call", "Typed", ["x": "word"], user: 1)
    #expect(try stream.ask(call)["code"]?.string == SwarmError.Code.badArgument.rawValue)
    try deploy("string")
    #expect(try stream.ask(call)["output"]?.string == "'word'")
    try deploy("integer")
    #expect(try stream.ask(call)["code"]?.string == SwarmError.Code.badArgument.rawValue)
  }

  @Test func theNextCallOfAnIdleStreamUsesAnAgentThatWasMended() throws {
    let stream = try BatchConversation(program)
    let call = BatchFixture.does("", id: "call", user: 1)
    #expect(try stream.ask(call)["output"]?.string == "done")
    let file = program.store.layout.agents(batch.swarm) + "/do_agent.py"
    let original = try FileSystem.read(file)
    func write(_ bytes: [UInt8]) throws {
      let descriptor = try FileSystem.open(file, O_WRONLY | O_TRUNC)
      try FileSystem.writeAll(descriptor.number, bytes)
    }
    try write(Array("def (".utf8))
    #expect(try stream.ask(call)["code"]?.string == SwarmError.Code.agentNotLoadable.rawValue)
    try write(original)
    let fixed = try stream.ask(call)
    #expect(fixed["output"]?.string == "done", "\(fixed)")
  }

  /// What a call does to the memory it does in a batch as in a run.
  @Test(arguments: [
    "import os, shutil; shutil.rmtree(os.path.dirname(\(memory)))",
    "import os; os.remove(\(memory)); os.mkdir(\(memory))",
    "import os; os.remove(\(memory)); os.symlink('/etc/passwd', \(memory))",
    "import os; os.remove(\(memory)); os.mkfifo(\(memory))",
  ])
  func aBatchAnswersAsARunDoes(code: String) throws {
    for user in 1...2 {
      expect(try program("batch", stdin: BatchFixture.save("a", user: user)), status: 0)
    }
    let run = try program(
      "run", "test", "Do", "code=" + code, "--user", BatchFixture.user(1), "--json",
      "--no-validate")
    let answer = try #require(
      batch.answers(try program("batch", stdin: BatchFixture.does(code, user: 2))).first)
    #expect(answer["status"] == run.json?["status"], "\(answer) \(run)")
    #expect(answer["code"] == run.json?["code"], "\(answer) \(run)")
    let left = try [1, 2].map { FileSystem.statusFollowingLinks(try batch.memoryFile($0)) != nil }
    #expect(left[0] == left[1])
  }

  @Test func aReaderOfPrintsThatStandsStillDoesNotKeepSwarmctlFromEnding() throws {
    let prints = try Pipe.make()
    let stream = try BatchConversation(program, errors: prints.write.number)
    try stream.send(BatchFixture.does("print('x' * 1000000, flush=True)", user: 1))
    #expect(try stream.ask(BatchFixture.save("a", user: 2))["status"]?.string == "ok")
    // Until the pipe is full.
    _ = eventually("a full pipe") { !Pipe.isWritable(prints.write.number) }
    stream.signal(SIGTERM)
    #expect(try stream.end().status == 143)
  }

  @Test func aLineThatIsTooLongIsAnsweredOnce() throws {
    let log = program.folder("log")
    let script = """
      head -c \((128 << 20) + (1 << 20)) /dev/zero | tr '\\0' x | swarmctl batch - --resume '\(log)'
      """
    #expect(batch.answers(try program.shell(script)).count == 1)
    #expect(batch.answers(try program.shell(script)).isEmpty)
  }

  @Test(.enabled(if: Machine.hasProcessFiles, "needs /proc"))
  func waitingForAnAgentToEndTakesNoTime() throws {
    let stream = try BatchConversation(program, ["--timeout", "500ms"])
    let code = """
      import os, signal, time
      def term(*_): open('\(program.folder("meeting/term"))', 'w').close()
      signal.signal(signal.SIGTERM, term)
      while True: time.sleep(600)
      """
    try stream.send(BatchFixture.does(code, user: 1))
    func used() -> Int {
      let text = (try? FileSystem.read("/proc/\(stream.processID)/stat")) ?? []
      let words =
        String(decoding: text, as: UTF8.self).components(separatedBy: ") ").last?
        .split(separator: " ").map { Int($0) ?? 0 } ?? []
      return words.count > 12 ? words[11] + words[12] : 0
    }
    _ = eventually("the signal") {
      FileManager.default.fileExists(atPath: program.folder("meeting/term"))
    }
    let before = used()
    #expect(try stream.answer()["code"]?.string == "timeout")
    // Two seconds of grace, in hundredths; a busy loop uses most of them.
    #expect(used() - before < 40)
  }
}
