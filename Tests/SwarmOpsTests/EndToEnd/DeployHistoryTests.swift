import Foundation
import Testing

@testable import SwarmOps

/// The deploys that are kept, and rollback to them; other names and copies.
@Suite struct DeployHistoryTests {
  private let program: Program

  init() throws { program = try Program() }

  /// Deploys an agent A that answers with a number, and another one of that number.
  private func deploy(_ number: Int, soul: String = "") throws {
    let place = "bundle/t"
    try? FileManager.default.removeItem(atPath: program.folder(place))
    try program.folder.write("\(place)/a_agent.py", Sources.agent("A", body: "return '\(number)'"))
    try program.folder.write(
      "\(place)/n\(number)_agent.py", Sources.agent("N\(number)", body: "return 'n'"))
    try program.folder.write("\(place)/soul.md", "soul \(number)")
    expect(try program("deploy", program.folder(place)), status: 0)
  }

  private func numbers() throws -> [Int] {
    let outcome = try program("deploys", "t", "--json")
    expect(outcome, status: 0)
    return (outcome.json?["deploys"]?.array ?? []).compactMap { $0["deploy"]?.int }
  }

  private var swarm: GUID {
    get throws { try #require(try program.store.list().swarms.first?.guid) }
  }

  @Test func theLastFiveDeploysAreListedAndTheOneInPlaceIsMarked() throws {
    for number in 1...7 { try deploy(number) }
    #expect(try numbers() == [7, 6, 5, 4, 3])
    let table = try program("deploys", "t")
    #expect(table.stdout.contains("7 *") && table.stdout.contains("bundle/t"), "\(table)")
    let first = try program("deploys", "t", "-o", "jsonl").stdout.split(separator: "\n").first
    #expect(first?.contains("\"current\":true") == true)
    #expect(try program("deploys", "t", "-q").stdout == "7\n6\n5\n4\n3\n")
    // Not a word of it to programs that list the swarm's folder, nor in a bundle.
    #expect(!(try program("export", "t").stdout.contains("\"swarmctl\":")))
    expect(try program("doctor"), status: 0)
  }

  @Test func rollbackBringsTheDeployBeforeBackAndTheNextOneTakesItBack() throws {
    try deploy(1)
    try deploy(2)
    let swarm = try swarm
    let memory = program.store.layout.memoryFile(swarm, .shared)
    try program.folder.write("root/swarms/\(swarm)/memory/shared/memory.json", "{\"a\": 1}")
    let inode = try FileSystem.status(memory)?.inode
    let export = try program("export", "t").stdout
    let state = try program.state()

    let rehearsed = try program("rollback", "t", "--dry-run", "--json")
    expect(rehearsed, status: 0)
    #expect(rehearsed.json?["agents_removed"] == ["n2_agent.py"], "\(rehearsed)")
    #expect(try program.state() == state)

    let back = try program("rollback", "t", "--json")
    expect(back, status: 0)
    #expect(back.json?["restored"] == 1 && back.json?["deploy"] == 3, "\(back)")
    #expect(try program("run", "t", "A").stdout == "1\n")
    #expect(try program("inspect", "t").stdout.contains("soul 1"))
    #expect(
      try FileSystem.list(program.store.layout.agents(swarm)).sorted()
        == ["a_agent.py", "n1_agent.py"])
    #expect(try numbers() == [3, 2, 1])

    expect(try program("rollback", "t"), status: 0)
    #expect(try program("export", "t").stdout == export)
    expect(try program("rollback", "t", "--to", "1"), status: 0)
    #expect(try program("run", "t", "A").stdout == "1\n")
    let listed = try program("deploys", "t", "--json")
    #expect(listed.json?["deploys"]?.array?.first?["restored"] == 1, "\(listed)")
    #expect(try FileSystem.status(memory)?.inode == inode)
    #expect(try FileSystem.read(memory) == Array("{\"a\": 1}".utf8))
  }

  @Test func rollbackToWhatIsNotKeptOrInPlaceChangesNothing() throws {
    try deploy(1)
    let state = try program.state()
    expect(try program("rollback", "t", "--json"), code: .noSuchDeploy)
    expect(try program("rollback", "t", "--to", "9", "--json"), code: .noSuchDeploy)
    expect(try program("rollback", "t", "--to", "0", "--json"), status: 64)
    let same = try program("rollback", "t", "--to", "1", "--json")
    expect(same, status: 0)
    #expect(same.json?["changed"] == false, "\(same)")
    #expect(try program.state() == state)
  }

  @Test func rollbackIsCheckedLikeEveryDeploy() throws {
    try deploy(1)
    try deploy(2)
    let swarm = try swarm
    let kept = "root/swarms/\(swarm)/.deploys/1"
    try program.folder.write(kept + "/agents/a_agent.py", "def x(:\n")
    expect(try program("rollback", "t", "--json"), code: .agentNotLoadable)
    try program.folder.write(kept + "/manifest.json", "{")
    let listed = try program("deploys", "t", "--json")
    #expect(listed.json?["deploys"]?.array?.last?["state"] == "damaged", "\(listed)")
    expect(try program("rollback", "t", "--json"), status: 65)
    #expect(try program("run", "t", "A").stdout == "2\n")
  }

  @Test func settingsOfTheSwarmStayWithEveryDeploy() throws {
    try deploy(1)
    let swarm = try swarm
    let path = program.store.layout.manifest(swarm)
    var manifest = try SwarmManifest.read(path)
    manifest.own["sandbox"] = ["level": "strict"]
    try program.folder.write(
      "root/swarms/\(swarm)/manifest.json",
      String(decoding: JSONValue.object(manifest.fields).serialized(), as: UTF8.self))
    try deploy(2)
    expect(try program("rollback", "t"), status: 0)
    #expect(try SwarmManifest.read(path).own["sandbox"] == ["level": "strict"])
  }

  @Test func removingASwarmRemovesItsDeploys() throws {
    try deploy(1)
    try deploy(2)
    expect(try program("remove", "t", "--yes"), status: 0)
    let left = try program.folder.snapshot().keys.filter {
      $0.hasPrefix("root/") && $0.contains("n1_agent")
    }
    #expect(left.isEmpty)
  }

  // MARK: Names

  @Test func aSwarmIsRenamedAndFoundByItsNewNameAlone() throws {
    try deploy(1)
    let (swarm, agents) = (try swarm, try program.state().filter { $0.key.contains("/agents") })
    expect(try program("list"), status: 0)
    expect(try program("rename", "t", "other", "--dry-run"), status: 0)
    #expect(try program("run", "t", "A").stdout == "1\n")
    let renamed = try program("rename", "t", "other", "--json")
    expect(renamed, status: 0)
    #expect(renamed.json?["old_name"] == "t" && renamed.json?["changed"] == true, "\(renamed)")
    #expect(try program("run", "other", "A").stdout == "1\n")
    expect(try program("run", "t", "A", "--json"), code: .noSuchSwarm)
    #expect(try self.swarm == swarm)
    #expect(try program.state().filter { $0.key.contains("/agents") } == agents)
    try deploy(2)
    #expect(try program.store.list().swarms.map(\.name) == ["other", "t"])
    let state = try program.state()
    expect(try program("rename", "other", "t", "--json"), code: .ambiguous)
    expect(try program("rename", "other", "a\nb", "--json"), code: .usage)
    expect(try program("rename", "other", "", "--json"), code: .usage)
    #expect(try program.state() == state)
  }

  @Test func aRollbackKeepsTheName() throws {
    try deploy(1)
    try deploy(2)
    expect(try program("rename", "t", "other"), status: 0)
    expect(try program("rollback", "other"), status: 0)
    #expect(try program("run", "other", "A").stdout == "1\n")
  }

  // MARK: Copies

  @Test func aCopyHasTheAgentsAndWithMemoryEveryMemory() throws {
    try deploy(1)
    let swarm = try swarm
    let user = GUID.random()
    let memory = "root/swarms/\(swarm)/memory"
    try program.folder.write("\(memory)/shared/memory.json", "{\"s\": 1}")
    try program.folder.write("\(memory)/\(user)/memory.json", "{\"u\": 1}")
    try program.folder.write("\(memory)/\(user)/notes/a.txt", "a")
    let before = try program.state()
    expect(try program("copy", "t", "bare", "--dry-run"), status: 0)
    #expect(try program.state() == before)

    let bare = try program("copy", "t", "bare", "--json")
    expect(bare, status: 0)
    let first = try #require(bare.json?["swarm_guid"]?.string.flatMap { GUID($0) })
    #expect(first != swarm && bare.json?["copied_from"]?.string == "\(swarm)", "\(bare)")
    let layout = program.store.layout
    #expect(try FileSystem.status(layout.memory(first)) == nil)
    #expect(try program("run", "bare", "A").stdout == "1\n")

    let full = try program("copy", "t", "full", "--memory", "--json")
    expect(full, status: 0)
    #expect(full.json?["users"] == 1 && full.json?["bytes"] == 17, "\(full)")
    let second = try #require(full.json?["swarm_guid"]?.string.flatMap { GUID($0) })
    #expect(
      try FileSystem.read(layout.memoryFile(second, .user(user))) == Array("{\"u\": 1}".utf8))
    #expect(try FileSystem.read(layout.memory(second, .user(user)) + "/notes/a.txt") == [0x61])
    #expect(try FileSystem.read(layout.memoryFile(second, .shared)) == Array("{\"s\": 1}".utf8))
    // The first one is as it was, and no inode belongs to both.
    #expect(try program.state().filter { before[$0.key] != nil } == before)
    #expect(
      try FileSystem.status(layout.memoryFile(second, .shared))?.inode
        != FileSystem.status(layout.memoryFile(swarm, .shared))?.inode)
    expect(try program("copy", "t", "full", "--json"), code: .ambiguous)
    try FileSystem.makePrivate(program.root)
    expect(try program("doctor"), status: 0)
  }

  @Test func aCopyWaitsForACallAndATornMemoryIsRefusedWithoutATrace() throws {
    let scripted = try ScriptedSwarm()
    let (program, layout) = (scripted.program, scripted.layout)
    func copy(_ name: String, _ more: String...) throws -> Program.Outcome {
      try program.start(["copy", "test", name, "--memory", "--json"] + more).wait()
    }
    try scripted.remember("{\"s\": 1}")
    let call = try scripted.start("touch('here'); wait('go')")
    _ = try scripted.text("here")
    expect(try copy("busy", "--lock-timeout", "100ms"), code: .busy)
    try scripted.touch("go")
    expect(try call.wait(), status: 0)
    try scripted.remember("{\"s\": ")
    expect(try copy("torn"), code: .invalidMemory)
    #expect(try program.store.list().swarms.map(\.name) == ["test"])
    #expect(try scripted.staged() == [])
    try scripted.remember("{\"s\": 2}")
    expect(try copy("whole"), status: 0)
    #expect(try FileSystem.list(layout.swarms).count == 2)
  }
}
