import Foundation
import Testing

@testable import SwarmOps

@Suite struct DoctorTests {
  private let patient: Patient
  private var layout: SwarmLayout { patient.layout }
  private var swarm: GUID { patient.swarm }
  private let user = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"

  init() throws { patient = try Patient() }

  @Test func aSoundStoreHasNoFindings() throws {
    let diagnosis = try patient.examine()
    #expect(diagnosis.findings == [])
    #expect(diagnosis.facts.map(\.name).contains("python"))
    #expect(diagnosis.facts.contains(Diagnosis.Fact(name: "locks", text: "work")))
  }

  @Test func lookingChangesNothingButTheCaches() throws {
    _ = try patient.examine()
    try patient.write("{\"a\": 1, \"b", to: layout.memoryFile(swarm, .shared))
    chmod(layout.memory(swarm), 0o755)
    let before = try patient.program.folder.snapshot()
    #expect(try patient.codes() == [.readableByOthers, .invalidMemory])
    #expect(try patient.program.folder.snapshot() == before)
  }

  @Test func aRootThatIsNotThereYetIsNoFinding() throws {
    let program = try Program()
    let outcome = try program("doctor", "--json")
    expect(outcome, status: 0)
    #expect(try FileSystem.status(program.root) == nil)
  }

  @Test func whatOthersCanReadIsMadePrivate() throws {
    chmod(layout.memory(swarm), 0o755)
    chmod(layout.memoryFile(swarm, .shared), 0o644)
    #expect(try patient.codes() == [.readableByOthers])
    let finding = try #require(try patient.examine(fixes: true).findings.first)
    #expect(finding.fixed?.contains("2 files or folders") == true)
    #expect(try FileSystem.status(layout.memory(swarm))?.permissions == 0o700)
    #expect(try FileSystem.status(layout.memoryFile(swarm, .shared))?.permissions == 0o600)
    #expect(try patient.codes() == [])
  }

  @Test func aTornMemoryIsSalvagedAndTheTornFileKept() throws {
    let path = layout.memoryFile(swarm, .shared)
    let torn = "{\"a\": {\"x\": 1.50}, \"b\": [1, 2], \"c\": {\"y\": 2"
    try patient.write(torn, to: path)
    try patient.age(path)
    let finding = try #require(try patient.examine(fixes: true).findings.first)
    #expect(finding.code == .invalidMemory)
    #expect(finding.fixed != nil, "\(finding)")
    let bytes = try FileSystem.read(path)
    #expect(
      String(decoding: bytes, as: UTF8.self) == "{\"a\": {\"x\": 1.50}, \"b\": [1, 2]\n}")
    #expect(try FileSystem.status(path)?.permissions == 0o600)
    let kept = try #require(try FileSystem.list(layout.kept(swarm, .shared)).first)
    #expect(
      try FileSystem.read("\(layout.kept(swarm, .shared))/\(kept)/memory.json") == Array(torn.utf8))
    // What is kept stays reported until somebody has looked at it.
    #expect(try patient.codes() == [.keptMemory])
  }

  @Test func whatMayBeWrittenJustNowIsLeftAlone() throws {
    let path = layout.memoryFile(swarm, .shared)
    try patient.write("{\"a\": 1, \"b", to: path)
    let finding = try #require(try patient.examine(fixes: true).findings.first)
    #expect(finding.code == .invalidMemory && !finding.isFixable && finding.fixed == nil)
    #expect(finding.advice.plainText?.contains("10 seconds") == true, "\(finding)")
    let rescue = MemoryRescue(
      layout: layout, swarm: swarm, namespace: .shared, locks: LockOptions(timeout: .zero))
    #expect(throws: SwarmError.self) { try rescue.perform() }
    #expect(try FileSystem.read(path) == Array("{\"a\": 1, \"b".utf8))
  }

  @Test func ownersPermissionsAreNeverAddedAndWhatIsNotOfTheLayoutIsLeftAlone() throws {
    let folder = layout.swarm(swarm)
    try patient.write("{}", to: folder + "/snapshots/20260101T000000Z_a/memory/shared/memory.json")
    try patient.write("x", to: patient.program.root + "/project/.git/config")
    try patient.write("x", to: layout.swarms + "/notes/file")
    try patient.write("x", to: folder + "/.git/config")
    let snapshot = folder + "/snapshots/20260101T000000Z_a"
    let modes: [(String, mode_t)] = [
      (snapshot + "/memory/shared/memory.json", 0o444), (snapshot + "/memory/shared", 0o555),
      (snapshot + "/memory", 0o555), (snapshot, 0o555),
      (patient.program.root + "/project", 0o755), (patient.program.root + "/project/.git", 0o775),
      (patient.program.root + "/project/.git/config", 0o664), (layout.swarms + "/notes", 0o755),
      (folder + "/.git", 0o755), (folder + "/.git/config", 0o644),
      (layout.agents(swarm) + "/note_agent.py", 0o444), (layout.memoryFile(swarm, .shared), 0o200),
    ]
    for (path, mode) in modes { chmod(path, mode) }
    defer { chmod(layout.memoryFile(swarm, .shared), 0o600) }
    let codes = try patient.examine(fixes: true).findings.map(\.code)
    #expect(codes.contains(.readableByOthers) && codes.contains(.missingPermission))
    for (path, mode) in modes {
      let expected = path.hasSuffix("note_agent.py") ? 0o400 : UInt16(mode)
      #expect(try FileSystem.status(path)?.permissions == expected, "\(path)")
    }
  }

  @Test func halfASnapshotIsNamed() throws {
    try FileSystem.makeFolders(
      layout.snapshots(swarm) + "/20260101T000000Z_half/memory/shared")
    let findings = try patient.examine().findings
    #expect(findings.map(\.code) == [.damagedSnapshot], "\(findings)")
    #expect(findings.first?.what.contains("half a copy") == true, "\(findings)")
  }

  @Test func memoryThatIsSealedIsReadableAndNothingToMend() throws {
    let path = layout.manifest(swarm)
    var manifest = try #require(try JSONValue.parse(try FileSystem.read(path)).object)
    manifest["sealing"] = ["status": "sealed"]
    try patient.write(Sources.text(manifest), to: path)
    chmod(layout.memoryFile(swarm, .shared), 0o444)
    chmod(layout.memory(swarm, .shared), 0o555)
    chmod(layout.memory(swarm), 0o555)
    #expect(try patient.codes() == [])
    // A file beside says the same.
    manifest["sealing"] = nil
    try patient.write(Sources.text(manifest), to: path)
    #expect(try patient.codes() == [.readableByOthers])
    try patient.write("", to: layout.swarm(swarm) + "/.sealed")
    #expect(try patient.codes() == [])
  }

  @Test(.enabled(if: Machine.canGiveFilesAway, "needs root and setpriv"))
  func whatRootTookOverIsNamedAndGivenBack() throws {
    let program = patient.program
    chown(program.root, 65534, 65534)
    let found = try patient.examine().findings
    #expect(found.map(\.code) == [.otherOwner] && found[0].isFixable, "\(found)")
    expect(try program("doctor", "--fix"), status: 0)
    for entry in try FolderTree.entries(of: program.root) {
      #expect(entry.status.owner == 65534, "\(entry.path)")
    }
    expect(try program("run", "test", "Note"), status: 0)
    #expect(try FileSystem.status(layout.memoryFile(swarm, .shared))?.owner == 65534)
  }

  @Test func salvagingWaitsForTheRunOnThatMemory() throws {
    try patient.write("{", to: layout.memoryFile(swarm, .shared))
    try patient.age(layout.memoryFile(swarm, .shared))
    let lock = try StoreLocks(layout).namespace(swarm, .shared, LockOptions())
    let rescue = MemoryRescue(
      layout: layout, swarm: swarm, namespace: .shared, locks: LockOptions(timeout: .zero))
    #expect(throws: SwarmError.self) { try rescue.perform() }
    #expect(try FileSystem.read(layout.memoryFile(swarm, .shared)) == Array("{".utf8))
    lock.release()
    _ = try rescue.perform()
    #expect(try FileSystem.read(layout.memoryFile(swarm, .shared)) == Array("{}".utf8))
  }

  @Test func agentsThatAreNotTheManifestsAreFound() throws {
    let agents = layout.agents(swarm)
    try patient.write("# another", to: agents + "/note_agent.py")
    try patient.write("# extra", to: agents + "/extra_agent.py")
    // Other programs keep the base class there; it is supplied here, and no agent.
    try patient.write("class BasicAgent: pass", to: agents + "/basic_agent.py")
    #expect(try patient.codes() == [.agentChanged, .agentExtra])
    try FileSystem.removeFile(agents + "/note_agent.py")
    #expect(try patient.codes(swarm: swarm) == [.agentMissing, .agentExtra])
  }

  @Test func damagedSwarmsAndStrangeFoldersAreFound() throws {
    let other = GUID.random()
    try FileSystem.makeFolder(layout.swarm(other))
    try FileSystem.makeFolder(layout.swarms + "/notes")
    #expect(Set(try patient.codes()) == [.damagedSwarm, .strangeFolder])
    #expect(try patient.codes(swarm: swarm) == [])
  }

  @Test func everyOddityOfAMemoryFolderIsFound() throws {
    let memory = layout.memory(swarm)
    try patient.write("{}", to: memory + "/\(user)/memory.json")
    try patient.write("{}", to: memory + "/\(user.uppercased())/memory.json")
    try FileSystem.makeFolder(memory + "/a11ce000-0000-4000-8000-000000000001")
    try FileSystem.makeFolder(memory + "/notes")
    symlink("/tmp", memory + "/b0b00000-0000-4000-8000-000000000002")
    #expect(
      Set(try patient.codes()) == [.namespaceCase, .emptyNamespace, .strangeMemory, .memoryLink])
    let split = try patient.examine().findings.first { $0.code == .namespaceCase }
    #expect(split?.what.contains("split in two") == true)
  }

  @Test func aMemoryFolderThatIsALinkIsFound() throws {
    try FileSystem.rename(layout.memory(swarm), to: patient.program.folder("elsewhere"))
    symlink(patient.program.folder("elsewhere"), layout.memory(swarm))
    #expect(try patient.codes() == [.memoryLink])
  }

  @Test func whatDeadOperationsLeftIsRemovedAndLivingOnesAreLeftAlone() throws {
    let living = try StagingFolder.make(in: layout.staging)
    try FileSystem.makeFolder(layout.staging + "/1-dead")
    #expect(try patient.codes() == [.deadStaging])
    #expect(try patient.examine(fixes: true).open == [])
    #expect(try FileSystem.list(layout.staging) == [(living.path as NSString).lastPathComponent])
  }

  @Test func aDeployThatWasCutOffIsFinished() throws {
    // The state between the two steps of a switch: memory is in the other folder, behind a link.
    let (target, switching) = (layout.swarm(swarm), layout.formerSwitch(swarm))
    try FileSystem.makeFolder(switching)
    try FileSystem.rename(layout.memory(swarm), to: switching + "/memory")
    symlink("../\(SwarmLayout.formerSwitchPrefix)\(swarm)/memory", target + "/memory")
    #expect(try patient.codes() == [.halfSwitched])
    #expect(try patient.examine(fixes: true).open == [])
    #expect(try FileSystem.status(switching) == nil)
    #expect(try FileSystem.read(layout.memoryFile(swarm, .shared)) == Array("{\"a\": 1}".utf8))
  }

  @Test func aDeployThatWasCutOffBesideItsSwarmIsFinished() throws {
    let next = layout.nextDeploy(swarm)
    var manifest = try SwarmManifest.read(layout.manifest(swarm))
    try FileSystem.makeFolders(next)
    try FolderTree.copy(layout.agents(swarm), to: next + "/agents")
    manifest.deploy?.number = 2
    try patient.write(
      String(decoding: JSONValue.object(manifest.fields).serialized(), as: UTF8.self),
      to: next + "/manifest.json")
    #expect(try patient.codes() == [.halfSwitched])
    #expect(try patient.examine(fixes: true).open == [])
    #expect(try FileSystem.status(next) == nil)
    #expect(try SwarmManifest.read(layout.manifest(swarm)).deploy?.number == 2)
  }

  @Test func cachesOfSwarmsThatAreGoneAreRemoved() throws {
    let gone = GUID.random()
    try patient.write("{}", to: layout.catalog(gone))
    #expect(try patient.codes() == [.staleCache])
    #expect(try patient.examine(fixes: true).open == [])
    #expect(try FileSystem.status(layout.catalog(gone)) == nil)
    #expect(try FileSystem.status(layout.catalog(swarm)) != nil)
  }

  @Test func findingsEndWithTwoAndMendingWithZero() throws {
    try FileSystem.makeFolder(layout.staging + "/1-dead")
    let found = try patient.program("doctor", "--json")
    expect(found, status: 2)
    #expect(found.json?["findings"]?.array?.first?["code"] == "dead_staging", "\(found)")
    let fixed = try patient.program("doctor", "--fix")
    expect(fixed, status: 0)
    #expect(fixed.stdout.contains("fixed: removed 1 folder"), "\(fixed)")
    expect(try patient.program("doctor"), status: 0)
  }

  @Test func aMissingPythonIsAFinding() throws {
    let outcome = try patient.program("doctor", "--python", "/nonexistent/python3", "--json")
    expect(outcome, status: 2)
    #expect(outcome.json?["findings"]?.array?.first?["code"] == "python", "\(outcome)")
  }
}

@Suite struct MemorySalvageTests {
  @Test(arguments: [
    ("{\"a\": 1, \"b\": 2", "{\"a\": 1\n}", 1),
    ("{\"a\": 1, \"b\": \"x\"", "{\"a\": 1, \"b\": \"x\"\n}", 2),
    ("{\"a\": {\"b\": [1", "{}", 0), ("", "{}", 0), ("\u{0}\u{0}\u{0}", "{}", 0), ("nul", "{}", 0),
    ("{\"a\": 1}}", "{\"a\": 1\n}", 1), ("{\"a\": 1,", "{\"a\": 1\n}", 1),
    ("{\"a\": true\n", "{\"a\": true\n}", 1), ("[1, [2], {\"c\"", "[1, [2]\n]", 2),
    ("{\"a\": 1, \"b\": \u{0}\u{0}", "{\"a\": 1\n}", 1), ("  {\"a\": NaN, x", "{\"a\": NaN\n}", 1),
    ("{\"a\": 1 \"b\": 2}", "{\"a\": 1\n}", 1),
    ("{\"ä\": \"\u{1F41D}\", \"", "{\"ä\": \"\u{1F41D}\"\n}", 1),
  ])
  func whatIsWholeIsTakenByteForByte(torn: String, document: String, count: Int) throws {
    let salvage = MemorySalvage(Array(torn.utf8))
    #expect(String(decoding: salvage.document, as: UTF8.self) == document)
    #expect(salvage.count == count)
    try JSONScanner.validate(salvage.document, options: .allowNonFinite)
  }

  @Test func everyPrefixOfAMemoryGivesAPrefixOfItsEntries() throws {
    let whole = Array(
      "{\"a\": {\"t\": [1, \"]\"]}, \"b\\\"\": 12.5e3, \"c\": null, \"d\": \"é\"}".utf8)
    let keys = try JSONScanner.members(whole).map(\.key)
    for length in 0..<whole.count {
      let salvage = MemorySalvage(Array(whole[..<length]))
      let members = try JSONScanner.members(salvage.document).map(\.key)
      #expect(members == Array(keys.prefix(members.count)), "\(length)")
      let value = try JSONValue.parse(salvage.document)
      let original = try JSONValue.parse(whole)
      for key in members { #expect(value[key] == original[key], "\(length) \(key)") }
    }
  }
}
