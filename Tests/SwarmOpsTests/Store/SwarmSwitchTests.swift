import Foundation
import Synchronization
import Testing

@testable import SwarmOps

@Suite struct SwarmSwitchTests {
  private let folder: TemporaryFolder
  private let layout: SwarmLayout
  private let swarm = GUID.random()

  init() throws {
    folder = try TemporaryFolder()
    layout = SwarmLayout(root: folder("root"))
    try folder.write("root/swarms/\(swarm)/manifest.json", Self.manifest(1, "old_agent.py", "old"))
    try folder.write("root/swarms/\(swarm)/agents/old_agent.py", "old")
    try folder.write("root/swarms/\(swarm)/memory/shared/memory.json", "{\"kept\": 1}")
  }

  /// The manifest of a deploy with one file.
  private static func manifest(_ number: Int, _ file: String, _ text: String) -> String {
    let hash = SHA256.hex(of: Array(text.utf8))
    return
      #"{"name": "deploy \#(number)", "agents": [{"filename": "\#(file)", "sha256": "\#(hash)"}], "#
      + #""swarmctl": {"deploy": {"number": \#(number)}}}"#
  }

  private func staged(_ number: Int = 2) throws -> String {
    try folder.write(
      "root/.swarmctl/staging/x/manifest.json", Self.manifest(number, "new_agent.py", "new"))
    try folder.write("root/.swarmctl/staging/x/agents/new_agent.py", "new")
    return folder("root/.swarmctl/staging/x")
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try FileSystem.read(layout.swarm(swarm) + "/" + path), as: UTF8.self)
  }

  private func expectDeploy(_ number: Int) throws {
    #expect(try SwarmManifest.read(layout.manifest(swarm)).deploy?.number == number)
    let file = number == 1 ? "old_agent.py" : "new_agent.py"
    #expect(try FileSystem.list(layout.agents(swarm)) == [file])
    #expect(try text("memory/shared/memory.json") == "{\"kept\": 1}")
    #expect(try FileSystem.status(layout.memory(swarm))?.kind == .folder)
    #expect(try FileSystem.list(layout.swarms) == [swarm.description])
    #expect(try FileSystem.status(layout.nextDeploy(swarm)) == nil)
  }

  @Test func theNewAgentsReplaceTheOldAndMemoryStaysTheSameFolder() throws {
    let paths = [layout.memoryFile(swarm, .shared), layout.memory(swarm), layout.swarm(swarm)]
    let before = try paths.map { try FileSystem.status($0)?.inode }
    try SwarmSwitch.replace(with: try staged(), swarm, layout: layout)
    try expectDeploy(2)
    #expect(try paths.map { try FileSystem.status($0)?.inode } == before)
    #expect(try text(".deploys/1/agents/old_agent.py") == "old")
    #expect(try text(".deploys/1/manifest.json") == Self.manifest(1, "old_agent.py", "old"))
  }

  /// The states that a crash can leave after the new deploy was moved beside the old one.
  enum Cut: CaseIterable {
    case beforeTheSwitch, afterTheAgents, afterTheManifest, afterBoth
    case agentsAside, agentsInAndOldAside, manifestAside
  }

  @Test(arguments: Cut.allCases)
  func aSwitchThatWasCutOffIsRolledForward(cut: Cut) throws {
    let next = layout.nextDeploy(swarm)
    try FileSystem.makeFolders(layout.deploys(swarm))
    #expect(rename(try staged(), next) == 0)
    let (agents, manifest) = (layout.agents(swarm), layout.manifest(swarm))
    let (newAgents, newManifest) = (next + "/agents", next + "/manifest.json")
    switch cut {
    case .beforeTheSwitch: break
    case .afterTheAgents: try PlatformCalls.exchange(newAgents, agents)
    // Not in this order, but after a power cut some file systems may have it so.
    case .afterTheManifest: try PlatformCalls.exchange(newManifest, manifest)
    case .afterBoth:
      try PlatformCalls.exchange(newAgents, agents)
      try PlatformCalls.exchange(newManifest, manifest)
    // On a file system that cannot exchange.
    case .agentsAside: #expect(rename(agents, newAgents + ".old") == 0)
    case .agentsInAndOldAside:
      #expect(rename(agents, newAgents + ".old") == 0)
      #expect(rename(newAgents, agents) == 0)
    case .manifestAside:
      try PlatformCalls.exchange(newAgents, agents)
      #expect(rename(manifest, newManifest + ".old") == 0)
    }
    try SwarmSwitch.recover(swarm, layout: layout, locks: LockOptions())
    try expectDeploy(2)
    #expect(try text(".deploys/1/agents/old_agent.py") == "old")
    #expect(try text(".deploys/1/manifest.json") == Self.manifest(1, "old_agent.py", "old"))
  }

  @Test func whatAnotherProgramWroteIntoTheNewAgentsAfterACrashStays() throws {
    try FileSystem.makeFolders(layout.deploys(swarm))
    #expect(rename(try staged(), layout.nextDeploy(swarm)) == 0)
    try PlatformCalls.exchange(layout.nextDeploy(swarm) + "/agents", layout.agents(swarm))
    try folder.write("root/swarms/\(swarm)/agents/__pycache__/new_agent.pyc", "x")
    try folder.write("root/swarms/\(swarm)/agents/made_agent.py", "x")
    try SwarmSwitch.recover(swarm, layout: layout, locks: LockOptions())
    #expect(try SwarmManifest.read(layout.manifest(swarm)).deploy?.number == 2)
    #expect(
      try FileSystem.list(layout.agents(swarm)).sorted()
        == ["__pycache__", "made_agent.py", "new_agent.py"])
  }

  @Test func aSwarmWithoutManifestGetsBothParts() throws {
    try FileSystem.removeFile(layout.manifest(swarm))
    try SwarmSwitch.replace(with: try staged(), swarm, layout: layout)
    try expectDeploy(2)
    #expect(try text(".deploys/1/agents/old_agent.py") == "old")
  }

  @Test func fiveDeploysAreKeptWithTheOneInPlace() throws {
    for number in 2...8 {
      try SwarmSwitch.replace(with: try staged(number), swarm, layout: layout)
    }
    let kept = KeptDeploys(layout: layout, swarm: swarm)
    #expect(try kept.numbers() == [7, 6, 5, 4])
    #expect(try kept.current() == 8 && kept.next() == 9)
    #expect(try FileSystem.list(layout.deploys(swarm)).sorted() == ["4", "5", "6", "7"])
  }

  @Test(arguments: ["9223372036854775807", "-1", "0", "1.5", "\"x\"", "1e30"])
  func numbersThatSomebodyMadeUpDoNotCount(number: String) throws {
    try folder.write(
      "root/swarms/\(swarm)/manifest.json", #"{"swarmctl": {"deploy": {"number": \#(number)}}}"#)
    try folder.write("root/swarms/\(swarm)/.deploys/9223372036854775807/x", "")
    let kept = KeptDeploys(layout: layout, swarm: swarm)
    #expect(try kept.current() == 1 && kept.next() == 2)
    try SwarmSwitch.replace(with: try staged(), swarm, layout: layout)
    #expect(try kept.numbers() == [1])
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
    try expectDeploy(2)
  }

  /// Opens a memory without any lock, over and over.
  private final class Reader: Sendable {
    let opens = Atomic(0)
    let failures = Atomic(0)
    let isOver = Atomic(false)
    let hasEnded = Atomic(false)

    func read(_ file: String, in memory: String) {
      while !isOver.load(ordering: .acquiring) {
        // As others do: by the whole path, and by walking down.
        let isRead = (try? FileSystem.read(file)) == Array("{\"kept\": 1}".utf8)
        let isListed = (try? FileSystem.list(memory)) == ["shared"]
        let isFolder = (try? FileSystem.status(memory)?.kind) == .folder
        if !isRead || !isListed || !isFolder { failures.add(1, ordering: .relaxed) }
        opens.add(1, ordering: .relaxed)
      }
      hasEnded.store(true, ordering: .releasing)
    }
  }

  @Test func memoryOpensAtEveryMomentOfHundredsOfDeploys() throws {
    let (memory, file) = (layout.memory(swarm), layout.memoryFile(swarm, .shared))
    let reader = Reader()
    Thread.detachNewThread { reader.read(file, in: memory) }
    #expect(eventually("the reader") { reader.opens.load(ordering: .relaxed) > 0 })
    var number = 1
    while number < 400 || reader.opens.load(ordering: .relaxed) < 1000 {
      number += 1
      try SwarmSwitch.replace(with: try staged(number), swarm, layout: layout)
    }
    reader.isOver.store(true, ordering: .releasing)
    #expect(eventually("its end") { reader.hasEnded.load(ordering: .acquiring) })
    #expect(reader.failures.load(ordering: .relaxed) == 0)
  }

  // MARK: What an earlier version left

  @Test func aFormerSwitchCutOffAfterTheExchangeIsFinishedWithItsMemory() throws {
    try cutOffAfterTheExchange()
    #expect(try text("memory/shared/memory.json") == "{\"kept\": 1}")
    try SwarmSwitch.recover(swarm, layout: layout, locks: LockOptions())
    try expectDeploy(2)
  }

  @Test func aFormerSwitchCutOffBeforeTheExchangeLeavesTheOldSwarm() throws {
    #expect(rename(try staged(), layout.formerSwitch(swarm)) == 0)
    try SwarmSwitch.recover(swarm, layout: layout, locks: LockOptions())
    try expectDeploy(1)
  }

  /// What a deploy of an earlier version left right after its exchange: links in the new folder, memory
  /// in the old one.
  private func cutOffAfterTheExchange() throws {
    let new = try staged()
    try FileManager.default.createSymbolicLink(
      atPath: new + "/memory",
      withDestinationPath: "../\((layout.formerSwitch(swarm) as NSString).lastPathComponent)/memory"
    )
    #expect(rename(layout.swarm(swarm), layout.formerSwitch(swarm)) == 0)
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
