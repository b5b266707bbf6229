import Foundation
import Testing

@testable import SwarmOps

/// What a deploy says and asks before it takes something away.
@Suite struct DeployRulesTests {
  private let program: Program

  init() throws { program = try Program() }

  /// Writes a bundle's folder and returns its path.
  private func bundle(_ place: String, _ agents: [String: String]) throws -> String {
    try? FileManager.default.removeItem(atPath: program.folder(place))
    for (file, source) in agents { try program.folder.write("\(place)/\(file)", source) }
    return program.folder(place)
  }

  private func agent(_ name: String, _ answer: String = "ok") -> String {
    Sources.agent(name, body: "return '\(answer)'")
  }

  // MARK: Agents that load no more

  @Test func anAgentThatWouldLoadNoMoreRefusesTheDeploy() throws {
    let good = try bundle("t", ["a_agent.py": agent("A"), "b_agent.py": agent("B")])
    expect(try program("deploy", good), status: 0)
    let before = try program.state()
    let broken = try bundle("t", ["a_agent.py": "def x(:\n", "b_agent.py": agent("B")])
    for words in [
      ["deploy", broken], ["deploy", broken, "--dry-run"], ["deploy", broken, "--yes"],
    ] {
      let outcome = try program.start(words + ["--json"]).wait()
      expect(outcome, code: .agentNotLoadable)
      #expect(outcome.stdout.contains("A loaded before"), "\(outcome)")
      #expect(outcome.stdout.contains("--allow-broken"), "\(outcome)")
    }
    #expect(try program.state() == before)
    #expect(try program("run", "t", "A").stdout == "ok\n")
    let insisted = try program("deploy", broken, "--allow-broken", "--json")
    expect(insisted, status: 0)
    #expect(insisted.json?["warnings"]?.array?.count == 1, "\(insisted)")
    // What did not load before cannot be lost.
    expect(try program("deploy", broken), status: 0)
  }

  @Test func aSwarmOfWhichNothingLoadsIsRefused() throws {
    let broken = try bundle("t", ["a_agent.py": "import not_there_x\n"])
    expect(try program("deploy", broken, "--json"), code: .agentNotLoadable)
    #expect(try program.store.list().swarms.isEmpty)
    expect(try program("deploy", broken, "--allow-broken"), status: 0)
  }

  @Test func anAgentThatMovesToAnotherFileIsNotLost() throws {
    expect(
      try program(
        "deploy", try bundle("t", ["a_agent.py": agent("A"), "b_agent.py": agent("B")])), status: 0)
    // Its old file fails now, and it loads from another one.
    let moved = try bundle("t", ["a_agent.py": "x = 1\n", "b_agent.py": agent("A")])
    expect(try program("deploy", moved, "--json"), status: 0)
  }

  // MARK: Another place

  @Test func aBundleOfTheSameNameFromElsewhereAsksBeforeItReplacesAllAgents() throws {
    expect(try program("deploy", try bundle("one/t", ["a_agent.py": agent("A")])), status: 0)
    let before = try program.state()
    let other = try bundle("two/t", ["b_agent.py": agent("B")])
    let refused = try program("deploy", other, "--json")
    expect(refused, code: .confirmationRequired)
    #expect(refused.stdout.contains("one/t") && refused.stdout.contains("a_agent.py"), "\(refused)")
    let rehearsed = try program("deploy", other, "--dry-run", "--json")
    expect(rehearsed, status: 0)
    #expect(rehearsed.json?["warnings"]?.array?.count == 1, "\(rehearsed)")
    #expect(try program.state() == before)
    expect(try program("deploy", other, "--yes"), status: 0)
    #expect(try program("run", "t", "B").stdout == "ok\n")
  }

  @Test func nobodyIsAskedWhereTheSwarmIsNamedOrAnAgentStays() throws {
    let swarm = try program.deploy(name: "t", ["a_agent.py": agent("A")])
    let other = try bundle("two/t", ["b_agent.py": agent("B")])
    expect(try program("deploy", other, "--guid", "\(swarm)"), status: 0)
    expect(
      try program("deploy", try bundle("three/t", ["b_agent.py": agent("B", "new")])), status: 0)
    expect(try program("deploy", try bundle("three/t", ["c_agent.py": agent("C")])), status: 0)
  }

  // MARK: Files that were made since

  @Test func filesMadeSinceTheLastDeployGoOnlyWithYes() throws {
    let path = try bundle("t", ["a_agent.py": agent("A")])
    expect(try program("deploy", path), status: 0)
    let swarm = try #require(try program.store.list().swarms.first?.guid)
    let agents = "root/swarms/\(swarm)/agents/"
    try program.folder.write(agents + "made_agent.py", agent("Made"))
    try program.folder.write(agents + "data/learned.json", "{}")
    try program.folder.write(agents + "__pycache__/a_agent.cpython-311.pyc", "x")
    let before = try program.state()
    let refused = try program("deploy", path, "--json")
    expect(refused, code: .confirmationRequired)
    #expect(
      refused.stdout.contains("data/learned.json, made_agent.py")
        && !refused.stdout.contains("pycache"), "\(refused)")
    #expect(try program.state() == before)
    expect(try program("deploy", path, "--yes"), status: 0)
    #expect(try FileSystem.list(program.store.layout.agents(swarm)) == ["a_agent.py"])
    // They went into the deploy before, and come back with it.
    expect(try program("rollback", "t"), status: 0)
    #expect(try program("run", "t", "Made").stdout == "ok\n")
  }

  @Test func aBundleThatBringsTheMadeFileAlongLosesNothing() throws {
    let path = try bundle("t", ["a_agent.py": agent("A")])
    expect(try program("deploy", path), status: 0)
    let swarm = try #require(try program.store.list().swarms.first?.guid)
    try program.folder.write("root/swarms/\(swarm)/agents/made_agent.py", agent("Made"))
    try program.folder.write("t/made_agent.py", agent("Made"))
    expect(try program("deploy", path), status: 0)
  }

  // MARK: What changed

  @Test func theAnswerSaysWhatChanged() throws {
    func deploy(_ agents: [String: String], _ more: String...) throws -> Program.Outcome {
      try program.start(["deploy", try bundle("t", agents), "--json"] + more).wait()
    }
    let first = try deploy(["a_agent.py": agent("A"), "b_agent.py": agent("B")])
    #expect(first.json?["changed"] == true && first.json?["deploy"] == 1, "\(first)")
    #expect(first.json?["agents_added"] == ["a_agent.py", "b_agent.py"], "\(first)")
    let state = try program.state()
    let same = try deploy(["a_agent.py": agent("A"), "b_agent.py": agent("B")])
    #expect(same.json?["changed"] == false && same.json?["deploy"] == 1, "\(same)")
    #expect(try program.state() == state)

    let next = ["a_agent.py": agent("A", "new"), "c_agent.py": agent("C"), "soul.md": "kind"]
    let shown = try deploy(next, "--diff")
    expect(shown, status: 2)
    #expect(try program.state() == state)
    let done = try deploy(next)
    expect(done, status: 0)
    for outcome in [shown, done] {
      #expect(outcome.json?["changed"] == true, "\(outcome)")
      #expect(outcome.json?["agents_added"] == ["c_agent.py"], "\(outcome)")
      #expect(outcome.json?["agents_removed"] == ["b_agent.py"], "\(outcome)")
      #expect(outcome.json?["agents_changed"] == ["a_agent.py"], "\(outcome)")
      #expect(outcome.json?["fields_changed"] == ["soul"], "\(outcome)")
    }
    #expect(done.json?["deploy"] == 2, "\(done)")
    let none = try program("deploy", program.folder("t"), "--diff")
    expect(none, status: 0)
    #expect(none.stdout.contains("no difference"), "\(none)")
  }

  @Test func aDiffOfABrokenBundleIsShownAllTheSame() throws {
    try program.deploy(name: "t", ["a_agent.py": agent("A")])
    let outcome = try program(
      "deploy", try bundle("t", ["a_agent.py": "def x(:\n"]), "--diff", "--json")
    expect(outcome, status: 2)
    #expect(outcome.json?["warnings"]?.array?.count == 1, "\(outcome)")
  }

  // MARK: Another server's manifest

  @Test func aManifestWhoseAgentsAreFileNamesIsRead() throws {
    let folder = try bundle("t", ["a_agent.py": agent("A")])
    try program.folder.write(
      "t/manifest.json", #"{"name": "theirs", "agents": ["a_agent.py"], "soul": "kind"}"#)
    expect(try program("deploy", folder), status: 0)
    #expect(try program("run", "theirs", "A").stdout == "ok\n")
    try program.folder.write(
      "t/manifest.json", #"{"name": "theirs", "agents": ["a_agent.py", "gone_agent.py"]}"#)
    expect(try program("deploy", folder, "--json"), code: .badBundle)

    // Deployed by the other server.
    let swarm = GUID.random()
    try program.folder.write(
      "root/swarms/\(swarm)/manifest.json", #"{"name": "server", "agents": ["a_agent.py"]}"#)
    try program.folder.write("root/swarms/\(swarm)/agents/a_agent.py", agent("A"))
    #expect(try program("run", "server", "A").stdout == "ok\n")
    let shown = try program("inspect", "server")
    #expect(shown.stdout.contains("a_agent.py"), "\(shown)")
    let export = try program("export", "server")
    expect(export, status: 0)
    expect(try program("deploy", "-", "--new", stdin: export.stdout), status: 0)
    try FileSystem.makePrivate(program.root)
    expect(try program("doctor", "\(swarm)"), status: 0)
  }

  // MARK: Swarms that are removed meanwhile

  @Test(arguments: [["remove", "--yes"], ["rename"]])
  func whatWaitedForASwarmThatWasRemovedSaysSo(words: [String]) throws {
    let scripted = try ScriptedSwarm()
    let (program, swarm, layout) = (scripted.program, scripted.swarm, scripted.layout)
    let call = try scripted.start("touch('here'); wait('go')")
    _ = try scripted.text("here")
    let name = words[0] == "rename" ? ["other"] : []
    let waiting = try program.start(
      [words[0], "\(swarm)"] + name + words.dropFirst() + ["--json"])
    #expect(eventually("the wish for the lock") { StoreLocks(layout).isWanted(swarm) })
    try FolderTree.remove(layout.swarm(swarm))
    try scripted.touch("go")
    _ = try call.wait()
    expect(try waiting.wait(), code: .noSuchSwarm)
    #expect(try FileSystem.list(layout.swarms) == [])
  }

  @Test func anImportIntoASwarmThatWasRemovedSinceItsListSaysSo() throws {
    let swarm = try program.deploy(name: "t", ["a_agent.py": agent("A")])
    let layout = program.store.layout
    let importer = MemoryImport(store: program.store, locks: LockOptions(), isMerge: false)
    let archive = MemoryArchive(memoryFile: Array("{}".utf8), of: .shared)
    let changes = try importer.plan(archive, swarm)
    try FolderTree.remove(layout.swarm(swarm))
    do throws(SwarmError) {
      try importer.carryOut(archive, changes, swarm)
      Issue.record("imported into nothing")
    } catch {
      #expect(error.code == .noSuchSwarm)
    }
    #expect(try FileSystem.list(layout.swarms) == [])
  }
}
