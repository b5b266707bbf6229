import Foundation
import Testing

@testable import SwarmOps

@Suite struct SwarmStoreTests {
  private let folder: TemporaryFolder
  private let store: SwarmStore

  init() throws {
    folder = try TemporaryFolder()
    store = SwarmStore(root: folder("root"))
  }

  @discardableResult
  private func add(_ name: String, _ guid: GUID = .random()) throws -> GUID {
    try folder.write(
      "root/swarms/\(guid)/manifest.json", Sources.text(["name": .string(name)]))
    return guid
  }

  private func code(_ body: () throws -> some Any) -> SwarmError.Code? {
    do {
      _ = try body()
      return nil
    } catch {
      return (error as? SwarmError)?.code
    }
  }

  @Test func aRootThatDoesNotExistIsEmptyAndStaysAway() throws {
    #expect(try store.list().swarms.isEmpty)
    #expect(code { try store.resolve("x") } == .noSuchSwarm)
    #expect(try FileSystem.status(folder("root")) == nil)
  }

  @Test func theIndexFollowsEveryChangeOfAManifest() throws {
    let guid = try add("one")
    #expect(try store.list().swarms.map(\.name) == ["one"])
    #expect(FileSystem.statusFollowingLinks(store.layout.swarmIndex) != nil)
    try add("two", guid)
    #expect(try store.list().swarms.map(\.name) == ["two"])
    #expect(try store.resolve("two") == guid)
    #expect(code { try store.resolve("one") } == .noSuchSwarm)
    #expect(unlink(store.layout.manifest(guid)) == 0)
    #expect(try store.list().swarms.first?.damage != nil)
    try FolderTree.remove(store.layout.swarm(guid))
    #expect(try store.list().swarms.isEmpty)
  }

  @Test func anIndexThatLiesOrIsBrokenIsNotBelieved() throws {
    let guid = try add("one")
    _ = try store.list()
    let written = String(decoding: try FileSystem.read(store.layout.swarmIndex), as: UTF8.self)
    let zeros = String(repeating: "0", count: 64)
    let texts = [
      "", "[]", "swarms 2 \n\(guid) 5", "swarms 2 \n\(guid) \(zeros) [\"x\",\"\",1,\"\",\"\"]\n",
      String(written.dropLast(10)), written + "rubbish", written.replacing("\"one\"", with: "5"),
    ]
    for text in texts {
      try folder.write("root/.swarmctl/cache/swarms", text)
      #expect(try store.list().swarms.map(\.name) == ["one"])
      try folder.write("root/.swarmctl/cache/swarms", text)
      #expect(try store.resolve("one") == guid)
    }
  }

  @Test func anIndexThatMayNotRememberWritesNothing() throws {
    let guid = try add("one")
    let before = try folder.snapshot()
    #expect(try store.swarms(named: "one", remembers: false) == [guid])
    #expect(try folder.snapshot() == before)
  }

  @Test func listsAreSortedByNameThenGUID() throws {
    for name in ["b", "a", "c", "a"] { try add(name) }
    let swarms = try store.list().swarms
    #expect(swarms.map(\.name) == ["a", "a", "b", "c"])
    #expect(swarms[0].guid < swarms[1].guid)
  }

  @Test func prefixesNeedFourCharactersAndAreNeverEnoughToDestroy() throws {
    let guid = try #require(GUID("abcdef00-0000-4000-8000-000000000001"))
    try add("one", guid)
    #expect(try store.resolve("abcd") == guid)
    #expect(try store.resolve("ABCDEF00-0") == guid)
    #expect(code { try store.resolve("abc") } == .noSuchSwarm)
    #expect(code { try store.resolve("abcd", allowsPrefix: false) } == .noSuchSwarm)
    try add("two", try #require(GUID("abcdef00-0000-4000-8000-000000000002")))
    #expect(code { try store.resolve("abcdef00") } == .ambiguous)
  }

  @Test func aNameThatLooksLikeAGUIDIsFoundUnlessASwarmHasTheGUID() throws {
    let other = GUID.random()
    let guid = try add("\(other)")
    #expect(try store.resolve("\(other)") == guid)
    try add("second", other)
    #expect(try store.resolve("\(other)") == other)
  }

  @Test func aManifestOfAnotherProgramIsReadByWhatItHas() throws {
    let guid = GUID.random()
    try folder.write(
      "root/swarms/\(guid)/manifest.json",
      #"{"purpose": 5, "agent_count": "x", "agents": [{}, {}], "n": NaN}"#)
    let swarm = try #require(try store.list().swarms.first)
    #expect(swarm.name == "\(guid)" && swarm.purpose.isEmpty && swarm.agentCount == 2)
    #expect(swarm.damage == nil)
  }

  @Test func rootsThatCannotBeAreSetUpErrors() throws {
    try folder.write("file", "x")
    for root in [folder("file"), folder("file/below"), folder("file/far/below")] {
      #expect(code { try SwarmStore(root: root).list() } == .setup)
    }
    #expect(try SwarmStore(root: folder("far/away/root")).list().swarms.isEmpty)
  }
}
