import Testing

@testable import SwarmOps

@Suite struct DataFilesTests {
  let fixture: BundleFixture
  init() throws { fixture = try BundleFixture() }

  private func travelling(_ files: [String: String]) throws -> [String] {
    try BundleFixture.read(try fixture.lay(files)).helpers.map(\.path)
  }

  @Test(arguments: [
    ("open(\"a.txt\")", true), ("open('a.txt')", true), ("here + '/a.txt'", true),
    ("f\"{here}/a.txt\"", true), ("rb'd\\\\a.txt'", true), ("x = '''\n \"a.txt'''", true),
    ("'it\\'s' 'a.txt'", true), ("# don't\nopen('a.txt')", true), ("'open\nx = 'a.txt'", true),
    ("", false), ("a.txt", false), ("# 'a.txt'", false), ("'data.txt'", false),
    ("'a.txt2'", false), ("'a' '.txt'", false), ("'A.TXT'", false), ("'x' + a.txt + 'y'", false),
    ("'", false), ("'\\", false), ("'''a.tx", false),
  ])
  func literalsNameFiles(_ source: String, _ isNamed: Bool) {
    var scan = LiteralScan()
    scan.add(Array(source.utf8))
    #expect(scan.names("a.txt") == isNamed)
  }

  @Test func whatAgentsAndTheirModulesNameTravelsAndNothingElse() throws {
    #expect(
      try travelling([
        "agents/a_agent.py": """
        import lib.text
        open(here + "/named.txt")
        open(join(here, "words", "en.txt"))
        open("words/deep/fr.txt")
        read(".hidden.txt", "README.md", "LICENSE", "old.swarm.json", "soul.md", "plain.py")
        """,
        "agents/lib/text.py": "open(dirname(__file__) + '/beside.csv')\nopen('by_module.json')",
        "agents/unused.py": "open('unnamed.txt')",
        "agents/named.txt": "", "agents/by_module.json": "", "agents/unnamed.txt": "",
        "agents/words/en.txt": "", "agents/words/de.txt": "", "agents/words/deep/fr.txt": "",
        "agents/lib/beside.csv": "", "agents/elsewhere/en.txt": "", "agents/.hidden.txt": "",
        "agents/README.md": "", "agents/LICENSE": "", "agents/old.swarm.json": "",
        "agents/soul.md": "", "agents/plain.py": "", "named.txt": "not beside the agents",
        "unnamed.txt": "",
      ]) == [
        "by_module.json", "lib/beside.csv", "lib/text.py", "named.txt", "words/deep/fr.txt",
        "words/en.txt",
      ])
  }

  @Test func agentsBesideTheTopNameWhatIsThere() throws {
    #expect(
      try travelling([
        "a_agent.py": "open('a.txt'), open('manifest.json'), open('agents/b.txt')",
        "b_agent.py": "", "a.txt": "", "manifest.json": "{}", "soul.md": "", "agents/b.txt": "",
      ]) == ["a.txt", "agents/b.txt"])
  }

  @Test func dataThatTheManifestListsTravelsUnnamed() throws {
    #expect(
      try travelling([
        "manifest.json": "{\"files\": [{\"path\": \"data/de.txt\"}]}", "a_agent.py": "",
        "data/de.txt": "", "data/fr.txt": "",
      ]) == ["data/de.txt"])
  }

  @Test func namedLinksAndFIFOsAreRefused() throws {
    let folder = try fixture.lay(["a_agent.py": "open('data/a.txt')", "data/b.txt": ""])
    let outside = try fixture.lay(["a.txt": "secret"], in: "outside")
    fixture.link("swarm/data/unnamed", to: outside)
    #expect(try BundleFixture.read(folder).helpers.isEmpty)
    fixture.link("swarm/data/a.txt", to: outside + "/a.txt")
    expectError(.badBundle, "symbolic link", "data/a.txt") { try BundleFixture.read(folder) }
    try FileSystem.removeFile(folder + "/data/a.txt")
    fixture.fifo("swarm/data/a.txt")
    expectError(.badBundle, "FIFO", "data/a.txt") { try BundleFixture.read(folder) }
    try FolderTree.remove(folder + "/data")
    fixture.link("swarm/data", to: outside)
    expectError(.badBundle, "symbolic link", "data") { try BundleFixture.read(folder) }
  }

  @Test func dataCountsInTheLimits() throws {
    let folder = try fixture.lay(["a_agent.py": "open('data.bin'), open('n/f1.txt')"])
    let size = SwarmBundle.maximumBytes
    try fixture.write([UInt8](repeating: 0x78, count: size), "swarm/data.bin")
    expectError(.badBundle, "64 MiB") { try BundleFixture.read(folder) }
    let names = (0...SwarmBundle.maximumAgents).map { "f\($0)" }
    let many = try fixture.lay(
      ["a_agent.py": names.map { "'\($0)'" }.joined()].merging(names.map { ($0, "") }) { $1 },
      in: "many")
    expectError(.badBundle, "1001 helper modules and data files") { try BundleFixture.read(many) }
  }

  @Test func dataOfAnyBytesSurvivesBothFormsOfExport() throws {
    try fixture.lay(["a_agent.py": "open('a.bin'), open('b.txt'), open('nul'), open('empty')"])
    let contents: [String: [UInt8]] = [
      "a.bin": [0xFF, 0xFE, 0x00, 0x0A], "b.txt": Array("\u{FEFF}é\r\n".utf8), "nul": [0, 0x41],
      "empty": [],
    ]
    for (name, bytes) in contents { try fixture.write(bytes, "swarm/" + name) }
    let bundle = try BundleFixture.read(fixture.path + "/swarm")
    #expect(
      Dictionary(uniqueKeysWithValues: bundle.helpers.map { ($0.path, $0.source) }) == contents)
    let document = bundle.document(swarm: nil, createdAt: nil, createdBy: nil)
    #expect(
      document["files"]?.array?.map { $0["encoding"] } == ["base64", nil, nil, "base64"])
    #expect(try BundleFixture.read(document.serialized()) == bundle)
    try bundle.write(toFolder: fixture.path + "/out")
    #expect(try BundleFixture.read(fixture.path + "/out").helpers == bundle.helpers)
  }

  @Test(
    arguments: [
      (["path": "a.bin", "source": "//8=", "encoding": "hex"], "encoding is \"hex\""),
      (["path": "a.bin", "source": "//8", "encoding": "base64"], "source is no Base64"),
      (["path": "a.py", "source": "//8=", "encoding": "base64"], "source is no UTF-8"),
      (["path": "a.bin", "encoding": "base64"], "source is missing"),
      (
        [
          "path": "a.bin", "source": "//8=", "encoding": "base64",
          "sha256": .string(SHA256.hex(of: [])),
        ],
        "sha256 does not match"
      ),
      (["path": "../a.bin", "source": ""], "\"..\""),
      (["path": ".a.bin", "source": ""], "starts with a dot"),
    ] as [(JSONObject, String)])
  func damagedDataIsRefused(_ entry: JSONObject, _ words: String) {
    expectError(.badBundle, words) {
      try BundleFixture.read(BundleFixture.document { $0["files"] = [.object(entry)] })
    }
  }
}
