import Foundation
import Testing

@testable import SwarmOps

/// Every refusal of a bundle, through the program: clear, and without any trace.
@Suite struct DeployRefusalTests {
  /// A bundle that breaks one rule, and what the message must name.
  struct Broken: Sendable, CustomTestStringConvertible {
    let rule: String
    let text: String
    let names: [String]
    var testDescription: String { rule }

    init(_ rule: String, _ bundle: JSONObject, names: String...) {
      (self.rule, text, self.names) = (rule, Sources.text(bundle), names)
    }

    init(_ rule: String, text: String, names: String...) {
      (self.rule, self.text, self.names) = (rule, text, names)
    }
  }

  private static func agents(_ entries: JSONValue...) -> JSONObject {
    ["schema": "rapp-swarm/1.0", "name": "test", "agents": .array(entries)]
  }

  private static func file(_ name: String) -> JSONObject {
    agents(["filename": .string(name), "source": "pass"])
  }

  static let broken: [Broken] = [
    Broken(
      "another schema", Sources.bundle([:], extra: ["schema": "rapp-swarm/2.0"]), names: "2.0"),
    Broken("no schema", ["name": "test", "agents": []], names: "schema"),
    Broken("a path separator", file("a/b_agent.py"), names: "a/b_agent.py"),
    Broken("a way up", file("../b_agent.py"), names: "../b_agent.py"),
    Broken("two dots", file(".._agent.py/.."), names: "filename"),
    Broken("another ending", file("b.py"), names: "b.py"),
    Broken("a hidden NUL", file("b\u{0}_agent.py"), names: "filename"),
    Broken("a control character", file("b\n_agent.py"), names: "filename"),
    Broken(
      "a name over 255 bytes", file(String(repeating: "a", count: 250) + "_agent.py"),
      names: "255"),
    Broken("a swarm_guid that is none", Sources.bundle(guid: "1234", [:]), names: "swarm_guid"),
    Broken(
      "the sentinel as swarm_guid",
      Sources.bundle(guid: "c0p110t0-aaaa-bbbb-cccc-123456789abc", [:]), names: "swarm_guid"),
    Broken(
      "two agents with one file name",
      agents(
        ["filename": "a_agent.py", "source": "1"], ["filename": "a_agent.py", "source": "2"]),
      names: "a_agent.py"),
    Broken(
      "a sha256 that does not match",
      agents([
        "filename": "a_agent.py", "source": "pass",
        "sha256": .string(String(repeating: "0", count: 64)),
      ]), names: "sha256", "a_agent.py"),
    Broken("no agent at all", agents(), names: "agent"),
    Broken("agents that are no list", Sources.bundle([:], extra: ["agents": 5]), names: "agents"),
    Broken(
      "more than 1,000 agents",
      Sources.bundle(
        Dictionary(uniqueKeysWithValues: (0...1000).map { ("a\($0)_agent.py", "pass") })),
      names: "1000"),
    Broken(
      "a number for a name", Sources.bundle(["a_agent.py": "pass"], extra: ["name": 7]),
      names: "name", "number"),
    Broken(
      "null for a soul", Sources.bundle(["a_agent.py": "pass"], extra: ["soul": .null]),
      names: "soul", "null"),
    Broken(
      "a list for a purpose", Sources.bundle(["a_agent.py": "pass"], extra: ["purpose": ["x"]]),
      names: "purpose", "array"),
    Broken(
      "a number for a source", agents(["filename": "a_agent.py", "source": 1]),
      names: "agents[0].source", "number"),
    Broken("an agent without a file name", agents(["source": "pass"]), names: "agents[0].filename"),
    Broken("an agent without a source", agents(["filename": "a_agent.py"]), names: "source"),
    Broken("a list for a bundle", text: "[]", names: "array"),
    Broken("nothing", text: "", names: "line 1"),
    Broken(
      "half a document", text: "{\"schema\": \"rapp-swarm/1.0\",\n \"name\": ", names: "line 2"),
    Broken("two documents", text: "{}\n{}", names: "line 2, column 1"),
  ]

  @Test(arguments: broken)
  func brokenDocumentsAreRefusedWithoutATrace(_ broken: Broken) throws {
    let program = try Program()
    try program.deploy(["keep_agent.py": Sources.keep])
    try program("run", "test", "Keep", "key=a", "text=b")
    let path = try program.folder.write("broken.swarm.json", broken.text)
    let before = try program.folder.snapshot()
    let refused = [
      try program("deploy", path, "--json"),
      try program("deploy", "-", "--json", stdin: broken.text),
      try program("deploy", path, "--json", "--new"),
      try program("deploy", path, "--json", "--dry-run"),
    ]
    for outcome in refused {
      expect(outcome, code: .badBundle)
      let message = outcome.json?["message"]?.string ?? ""
      for name in broken.names { #expect(message.contains(name), "\(outcome)") }
    }
    #expect(try program.folder.snapshot() == before)
    expect(try program("run", "test", "Keep"), status: 0)
  }

  @Test func bytesThatAreNotUTF8AreRefusedByLineAndColumn() throws {
    let program = try Program()
    try program.deploy(["echo_agent.py": Sources.echo])
    let bytes = Array("{\n \"schema\": \"".utf8) + [0xFF] + Array("\"}".utf8)
    try Data(bytes).write(to: URL(fileURLWithPath: program.folder("b.json")))
    try program.folder.write("f/a_agent.py", "x = 1\n")
    try Data(Array("x = 1\ny = '".utf8) + [0xC3, 0x28]).write(
      to: URL(fileURLWithPath: program.folder("f/a_agent.py")))
    let before = try program.folder.snapshot()
    for path in ["b.json", "f"] {
      let outcome = try program("deploy", program.folder(path), "--json")
      expect(outcome, code: .badBundle)
      #expect(outcome.json?["message"]?.string?.contains("line 2, column") == true, "\(outcome)")
    }
    #expect(try program.folder.snapshot() == before)
  }

  @Test func aBundleOver64MiBIsRefused() throws {
    let program = try Program()
    try program.deploy(["echo_agent.py": Sources.echo])
    let bundle = try TemporaryFolder()
    let path = bundle("big_agent.py")
    try bundle.write("a_agent.py", Sources.echo)
    #expect(FileManager.default.createFile(atPath: path, contents: nil))
    #expect(truncate(path, (64 << 20) + 1) == 0)
    let before = try program.state()
    let outcome = try program("deploy", bundle.path, "--json", "--name", "test")
    expect(outcome, code: .badBundle)
    #expect(outcome.stdout.contains("64 MiB"), "\(outcome)")
    #expect(try program.state() == before)
  }

  @Test(arguments: ["link", "fifo", "socket link", "folder link", "no agent", "manifest", "hash"])
  func brokenFoldersAreRefusedWithoutATrace(_ kind: String) throws {
    let program = try Program()
    try program.deploy(["echo_agent.py": Sources.echo])
    let folder = program.folder("test")
    try program.folder.write("test/a_agent.py", "pass")
    let files = FileManager.default
    switch kind {
    case "link":
      try files.createSymbolicLink(
        atPath: folder + "/b_agent.py", withDestinationPath: "/etc/passwd")
    case "fifo": #expect(mkfifo(folder + "/b_agent.py", 0o600) == 0)
    case "socket link":
      try files.createSymbolicLink(atPath: folder + "/b_agent.py", withDestinationPath: "/dev/zero")
    case "folder link":
      try files.createSymbolicLink(atPath: folder + "/agents", withDestinationPath: "/etc")
    case "no agent": try files.removeItem(atPath: folder + "/a_agent.py")
    case "manifest": try program.folder.write("test/manifest.json", "{\"name\": 3}")
    default:
      let zeros = String(repeating: "0", count: 64)
      try program.folder.write(
        "test/manifest.json",
        "{\"agents\": [{\"filename\": \"a_agent.py\", \"sha256\": \"\(zeros)\"}]}")
    }
    let before = try program.folder.snapshot()
    let outcome = try program("deploy", folder, "--json")
    expect(outcome, code: .badBundle)
    expect(try program("deploy", folder, "--dry-run", "--json"), code: .badBundle)
    #expect(outcome.json?["message"]?.string?.contains(folder) == true, "\(outcome)")
    #expect(try program.folder.snapshot() == before)
  }

  @Test func strictRefusesWhatDoesNotLoadAndKeepsTheOldSwarm() throws {
    let program = try Program()
    try program.deploy(["keep_agent.py": Sources.keep])
    try program("run", "test", "Keep", "key=a", "text=b")
    let bundle = Sources.bundle(["keep_agent.py": Sources.keep, "bad_agent.py": "def x(:"])
    let before = try program.state()
    for words in [["--strict"], ["--strict", "--new"], ["--strict", "--dry-run"]] {
      let outcome = try program.start(
        ["deploy", "-", "--json"] + words, stdin: Sources.text(bundle)
      ).wait()
      expect(outcome, code: .badBundle)
      #expect(outcome.stdout.contains("bad_agent.py: syntax"), "\(outcome)")
    }
    #expect(try program.state() == before)
    #expect(try FileSystem.list(program.root + "/.swarmctl/staging").isEmpty)
  }

  @Test func aNameOfSeveralSwarmsIsRefusedWithTheCandidates() throws {
    let program = try Program()
    let bundle = Sources.text(Sources.bundle(["echo_agent.py": Sources.echo]))
    for _ in 1...2 { expect(try program("deploy", "-", "--new", stdin: bundle), status: 0) }
    let before = try program.state()
    let outcome = try program("deploy", "-", "--json", stdin: bundle)
    expect(outcome, code: .ambiguous)
    let candidates = outcome.json?["available"]?.array?.compactMap(\.string) ?? []
    #expect(
      candidates.map { String($0.prefix(36)) }.sorted()
        == (try program.store.list().swarms.map(\.guid.description)).sorted())
    #expect(try program.state() == before)
  }

  @Test func wordsThatNameNoSwarmAreRefusedBeforeAnythingIsRead() throws {
    let program = try Program()
    let before = try program.folder.snapshot()
    let missing = program.folder("missing")
    expect(try program("deploy", missing, "--json"), code: .noSuchFile)
    expect(try program("deploy", missing, "--guid", "12", "--json"), code: .usage)
    expect(
      try program("deploy", missing, "--guid", "c0p110t0-aaaa-bbbb-cccc-123456789abc", "--json"),
      code: .usage)
    expect(try program("deploy", missing, "--name", "", "--json"), code: .usage)
    expect(try program("deploy", missing, "--name", "a\nb", "--json"), code: .usage)
    expect(
      try program("deploy", missing, "--new", "--guid", GUID.random().description, "--json"),
      code: .usage)
    expect(try program("deploy", "--json"), code: .usage)
    #expect(try program.folder.snapshot() == before)
  }
}
