import Foundation
import Testing

@testable import SwarmOps

@Suite struct RunLockingTests {
  /// Code of an agent that calls swarmctl with nothing of its environment but the root.
  private static func nested(_ swarm: ScriptedSwarm, _ code: String, _ more: [String]) -> String {
    let words = ([Program.path, "--root", swarm.program.root] + swarm.words(code, more))
      .map { "'''\($0)'''" }.joined(separator: ", ")
    return "done = subprocess.run([\(words)], env={'PATH': '/usr/bin:/bin'}, stdin=-3, "
      + "stdout=-1, text=True); result = {'status': done.returncode, 'out': done.stdout}"
  }

  @Test(arguments: ["run", "deploy", "remove"])
  func anAgentThatCallsSwarmctlOnItsOwnMemoryIsRefusedAtOnce(verb: String) throws {
    let swarm = try ScriptedSwarm()
    var code = Self.nested(swarm, "pass", ["--lock-timeout", "10m"])
    if verb != "run" {
      let words =
        verb == "deploy"
        ? [swarm.program.folder("bundles/test"), "--json"]
        : [swarm.swarm.description, "--yes", "--json"]
      let list = ([Program.path, "--root", swarm.program.root, verb] + words).map { "'\($0)'" }
      code =
        "done = subprocess.run([\(list.joined(separator: ", "))], stdout=-1, text=True, "
        + "env={'PATH': '/usr/bin:/bin'}); "
        + "result = {'status': done.returncode, 'out': done.stdout}"
    }
    // Ten minutes or 30 s of waiting would end in the timeout instead.
    let outcome = try swarm.run(code, "--timeout", "20s", "--sandbox", "off")
    expect(outcome, status: 0)
    #expect(outcome.json?["output"]?["status"]?.int == 77, "\(outcome)")
    #expect(outcome.stdout.contains("in use by the run that started this swarmctl"), "\(outcome)")
  }

  @Test func anAgentThatCallsSwarmctlOnAnotherMemoryWorks() throws {
    let swarm = try ScriptedSwarm()
    let outcome = try swarm.run(
      Self.nested(swarm, "open(path, 'w').write('{}')", ["--user", ScriptedSwarm.user]),
      "--sandbox", "off")
    expect(outcome, status: 0)
    #expect(outcome.json?["output"]?["status"]?.int == 0, "\(outcome)")
    let user = try Namespace(user: ScriptedSwarm.user)
    #expect(try FileSystem.read(swarm.layout.memoryFile(swarm.swarm, user)) == Array("{}".utf8))
  }

  @Test func twoAgentsThatCallIntoEachOthersMemoryEndWithinTheLockTimeout() throws {
    let swarm = try ScriptedSwarm()
    func code(_ own: String, _ other: String, into user: String) -> String {
      "touch('\(own)'); wait('\(other)')\n"
        + Self.nested(swarm, "pass", ["--user", user, "--lock-timeout", "300ms"])
    }
    let first = try swarm.start(
      code("a", "b", into: ScriptedSwarm.otherUser), "--user", ScriptedSwarm.user, "--sandbox",
      "off")
    let second = try swarm.start(
      code("b", "a", into: ScriptedSwarm.user), "--user", ScriptedSwarm.otherUser, "--sandbox",
      "off")
    let statuses = try [first, second].map { running -> Int? in
      let outcome = try running.wait()
      expect(outcome, status: 0)
      return outcome.json?["output"]?["status"]?.int
    }
    // The one that gives up first may let the other through.
    #expect(statuses.contains(75) && statuses.allSatisfy { $0 == 75 || $0 == 0 }, "\(statuses)")
  }

  @Test func aSecondCallerIsToldWhoHoldsTheMemoryAndOthersAreNotDelayed() throws {
    let swarm = try ScriptedSwarm()
    let holder = try swarm.start("touch('here'); wait('go')", "--user", ScriptedSwarm.user)
    _ = try swarm.text("here")
    let second = try swarm.run("pass", "--user", ScriptedSwarm.user, "--lock-timeout", "50ms")
    expect(second, code: .busy)
    #expect(
      second.json?["message"]?.string?.hasSuffix("held by process \(holder.processID)") == true,
      "\(second)")
    expect(try swarm.run("pass", "--user", ScriptedSwarm.otherUser), status: 0)
    expect(try swarm.run("pass"), status: 0)
    #expect(!holder.hasEnded)
    try swarm.touch("go")
    expect(try holder.wait(), status: 0)
    expect(try swarm.run("pass", "--user", ScriptedSwarm.user, "--lock-timeout", "0"), status: 0)
  }

  @Test func aCallerThatWaitsIsServedWhenTheHolderEnds() throws {
    let swarm = try ScriptedSwarm()
    let holder = try swarm.start("touch('here'); wait('go')")
    _ = try swarm.text("here")
    let waiting = try swarm.start("open(path, 'w').write('{}')")
    #expect(eventually("a lock that is waited for") { isWaitingForLock(waiting.processID) })
    holder.signal(SIGKILL)
    _ = try holder.wait()
    expect(try waiting.wait(), status: 0)
    #expect(try swarm.memory() == "{}")
  }

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
  func aCallerThatWaitsCanBeInterrupted(signal: Int32, status: Int32) throws {
    let swarm = try ScriptedSwarm()
    let holder = try swarm.start("touch('here'); wait('go')")
    _ = try swarm.text("here")
    let waiting = try swarm.start("pass")
    #expect(eventually("a lock that is waited for") { isWaitingForLock(waiting.processID) })
    waiting.signal(signal)
    expect(try waiting.wait(), status: status)
    try swarm.touch("go")
    expect(try holder.wait(), status: 0)
  }

  @Test func deployAndRemoveWaitForARunAndNameIt() throws {
    let swarm = try ScriptedSwarm()
    let holder = try swarm.start("touch('here'); wait('go'); open(path, 'w').write('{}')")
    _ = try swarm.text("here")
    // Another shared holder that has come and gone since.
    expect(try swarm.run("pass", "--user", ScriptedSwarm.user), status: 0)
    let before = try swarm.program.folder.snapshot(excluding: "root/.swarmctl")
    let bundle = swarm.program.folder("bundles/test")
    for words in [
      ["deploy", bundle, "--lock-timeout", "50ms", "--json"],
      ["remove", swarm.swarm.description, "--yes", "--lock-timeout", "50ms", "--json"],
    ] {
      let outcome = try swarm.program.start(words).wait()
      expect(outcome, code: .busy)
      #expect(outcome.stdout.contains("held by process \(holder.processID)"), "\(outcome)")
    }
    #expect(try swarm.program.folder.snapshot(excluding: "root/.swarmctl") == before)
    let deploy = try swarm.program.start(["deploy", bundle, "--json"])
    #expect(eventually("a lock that is waited for") { isWaitingForLock(deploy.processID) })
    try swarm.touch("go")
    expect(try holder.wait(), status: 0)
    expect(try deploy.wait(), status: 0)
    #expect(try swarm.memory() == "{}")
    expect(try swarm.program("remove", swarm.swarm.description, "--yes"), status: 0)
    #expect(try FileSystem.status(swarm.layout.swarm(swarm.swarm)) == nil)
  }

  /// Whether one of a process's descriptors is queued for a lock.
  private func isWaitingForLock(_ process: Int32) -> Bool {
    // A waiting swarmctl is two threads: one of them in the lock call.
    let threads = (try? FileSystem.list("/proc/\(process)/task")) ?? []
    return threads.count > 1
  }
}
