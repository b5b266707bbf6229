import Foundation
import Testing

@testable import SwarmOps

@Suite struct SwarmSwitchTests {
  private let folder: TemporaryFolder
  private let layout: SwarmLayout
  private let swarm = GUID.random()

  init() throws {
    folder = try TemporaryFolder()
    layout = SwarmLayout(root: folder("root"))
    try folder.write("root/swarms/\(swarm)/manifest.json", "old")
    try folder.write("root/swarms/\(swarm)/agents/old_agent.py", "old")
    try folder.write("root/swarms/\(swarm)/memory/shared/memory.json", "{\"kept\": 1}")
  }

  private func staged() throws -> String {
    try folder.write("root/.swarmctl/staging/x/manifest.json", "new")
    try folder.write("root/.swarmctl/staging/x/agents/new_agent.py", "new")
    return folder("root/.swarmctl/staging/x")
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try FileSystem.read(layout.swarm(swarm) + "/" + path), as: UTF8.self)
  }

  @Test func theNewAgentsReplaceTheOldAndMemoryStaysTheSameFile() throws {
    let memory = layout.memoryFile(swarm, .shared)
    let before = try FileSystem.status(memory)
    try SwarmSwitch.replace(with: try staged(), swarm, layout: layout)
    #expect(try text("manifest.json") == "new")
    #expect(try FileSystem.list(layout.agents(swarm)) == ["new_agent.py"])
    #expect(try FileSystem.status(memory)?.inode == before?.inode)
    #expect(try FileSystem.status(layout.memory(swarm))?.kind == .folder)
    #expect(try FileSystem.list(layout.swarms) == [swarm.description])
  }

  @Test func aSwitchCutOffAfterTheExchangeIsFinishedWithItsMemory() throws {
    let switching = layout.switching(swarm)
    let new = try staged()
    // What a crash right after the exchange leaves: links in the new folder, memory in the old.
    try FileManager.default.createSymbolicLink(
      atPath: new + "/memory",
      withDestinationPath: "../\((switching as NSString).lastPathComponent)/memory")
    #expect(rename(layout.swarm(swarm), switching) == 0)
    #expect(rename(new, layout.swarm(swarm)) == 0)
    #expect(try text("memory/shared/memory.json") == "{\"kept\": 1}")
    try SwarmSwitch.recover(swarm, layout: layout, locks: LockOptions())
    #expect(try text("manifest.json") == "new")
    #expect(try text("memory/shared/memory.json") == "{\"kept\": 1}")
    #expect(try FileSystem.status(layout.memory(swarm))?.kind == .folder)
    #expect(try FileSystem.list(layout.swarms) == [swarm.description])
  }

  @Test func aSwitchCutOffBeforeTheExchangeLeavesTheOldSwarm() throws {
    #expect(rename(try staged(), layout.switching(swarm)) == 0)
    try SwarmSwitch.recover(swarm, layout: layout, locks: LockOptions())
    #expect(try text("manifest.json") == "old")
    #expect(try text("memory/shared/memory.json") == "{\"kept\": 1}")
    #expect(try FileSystem.list(layout.swarms) == [swarm.description])
  }

  @Test func aFileInTheWayIsRefusedAndKept() throws {
    let other = GUID.random()
    try folder.write("root/swarms/\(other)", "a file")
    let before = try folder.snapshot(excluding: "root/.swarmctl")
    #expect(throws: SwarmError.self) {
      try SwarmSwitch.replace(with: try staged(), other, layout: layout)
    }
    #expect(try folder.snapshot(excluding: "root/.swarmctl") == before)
  }

  @Test func aLinkThatSomebodyElseMadeInASwarmSurvivesADeploy() throws {
    let path = layout.swarm(swarm) + "/snapshots"
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/elsewhere")
    try SwarmSwitch.replace(with: try staged(), swarm, layout: layout)
    #expect(FileSystem.linkTarget(path) == Array("/elsewhere".utf8))
    #expect(try FileSystem.list(layout.swarms) == [swarm.description])
  }

  /// What a deploy leaves that is killed while another operation waits for its lock.
  private func cutOffAfterTheExchange() throws {
    let new = try staged()
    try FileManager.default.createSymbolicLink(
      atPath: new + "/memory",
      withDestinationPath: "../\((layout.switching(swarm) as NSString).lastPathComponent)/memory")
    #expect(rename(layout.swarm(swarm), layout.switching(swarm)) == 0)
    #expect(rename(new, layout.swarm(swarm)) == 0)
  }

  @Test func lockingASwarmAloneFinishesADeployThatWasCutOff() throws {
    try cutOffAfterTheExchange()
    let lock = try SwarmSwitch.lockAlone(swarm, layout: layout, locks: LockOptions())
    defer { lock.release() }
    #expect(try FileSystem.status(layout.memory(swarm))?.kind == .folder)
    #expect(try FileSystem.list(layout.swarms) == [swarm.description])
  }

  @Test(arguments: [MemoryWipe.Scope.one(.shared), .all])
  func aWipeAfterADeployThatWasCutOffSinceItsListNeitherWaitsForItselfNorLosesMemory(
    scope: MemoryWipe.Scope
  ) throws {
    let wipe = MemoryWipe(
      store: SwarmStore(root: layout.root), locks: LockOptions(timeout: .seconds(1)))
    let plan = try wipe.plan(swarm, scope, .everything)
    try cutOffAfterTheExchange()
    try wipe.carryOut(plan)
    #expect(try FileSystem.status(layout.memory(swarm, .shared)) == nil)
    #expect(try FileSystem.status(layout.memory(swarm))?.kind == .folder)
    #expect(try FileSystem.list(layout.swarms) == [swarm.description])
  }

  @Test func aRemovalTakesMemoryThatADeployLeftElsewhereAndWhatRunsKept() throws {
    try folder.write("root/.swarmctl/kept/\(swarm)/shared/x/memory.json", "{}")
    try cutOffAfterTheExchange()
    try SwarmRemoval(store: SwarmStore(root: layout.root), locks: LockOptions()).remove(swarm)
    #expect(try FileSystem.list(layout.swarms) == [])
    #expect(try FileSystem.list(layout.kept) == [])
    #expect(try FileSystem.list(layout.staging) == [])
  }
}
