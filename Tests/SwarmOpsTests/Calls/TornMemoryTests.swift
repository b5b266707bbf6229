import Foundation
import Testing

@testable import SwarmOps

/// A memory that another program has left half written, or is writing.
@Suite struct TornMemoryTests {
  private static let torn = #"{"a": 1, "b""#
  /// What an agent does that takes what it cannot read for nothing.
  private static let careless =
    "touch('ran')\ntry: m = json.load(open(path))\nexcept Exception: m = {}\n"
    + "m['new'] = 1; json.dump(m, open(path, 'w'))"

  @Test func aRunOnTornMemoryIsRefusedAndNothingIsRun() throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember(Self.torn)
    let outcome = try swarm.run(Self.careless)
    expect(outcome, code: .invalidMemory)
    #expect(outcome.json?["hint"]?.string?.contains("doctor --fix") == true, "\(outcome)")
    #expect(try swarm.memory() == Self.torn)
    #expect(!FileManager.default.fileExists(atPath: swarm.meeting + "/ran"))
    #expect(try swarm.staged() == [])
  }

  @Test func aBatchOnTornMemoryAnswersSoAndServesTheOthers() throws {
    let batch = try BatchFixture()
    expect(try batch.program("batch", stdin: BatchFixture.save("a", user: 1)), status: 0)
    let path = try batch.memoryFile(1)
    try Data(Self.torn.utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)], ofItemAtPath: path)
    let outcome = try batch.program(
      "batch", "--ordered",
      stdin: BatchFixture.save("b", user: 1) + BatchFixture.save("c", user: 1)
        + BatchFixture.save("p", user: 2))
    let codes = batch.answers(outcome).map { $0["code"]?.string }
    #expect(codes == ["invalid_memory", "invalid_memory", nil], "\(outcome)")
    #expect(try FileSystem.read(path) == Array(Self.torn.utf8))
    #expect(try batch.memory(2).map(\.key) == ["p"])
  }

  @Test func aRunWaitsForAProgramThatIsWriting() throws {
    let swarm = try ScriptedSwarm()
    try FileSystem.makeFolders(swarm.folder)
    let file = try FileSystem.open(swarm.memoryFile, O_WRONLY | O_CREAT)
    try FileSystem.writeAll(file.number, Array(Self.torn.utf8))
    let running = try swarm.start(Self.careless)
    // It is at work once it has its own place; the writer goes on meanwhile.
    #expect(eventually("the run") { (try? swarm.staged().count) == 1 })
    for text in [": ", "2"] {
      usleep(300_000)
      try FileSystem.writeAll(file.number, Array(text.utf8))
    }
    #expect(!FileManager.default.fileExists(atPath: swarm.meeting + "/ran"))
    try FileSystem.writeAll(file.number, Array("}".utf8))
    expect(try running.wait(), status: 0)
    #expect(try swarm.memory() == #"{"a": 1, "b": 2, "new": 1}"#)
  }

  @Test func namesThatATextComparisonTakesForTheSameAreTwoFiles() throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember(#"{"a": 1}"#)
    let write =
      "open(here + '/caf\\u00e9.txt', 'w').write('one'); "
      + "open(here + '/cafe\\u0301.txt', 'w').write('two')"
    expect(try swarm.run(write), status: 0)
    expect(try swarm.run("json.dump({'b': 1}, open(path, 'w'))"), status: 0)
    let outcome = try swarm.run("os.remove(here + '/caf\\u00e9.txt')")
    expect(outcome, status: 0)
    #expect(outcome.json?["committed"]?.bool == true, "\(outcome)")
    let left = try FileSystem.list(swarm.folder).map { Array($0.utf8) }
    #expect(left.contains(Array("cafe\u{301}.txt".utf8)) && left.count == 2, "\(left)")
  }
}
