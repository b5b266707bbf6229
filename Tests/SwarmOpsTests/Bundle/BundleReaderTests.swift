import Testing

@testable import SwarmOps

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct BundleReaderTests {
  let fixture: BundleFixture
  let text = JSONValue.object(BundleFixture.document()).serialized()

  init() throws { fixture = try BundleFixture() }

  @Test func anyFileNameHoldsADocument() throws {
    for name in ["x.swarm.json", "x.json", "noending", "-"] {
      #expect(try BundleFixture.read(fixture.write(text, name)).name == "sales")
    }
  }

  @Test func linksToABundleAreFollowed() throws {
    try fixture.write(text, "x.swarm.json")
    try fixture.lay(["a_agent.py": ""])
    fixture.link("file", to: "x.swarm.json")
    fixture.link("folder", to: "swarm")
    #expect(try BundleFixture.read(fixture.path + "/file").name == "sales")
    #expect(try BundleFixture.read(fixture.path + "/folder").name == "folder")
  }

  @Test func whatDoesNotExistIsNoSuchFile() {
    expectError(.noSuchFile, "does not exist") { try BundleFixture.read(fixture.path + "/no") }
    expectError(.noSuchFile) { try BundleFixture.read("") }
    fixture.link("dangling", to: "nowhere")
    expectError(.noSuchFile, "link to nothing") {
      try BundleFixture.read(fixture.path + "/dangling")
    }
  }

  @Test func pipeIsReadAndOneWithoutAWriterDoesNotBlock() throws {
    fixture.fifo("fifo")
    expectError(.badBundle, "empty") { try BundleFixture.read(fixture.path + "/fifo") }
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    defer { _ = close(ends[0]) }
    try FileSystem.writeAll(ends[1], text)
    _ = close(ends[1])
    #expect(try BundleFixture.read("/dev/fd/\(ends[0])").name == "sales")
  }

  @Test func endlessDeviceIsRefused() {
    expectError(.badBundle, "64 MiB") { try BundleFixture.read("/dev/zero") }
  }

  @Test(.enabled(if: geteuid() != 0, "permissions do not bind root"))
  func unreadableFilesAndFoldersAreInputErrors() throws {
    let file = try fixture.write(text, "x.swarm.json")
    let folder = try fixture.lay(["a_agent.py": ""])
    #expect(chmod(file, 0) == 0 && chmod(folder + "/a_agent.py", 0) == 0)
    expectError(.io, file) { try BundleFixture.read(file) }
    expectError(.io, "a_agent.py") { try BundleFixture.read(folder) }
    #expect(chmod(folder, 0) == 0)
    expectError(.io, folder) { try BundleFixture.read(folder) }
    #expect(chmod(folder, 0o700) == 0)
  }

  @Test func mutatedBundlesNeverCrashAndNeverCarryAnUnsafeName() throws {
    var seed = Mutations(state: 0x5EED)
    let original = JSONValue.object(
      BundleFixture.document {
        $0["swarm_guid"] = "11111111-2222-3333-4444-555555555555"
        $0["files"] = [["path": "lib/text.py", "source": "y = 2\n"]]
        $0["x"] = [1.5, .null, ["é": "🦊"]]
      }
    ).serialized(pretty: true)
    var accepted = 0
    for _ in 0..<2_000 {
      let bytes = seed.mutate(original)
      do {
        let bundle = try BundleFixture.read(bytes)
        accepted += 1
        for agent in bundle.agents { try AgentFileName.check(agent.fileName) }
        for helper in bundle.helpers { try HelperPath.check(helper.path) }
        #expect(!bundle.agents.isEmpty && SwarmBundle.nameProblem(bundle.name) == nil)
      } catch {
        #expect(error.code == .badBundle, "\(error)")
      }
    }
    #expect(accepted > 0 && accepted < 2_000)
  }
}

/// A seeded source of damage, so that a failure can be repeated.
private struct Mutations: RandomNumberGenerator {
  var state: UInt64

  /// SplitMix64.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  mutating func mutate(_ original: [UInt8]) -> [UInt8] {
    let fragments = ["\"", "..", "/", "\\u0000", "null", "1e999", "[", "}", "\\ud800", "_agent.py"]
    var bytes = original
    for _ in 0..<Int.random(in: 1...3, using: &self) {
      let place = Int.random(in: 0..<bytes.count, using: &self)
      let end = min(bytes.count, place + Int.random(in: 1...12, using: &self))
      switch Int.random(in: 0..<5, using: &self) {
      case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
      case 1: bytes[place] = .random(in: 0...255, using: &self)
      case 2 where bytes.count > 20: bytes.removeSubrange(place..<end)
      case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
      default:
        bytes.insert(contentsOf: (fragments.randomElement(using: &self) ?? "").utf8, at: place)
      }
    }
    return bytes
  }
}
