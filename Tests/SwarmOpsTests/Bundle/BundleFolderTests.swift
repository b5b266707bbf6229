import Testing

@testable import SwarmOps

@Suite struct BundleFolderTests {
  let fixture: BundleFixture
  init() throws { fixture = try BundleFixture() }

  @Test func agentsOfBothPlacesAreRead() throws {
    let folder = try fixture.lay([
      "b_agent.py": "b", "agents/a_agent.py": "a", "README.md": "", "agents/notes.txt": "",
      "agents/.hidden_agent.py": "", ".x_agent.py": "", "agents/__init__.py": "",
      "agents/basic_agent.py": "class BasicAgent: ...", "tests/t_agent.py": "",
    ])
    let bundle = try BundleFixture.read(folder)
    #expect(bundle.agents.map(\.fileName) == ["a_agent.py", "b_agent.py"])
    #expect(bundle.agents.map(\.source) == [Array("a".utf8), Array("b".utf8)])
    #expect(bundle.name == "swarm" && bundle.soul.isEmpty && bundle.helpers.isEmpty)
  }

  @Test func nameIsThatOfTheRealFolder() throws {
    let folder = try fixture.lay(["agents/a_agent.py": ""])
    for path in [folder + "/", folder + "///", folder + "/.", folder + "/agents/.."] {
      #expect(try BundleFixture.read(path).name == "swarm")
    }
    #expect(try BundleReader.read(.path(folder), named: "other").name == "other")
  }

  @Test func manifestAndSoulFileAreRead() throws {
    let guid = "11111111-2222-3333-4444-555555555555"
    let folder = try fixture.lay([
      "a_agent.py": "a", "b_agent.py": "b", "soul.md": "From the file.\n",
      "manifest.json": """
      {"name": "n", "swarm_guid": "\(guid)", "soul": "from the manifest", "purpose": "p", "odd": 1,
       "agents": [{"filename": "b_agent.py", "display_name": "B", "source": "b",
                   "sha256": "\(SHA256.hex(of: [0x62]))"}]}
      """,
    ])
    let bundle = try BundleFixture.read(folder)
    #expect(bundle.swarmGUID == GUID(guid) && bundle.name == "n" && bundle.purpose == "p")
    #expect(bundle.soul == "From the file.\n" && bundle.otherFields == ["odd": 1])
    #expect(bundle.agents.map(\.fields) == [[:], ["display_name": "B"]])
  }

  @Test(arguments: [
    ("{\"schema\": \"other\"}", "schema"), ("{\"name\": 1}", "name is a number"),
    ("{\"name\": \"\"}", "name is empty"), ("{\"swarm_guid\": \"x\"}", "no GUID"),
    ("{\n!", "line 2, column 1"), ("[]", "an array"),
    ("{\"agents\": [{\"filename\": \"b_agent.py\"}]}", "agents[0].filename names \"b_agent.py\""),
    ("{\"agents\": [{\"filename\": \"../a_agent.py\"}]}", "path separator"),
    (
      "{\"agents\": [{\"filename\": \"a_agent.py\", \"sha256\": \"\(SHA256.hex(of: [1]))\"}]}",
      "does not match"
    ),
    ("{\"agents\": [{\"filename\": \"a_agent.py\", \"source\": \"b\"}]}", "differs"),
    (
      "{\"agents\": [{\"filename\": \"a_agent.py\"}, {\"filename\": \"a_agent.py\"}]}", "twice"
    ),
    ("{\"files\": [{\"path\": \"no.py\"}]}", "files[0].path names \"no.py\""),
  ])
  func manifestsThatBreakARuleAreRefused(_ manifest: String, _ word: String) throws {
    let folder = try fixture.lay(["a_agent.py": "a", "manifest.json": manifest])
    expectError(.badBundle, "manifest.json", word) { try BundleFixture.read(folder) }
  }

  @Test func foldersWithoutAgentsAreRefused() throws {
    let folder = try fixture.lay(["README.md": ""])
    expectError(.badBundle, "no agent") { try BundleFixture.read(folder) }
    try fixture.lay(["x.swarm.json": "{}"])
    #expect { try BundleFixture.read(folder) } throws: {
      ($0 as? SwarmError)?.hint?.plainText?.contains(folder + "/x.swarm.json") == true
    }
  }

  @Test func twoAgentsOfOneNameAreRefused() throws {
    let folder = try fixture.lay(["a_agent.py": "", "agents/a_agent.py": ""])
    expectError(.badBundle, "two agents", "/agents/a_agent.py") { try BundleFixture.read(folder) }
    let other = try fixture.lay(["b_agent.py": "", "agents/B_agent.py": ""], in: "other")
    expectError(.badBundle, "differ only in case") { try BundleFixture.read(other) }
  }

  @Test(arguments: ["a\\b_agent.py", "a\u{1b}_agent.py", "a..b_agent.py"])
  func badFileNamesAreRefused(_ name: String) throws {
    let folder = try fixture.lay([name: "", "ok_agent.py": ""])
    expectError(.badBundle, "file name") { try BundleFixture.read(folder) }
  }

  @Test(arguments: [
    "a_agent.py", "agents/a_agent.py", "agents", "manifest.json", "soul.md", "agents/other.txt",
    "helpers.py", "lib",
  ])
  func linksAndFIFOsAreRefused(_ name: String) throws {
    try fixture.lay(["ok_agent.py": "from lib import text\n"])
    if name != "agents" { try fixture.lay(["agents/fine_agent.py": "import helpers\n"]) }
    let target = try fixture.lay(["text.py": "secret"], in: "outside")
    fixture.link("swarm/" + name, to: name == "lib" ? target : target + "/text.py")
    expectError(.badBundle, "symbolic link", name) {
      try BundleFixture.read(fixture.path + "/swarm")
    }
    try FileSystem.removeFile(fixture.path + "/swarm/" + name)
    fixture.fifo("swarm/" + name)
    expectError(.badBundle, "FIFO", name) { try BundleFixture.read(fixture.path + "/swarm") }
    try FileSystem.removeFile(fixture.path + "/swarm/" + name)
    #expect(try BundleFixture.read(fixture.path + "/swarm").helpers.isEmpty)
  }

  @Test func foldersNamedLikeAgentsAreRefused() throws {
    let folder = try fixture.lay(["ok_agent.py": "", "x_agent.py/inner.txt": ""])
    expectError(.badBundle, "is a folder") { try BundleFixture.read(folder) }
  }

  @Test func invalidUTF8NamesLineAndColumn() throws {
    let folder = try fixture.lay(["ok_agent.py": "import helpers"])
    try fixture.write(Array("x = 1\ny = é".utf8) + [0xE9, 0x0A], "swarm/bad_agent.py")
    expectError(.badBundle, "bad_agent.py", "line 2, column 6") { try BundleFixture.read(folder) }
    try FileSystem.removeFile(folder + "/bad_agent.py")
    try fixture.write([0xFF], "swarm/helpers.py")
    expectError(.badBundle, "helpers.py", "line 1, column 1") { try BundleFixture.read(folder) }
    try FileSystem.removeFile(folder + "/helpers.py")
    try fixture.write([0xFF], "swarm/soul.md")
    expectError(.badBundle, "soul.md", "line 1, column 1") { try BundleFixture.read(folder) }
  }

  @Test func tooMuchIsRefused() throws {
    let many = Dictionary(uniqueKeysWithValues: (0...1_000).map { ("a\($0)_agent.py", "") })
    let folder = try fixture.lay(many)
    expectError(.badBundle, "1001 agents") { try BundleFixture.read(folder) }
    let half = [UInt8](repeating: 0x20, count: 33 << 20)
    try fixture.write(half, "large/a_agent.py")
    try fixture.write(half, "large/soul.md")
    expectError(.badBundle, "64 MiB") { try BundleFixture.read(fixture.path + "/large") }
  }
}
