import Foundation
import Testing

@testable import SwarmOps

@Suite struct CallEngineTests {
  /// An engine in this process, and what has come of its calls.
  private final class Session {
    let swarm: ScriptedSwarm
    let engine: CallEngine
    var answers: [String: Result<AgentAnswer, SwarmError>] = [:]
    var order: [String] = []

    init(_ change: (inout CallEngine.Options) -> Void = { _ in }) throws {
      swarm = try ScriptedSwarm()
      var options = CallEngine.Options()
      change(&options)
      engine = try CallEngine(
        store: swarm.program.store,
        environment: AgentEnvironment(
          variables: ["PATH": "/usr/local/bin:/usr/bin:/bin"],
          python: PythonInterpreter.Selection(
            searchPath: ["/usr/local/bin", "/usr/bin", "/bin"])),
        options: options)
    }

    @discardableResult
    func submit(
      _ name: String, _ code: String, user: String? = nil, limits: CallLimits? = nil,
      onPrint: (([UInt8]) -> Void)? = nil
    ) throws -> CallEngine.CallID {
      let call = AgentCall(
        swarm: swarm.swarm, agent: "Script",
        arguments: [
          "folder": .string(swarm.meeting), "code": .string(code),
        ], namespace: try user.map { try Namespace(user: $0) } ?? .shared)
      return engine.submit(call, limits: limits, onPrint: onPrint) { result in
        self.answers[name] = result
        self.order.append(name)
      }
    }

    func run(until count: Int) throws { try engine.run { answers.count >= count } }

    func output(_ name: String) throws -> String {
      String(decoding: try #require(try answers[name]?.get()).output.bytes, as: UTF8.self)
    }

    func code(_ name: String) -> SwarmError.Code? {
      if case .failure(let error)? = answers[name] { error.code } else { nil }
    }
  }

  private static let add =
    "m = json.load(open(path)) if os.path.exists(path) else []; m.append(len(m)); "
    + "json.dump(m, open(path, 'w')); result = str(len(m))"

  @Test func callsOnOneMemoryAreMadeInTheirOrder() throws {
    let session = try Session()
    defer { session.engine.close() }
    for index in 1...4 { try session.submit("\(index)", Self.add) }
    try session.run(until: 4)
    #expect(session.order == ["1", "2", "3", "4"])
    for index in 1...4 { #expect(try session.output("\(index)") == "\(index)") }
    #expect(try session.swarm.memory() == "[0, 1, 2, 3]")
  }

  @Test func aCancelledCallChangesNothingAndTheNextIsMade() throws {
    let session = try Session()
    defer { session.engine.close() }
    try session.submit("before", Self.add)
    let begun = try session.submit(
      "begun", "open(path, 'w').write('[]'); touch('begun'); wait('never')")
    let waiting = try session.submit("waiting", Self.add)
    try session.submit("after", Self.add)
    let path = session.swarm.meeting + "/begun"
    try session.engine.schedule(every: .milliseconds(5)) {
      guard FileSystem.statusFollowingLinks(path) != nil else { return true }
      session.engine.cancel(waiting)
      session.engine.cancel(begun)
      return false
    }
    try session.run(until: 4)
    #expect(session.code("begun") == .interrupted)
    #expect(session.code("waiting") == .interrupted)
    #expect(try session.output("after") == "2")
    #expect(try session.swarm.memory() == "[0, 1]")
  }

  @Test func aCallHasItsOwnTimeLimitAndItsOwnPrints() throws {
    let session = try Session()
    defer { session.engine.close() }
    var prints: [String: String] = [:]
    for (name, user) in [("one", ScriptedSwarm.user), ("two", ScriptedSwarm.otherUser)] {
      try session.submit(name, "print('\(name)')", user: user) {
        prints[name, default: ""] += String(decoding: $0, as: UTF8.self)
      }
    }
    try session.submit("slow", "wait('never')", limits: CallLimits(timeout: .milliseconds(300)))
    try session.run(until: 3)
    #expect(prints == ["one": "one\n", "two": "two\n"])
    #expect(session.code("slow") == .timeout)
  }

  @Test func aFrontEndReadsItsInputWhileAgentsRun() throws {
    let session = try Session()
    defer { session.engine.close() }
    let pipe = try Pipe.make()
    let code = "touch('begun'); wait('go')"
    try session.submit("call", code)
    let begun = session.swarm.meeting + "/begun"
    try session.engine.schedule(every: .milliseconds(5)) {
      guard FileSystem.statusFollowingLinks(begun) != nil else { return true }
      _ = [UInt8(1)].withUnsafeBytes { write(pipe.write.number, $0.baseAddress, 1) }
      return false
    }
    var watch: CallEngine.WatchID?
    watch = session.engine.watch(pipe.read.number) {
      if let watch { session.engine.unwatch(watch) }
      #expect(session.answers.isEmpty)
      try? session.swarm.touch("go")
    }
    try session.run(until: 1)
    #expect(try session.output("call") == "ok")
  }

  @Test func closingEndsAgentsAtOnceAndChangesNothing() throws {
    let session = try Session()
    try session.submit("saved", Self.add)
    try session.submit(
      "endless",
      """
      signal.signal(signal.SIGTERM, signal.SIG_IGN)
      open(path, 'w').write('[]'); touch('pid', str(os.getpid())); wait('never')
      """)
    let pid = session.swarm.meeting + "/pid"
    var isBegun = false
    try session.engine.schedule(every: .milliseconds(5)) {
      isBegun = FileSystem.statusFollowingLinks(pid) != nil
      return !isBegun
    }
    try session.engine.run { isBegun && session.answers.count == 1 }
    let agent = try #require(Int32(try session.swarm.text("pid")))
    let start = ContinuousClock.now
    session.engine.close()
    #expect(start.duration(to: .now) < .seconds(1.5))
    #expect(eventually("the end of the agent") { !lives(agent) })
    #expect(session.answers.count == 1)
    #expect(try session.swarm.memory() == "[0]")
    #expect(try session.swarm.staged() == [])
  }
}

extension CallEngine {
  /// Calls something again and again for as long as it says so.
  fileprivate func schedule(every interval: Duration, _ body: @escaping () -> Bool) throws {
    schedule(at: .now + interval) { [unowned self] () throws(SwarmError) in
      if body() { try? schedule(every: interval, body) }
    }
  }
}
