import Foundation
import Testing

@testable import SwarmOps

@Suite struct CatalogTests {
  @Test(arguments: [0, 12, 16, 2])
  func compiledCodeThatWasCutOffIsCompiledAgain(_ size: Int) throws {
    let program = try Program()
    try program.folder.write("bundles/test/tool_x.py", "WORD = 'right'\n")
    try program.deploy([
      "a_agent.py": Sources.agent(
        "A", top: "import tool_x",
        body: "import json, utils.result; return tool_x.WORD + json.dumps(kwargs)")
    ])
    let cache = program.store.layout.cache
    func compiled() throws -> [String: Int] {
      var sizes: [String: Int] = [:]
      for entry in try FolderTree.entries(of: cache) where entry.path.hasSuffix(".pyc") {
        sizes[entry.path.text] = entry.status.size
      }
      return sizes
    }
    func answersRight() throws {
      let outcome = try program("run", "test", "A", "x=1")
      #expect(outcome.stdout == "right{\"x\": \"1\"}\n", "\(outcome)")
      expect(try program("agents", "test", "--check"), status: 0)
      let line = #"{"swarm": "test", "name": "A", "args": {"x": "1"}}"#
      expect(try program("batch", stdin: line), status: 0)
    }
    try answersRight()
    let before = try compiled()
    #expect(before.keys.contains { $0.hasPrefix("code/") })
    for (path, whole) in before {
      // 2 stands for half of it; the others for a header that is missing or cut off, and nothing else.
      #expect(truncate(cache + "/" + path, size == 2 ? whole / 2 : size) == 0)
    }
    try answersRight()
    // The damaged file goes, and the next import keeps a new one.
    try answersRight()
    #expect(try compiled() == before)
  }

  /// An agent that leaves a mark whenever its file is imported.
  private func marking(_ name: String, _ program: Program, answer: String = "x") -> String {
    Sources.agent(
      name, top: "open(\"\(program.folder("mark-\(name)"))\", \"a\").write(\".\")",
      body: "return '\(answer)'")
  }

  private func marks(_ name: String, _ program: Program) throws -> Int {
    try FileSystem.status(program.folder("mark-\(name)"))?.size ?? 0
  }

  @Test func aRunImportsTheOneFileThatItNeeds() throws {
    var program = try Program()
    program.environment["SWARMCTL_SANDBOX"] = "off"
    try program.deploy(
      Dictionary(
        uniqueKeysWithValues: ["A", "B", "C"].map {
          ("\($0.lowercased())_agent.py", marking($0, program))
        }))
    #expect(try ["A", "B", "C"].map { try marks($0, program) } == [1, 1, 1])
    for _ in 1...2 { expect(try program("run", "test", "B"), status: 0) }
    expect(try program("agents", "test"), status: 0)
    #expect(try ["A", "B", "C"].map { try marks($0, program) } == [1, 3, 1])
    expect(try program("agents", "test", "--check"), status: 0)
    #expect(try ["A", "B", "C"].map { try marks($0, program) } == [2, 4, 2])
  }

  @Test func aFileThatNeverLoadsCostsItsOwnTimeAlone() throws {
    let program = try Program()
    let swarm = try program.deploy(["a_agent.py": Sources.echo])
    var names: [String] = []
    for number in 100..<200 {
      names.append("a\(number)_agent.py")
      try program.folder.write("agents/a\(number)_agent.py", "x = 1")
    }
    try program.folder.write("agents/a150_agent.py", "while True: pass")
    let environment = AgentEnvironment(
      variables: EnvironmentVariables(program.environment),
      python: .init(searchPath: ["/usr/bin"]))
    let layout = program.store.layout
    let python = try PythonInterpreter.find(
      .init(chosen: Program.python, searchPath: ["/usr/bin"]), swarmSetting: nil,
      environment: environment.variables, layout: layout)
    var loader = AgentLoader(
      layout: layout, python: python,
      sandbox: try Sandbox(environment, kept: nil, python: python, layout: layout))
    loader.timePerFile = .seconds(3)
    let start = ContinuousClock.now
    let frames = try loader.load(
      names, in: program.folder("agents"), shownFolder: "/shown", swarm: swarm)
    #expect(start.duration(to: .now) < loader.timePerFile * names.count)
    #expect(frames.count == 100)
    let hung = frames["a150_agent.py"]?.first?["message"]?.string
    #expect(hung == "it was still loading after 3 s", "\(frames)")
    #expect(frames["a199_agent.py"]?.first?["state"] == "no_class", "\(frames)")
  }

  @Test func aFileEditedInPlaceIsNoticedAtTheNextRun() throws {
    var program = try Program()
    program.environment["SWARMCTL_SANDBOX"] = "off"
    let swarm = try program.deploy(["a_agent.py": marking("A", program, answer: "old")])
    let path = program.store.layout.agents(swarm) + "/a_agent.py"
    #expect(try program("run", "test", "A").stdout == "old\n")
    // Written in place by another program, the same size.
    let file = try #require(FileHandle(forWritingAtPath: path))
    file.write(Data(marking("A", program, answer: "new").utf8))
    try file.close()
    #expect(try program("run", "test", "A").stdout == "new\n")
    // Renamed inside: the old name is gone, the new one there.
    try Data(marking("Z", program).utf8).write(to: URL(fileURLWithPath: path))
    expect(try program("run", "test", "Z"), status: 0)
    expect(try program("run", "test", "A", "--json"), code: .noSuchAgent)
  }

  @Test func filesThatComeAndGoAreNoticed() throws {
    let program = try Program()
    let swarm = try program.deploy(["echo_agent.py": Sources.echo])
    let folder = program.store.layout.agents(swarm)
    try Data(Sources.keep.utf8).write(to: URL(fileURLWithPath: folder + "/keep_agent.py"))
    expect(try program("run", "test", "Keep"), status: 0)
    #expect(unlink(folder + "/echo_agent.py") == 0)
    let gone = try program("run", "test", "Echo", "--json")
    expect(gone, code: .noSuchAgent)
    #expect(gone.json?["available"] == ["Keep"], "\(gone)")
  }

  @Test func aChangedHelperIsNoticed() throws {
    let program = try Program()
    try program.folder.write("bundles/test/helper_x.py", "WORD = 'old'\n")
    let swarm = try program.deploy([
      "a_agent.py": Sources.agent("A", top: "from helper_x import WORD", body: "return WORD")
    ])
    #expect(try program("run", "test", "A").stdout == "old\n")
    let folder = program.store.layout.agents(swarm)
    try Data("WORD = 'new'\n".utf8).write(to: URL(fileURLWithPath: folder + "/helper_x.py"))
    #expect(try program("run", "test", "A").stdout == "new\n")
    try Data("WORD = 'two'\n".utf8).write(to: URL(fileURLWithPath: folder + "/helper_x.py"))
    #expect(try program("run", "test", "A").stdout == "two\n")
  }

  @Test func aFileThatFailsIsListedAndMendedInPlace() throws {
    let program = try Program()
    let swarm = try program.deploy(["a_agent.py": "def x(:\n", "keep_agent.py": Sources.keep])
    let failed = try program("run", "test", "A", "--json")
    expect(failed, code: .agentNotLoadable)
    #expect(failed.stdout.contains("line 1"), "\(failed)")
    let check = try program("agents", "test", "--check", "--json")
    #expect(check.status == 2, "\(check)")
    #expect(check.json?["agents"]?.array?.first?["state"] == "syntax", "\(check)")
    let path = program.store.layout.agents(swarm) + "/a_agent.py"
    try Data(Sources.agent("A", body: "return 'y'").utf8).write(to: URL(fileURLWithPath: path))
    #expect(try program("run", "test", "A").stdout == "y\n")
    expect(try program("agents", "test", "--check"), status: 0)
  }

  @Test func lostCachesCostTimeAlone() throws {
    let program = try Program()
    try program.deploy(["keep_agent.py": Sources.keep])
    expect(try program("run", "test", "Keep", "key=a"), status: 0)
    let caches = try FolderTree.entries(of: program.root + "/.swarmctl")
      .filter {
        $0.status.kind == .file && ($0.path.hasSuffix(".json") || $0.path.hasSuffix("swarms"))
      }
    #expect(caches.count >= 3)
    for cache in caches {
      try program.folder.write("root/.swarmctl/" + cache.path.text, "{\"a\": [")
    }
    #expect(try program("run", "test", "Keep").stdout == "{\"a\": \"\"}\n")
    try FolderTree.remove(program.root + "/.swarmctl")
    #expect(try program("run", "test", "Keep").stdout == "{\"a\": \"\"}\n")
    #expect(try program("list", "-q").stdout.split(separator: "\n").count == 1)
  }
}
