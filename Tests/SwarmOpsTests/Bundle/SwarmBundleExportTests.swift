import Testing

@testable import SwarmOps

@Suite struct SwarmBundleExportTests {
  let fixture: BundleFixture
  let swarm: GUID
  let bundle: SwarmBundle

  init() throws {
    fixture = try BundleFixture()
    swarm = try #require(GUID("11111111-2222-3333-4444-555555555555"))
    bundle = SwarmBundle(
      swarmGUID: swarm, name: "två ord", purpose: "p", soul: "line\n\"quoted\"\u{1}\n",
      createdAt: "2026-04-19T03:14:00.000Z", createdBy: "me",
      agents: [
        BundledAgent(
          fileName: "z_agent.py", source: Array("\u{FEFF}import lib.text\r\n".utf8),
          fields: ["name": "Z", "odd": [1.50, .null], "description": "d"]),
        BundledAgent(fileName: "a_agent.py", source: []),
      ],
      helpers: [
        BundledFile(path: "lib/text.py", source: Array("y = 2".utf8)),
        BundledFile(path: "plugin.py", source: Array("z = 3".utf8)),
      ],
      otherFields: ["zeta": 1e300, "alpha": ["k": "v"]])
  }

  /// Lays out what a deploy leaves.
  private func deploy(_ bundle: SwarmBundle, manifest: JSONObject) throws -> String {
    var files = ["manifest.json": JSONValue.object(manifest).compactString]
    for agent in bundle.agents {
      files["agents/" + agent.fileName] = String(decoding: agent.source, as: UTF8.self)
    }
    for helper in bundle.helpers {
      files["agents/" + helper.path] = String(decoding: helper.source, as: UTF8.self)
    }
    return try fixture.lay(files, in: swarm.description)
  }

  @Test func documentReadsBackAsTheSameBundle() throws {
    let document = bundle.document(
      swarm: swarm, createdAt: bundle.createdAt, createdBy: bundle.createdBy)
    for pretty in [false, true] {
      #expect(try BundleFixture.read(document.serialized(pretty: pretty)) == bundle)
    }
  }

  @Test func deployExportDeployIsTheSameSwarm() throws {
    var manifest = bundle.manifest(swarm: swarm, createdAt: "t", createdBy: "b")
    manifest["swarmctl"] = ["python": "/usr/bin/python3"]
    let exported = try SwarmBundle.deployed(
      folder: try deploy(bundle, manifest: manifest), swarm: swarm)
    var expected = bundle
    expected.createdAt = "t"
    expected.createdBy = "b"
    #expect(exported == expected)
    let document = exported.document(swarm: swarm, createdAt: "t", createdBy: "b")
    #expect(try BundleFixture.read(document.serialized()) == expected)
    #expect(document["swarmctl"] == nil)
  }

  @Test func manifestHasTheSpecifiedFieldsAndNoSource() throws {
    let manifest = bundle.manifest(swarm: swarm, createdAt: "t", createdBy: "b")
    #expect(
      manifest.keys == [
        "schema", "swarm_guid", "name", "purpose", "soul", "created_at", "created_by",
        "agent_count", "agents", "files", "zeta", "alpha",
      ])
    #expect(manifest["agent_count"] == 2)
    let first = try #require(manifest["agents"]?.array?.first?.object)
    #expect(first.keys == ["filename", "name", "odd", "description", "sha256"])
    #expect(first["sha256"]?.string == bundle.agents[0].sha256)
    #expect(manifest["files"]?.array?.first?.object?.keys == ["path", "sha256"])
  }

  @Test func folderReadsBackAndMayBeEdited() throws {
    let path = fixture.path + "/out"
    try bundle.write(toFolder: path)
    var expected = bundle
    expected.agents.reverse()
    #expect(try BundleFixture.read(path) == expected)
    try FileSystem.removeFile(path + "/agents/a_agent.py")
    try fixture.write(Array("edited".utf8), "out/agents/a_agent.py")
    #expect(try BundleFixture.read(path).agents[0].source == Array("edited".utf8))
    for entry in try FolderTree.entries(of: path) {
      #expect(entry.status.permissions == (entry.status.kind == .folder ? 0o700 : 0o600))
    }
  }

  @Test func folderInTheWayIsKept() throws {
    let path = try fixture.lay(["mine.txt": "kept"], in: "out")
    #expect { try bundle.write(toFolder: path) } throws: {
      ($0 as? SwarmError)?.code == .refused
    }
    #expect(try FileSystem.list(path) == ["mine.txt"])
    #expect { try bundle.write(toFolder: path + "/mine.txt") } throws: {
      ($0 as? SwarmError)?.code == .refused
    }
    try FileSystem.makeFolder(fixture.path + "/empty")
    try bundle.write(toFolder: fixture.path + "/empty")
    #expect(try BundleFixture.read(fixture.path + "/empty").agents.count == 2)
  }

  @Test func failedWritingLeavesNothing() throws {
    var broken = bundle
    broken.helpers.append(BundledFile(path: "plugin.py/x.py", source: []))
    let path = fixture.path + "/out"
    #expect(throws: SwarmError.self) { try broken.write(toFolder: path) }
    #expect(try FileSystem.status(path) == nil)
    broken.helpers = [BundledFile(path: "../x.py", source: [])]
    #expect(throws: SwarmError.self) { try broken.write(toFolder: path) }
    #expect(try FileSystem.status(path) == nil)
  }

  @Test func foldersOfOtherProgramsAreReadAsTheyAre() throws {
    let folder = try fixture.lay([
      "manifest.json": """
      {"name": "n", "purpose": null, "seal": NaN, "agents": [
        {"filename": "b_agent.py", "sha256": "stale", "description": null, "name": "B"},
        {"filename": "gone_agent.py"}, "junk", {"filename": 3}]}
      """,
      "agents/a_agent.py": "import helpers", "agents/b_agent.py": "b", "agents/helpers.py": "h",
      "agents/basic_agent.py": "", "memory/shared/memory.json": "{}", "top_agent.py": "",
    ])
    fixture.link("swarm/agents/link_agent.py", to: "/etc/passwd")
    let exported = try SwarmBundle.deployed(folder: folder, swarm: swarm)
    #expect(exported.agents.map(\.fileName) == ["b_agent.py", "a_agent.py"])
    #expect(exported.agents[0].fields == ["name": "B"])
    #expect(exported.helpers.map(\.path) == ["helpers.py"])
    #expect(exported.name == "n" && exported.purpose.isEmpty && exported.swarmGUID == swarm)
    #expect(exported.otherFields.keys == ["seal"])
  }

  @Test(arguments: [nil, "{\"name\"", "[]"])
  func damagedManifestIsAnError(_ manifest: String?) throws {
    let folder = try fixture.lay(["agents/a_agent.py": ""])
    if let manifest { try fixture.lay(["manifest.json": manifest]) }
    expectError(.badData, "manifest.json") {
      try SwarmBundle.deployed(folder: folder, swarm: swarm)
    }
  }
}
