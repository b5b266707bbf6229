import Testing

@testable import SwarmOps

@Suite struct InspectionTests {
  @Test func toolsAreTheArrayThatModelsTake() throws {
    let program = try Program()
    try program.deploy(["echo_agent.py": Sources.echo, "bad_agent.py": "x ="])
    let bare = try program("agents", "test", "--tools")
    expect(bare, status: 0)
    let tools = try #require(bare.json?.array, "\(bare)")
    #expect(tools.count == 1 && tools[0]["type"] == "function")
    let function = try #require(tools[0]["function"])
    #expect(function["name"] == "Echo" && function["description"] == "about Echo")
    #expect(function["parameters"]?["properties"]?["n"]?["maximum"] == 5)
    let wrapped = try program("agents", "test", "--tools", "--json")
    #expect(wrapped.json?["tools"]?.array?.count == 1 && wrapped.json?["status"] == "ok")
  }

  @Test func agentsSaysWhatTheWireShapeSays() throws {
    let program = try Program()
    try program.deploy(["echo_agent.py": Sources.echo, "bad_agent.py": "x ="])
    let outcome = try program("agents", "test", "-o", "json")
    let agents = try #require(outcome.json?["agents"]?.array, "\(outcome)")
    for agent in agents {
      for key in ["name", "filename", "state", "message", "description", "parameters"] {
        #expect(agent[key] != nil, "\(key): \(outcome)")
      }
    }
    #expect(try program("agents", "test", "-q").stdout == "Echo\n")
    #expect(try program("agents", "test", "-o", "jsonl").stdout.utf8.count { $0 == 0x0A } == 2)
  }

  @Test func nothingToSayIsSaidOnStandardError() throws {
    let program = try Program()
    let swarm = try program.deploy(["echo_agent.py": Sources.echo])
    try program.folder.write("root/swarms/\(swarm)/memory/shared/memory.json", "")
    for words in [["context", "test"], ["memory", "show", "test"]] {
      let outcome = try program.start(words).wait()
      #expect(
        outcome.stdout.isEmpty && !outcome.stderr.isEmpty && outcome.status == 0, "\(outcome)")
    }
  }

  @Test func contextIsWhatAgentsSayForTheUser() throws {
    let user = "a11ce000-0000-4000-8000-00000000000f"
    let program = try Program()
    let source = { (name: String, body: String) in
      Sources.agent(name, body: "return ''") + "\n    def system_context(self):\n        \(body)\n"
    }
    try program.deploy([
      "a_agent.py": source(
        "A", "import os; return 'for ' + os.environ['BRAINSTEM_MEMORY_PATH'].split('/')[-2]"),
      "b_agent.py": source("B", "return None"), "c_agent.py": source("C", "raise ValueError('no')"),
      "d_agent.py": Sources.echo,
      "e_agent.py": source(
        "E", "import os; open(os.environ['BRAINSTEM_MEMORY_PATH'], 'w').write('{}'); return 'e'"),
    ])
    let before = try program.state()
    let outcome = try program("context", "test", "--user", user)
    #expect(outcome.status == 0 && outcome.stdout == "for \(user)\n\ne\n", "\(outcome)")
    #expect(outcome.stderr.contains("C could not say its context"), "\(outcome)")
    let json = try program("context", "test", "--json")
    #expect(
      json.json?["contexts"]?.array?.compactMap { $0["context"]?.string } == ["for shared", "e"],
      "\(json)")
    #expect(try program.state() == before)
  }

  @Test func inspectShowsEverything() throws {
    let program = try Program()
    let bundle = Sources.bundle(
      ["keep_agent.py": Sources.keep],
      extra: ["purpose": "to keep", "soul": "Be kind.\nAlways.", "more": ["x": 1]])
    expect(try program("deploy", "-", stdin: Sources.text(bundle)), status: 0)
    expect(try program("run", "test", "Keep", "key=a"), status: 0)
    let human = try program("inspect", "test")
    for word in ["to keep", "Be kind.", "Always.", "Keep", "keep_agent.py", program.root, "shared"]
    {
      #expect(human.stdout.contains(word), "\(word): \(human)")
    }
    let json = try program("inspect", "test", "--json").json?["swarms"]?.array?.first
    #expect(json?["more"]?["x"] == 1 && json?["soul"] == "Be kind.\nAlways." && json?["users"] == 0)
    expect(try program("inspect", "test", "none", "--json"), code: .noSuchSwarm)
  }

  @Test func agentsAreCountedAndNotTheirFiles() throws {
    let program = try Program()
    let two = Sources.agent("One", body: "return 1") + Sources.agent("Two", body: "return 2")
    try program.deploy(["two_agent.py": two, "x_agent.py": "import not_there_x\n"])
    let table = try program("list").stdout.split(separator: "\n").last ?? ""
    #expect(table.split(separator: " ").dropFirst(2).first == "2", "\(table)")
    let row = try program("list", "--json").json?["swarms"]?.array?.first
    #expect(row?["loaded_agents"] == 2 && row?["agent_count"] == 2, "\(row as Any)")
    let inspected = try program("inspect", "test").stdout
    #expect(inspected.contains("agents      2\n  One  two_agent.py\n  Two  two_agent.py\n"))
    // A swarm of another program says only what files it has.
    let other = GUID.random()
    try program.folder.write(
      "root/swarms/\(other)/manifest.json",
      #"{"schema": "rapp-swarm/1.0", "name": "other", "agents": ["a_agent.py", "b_agent.py"]}"#)
    let listed = try program("list", "--json", "--filter", "name=other").json?["swarms"]?.array
    #expect(listed?.first?["loaded_agents"] == 2, "\(listed as Any)")
  }

  @Test func everyCommandExplainsItself() throws {
    let program = try Program()
    let names = CommandNames.all
    for name in names {
      let byFlag = try program(name, "--help")
      expect(byFlag, status: 0)
      #expect(byFlag.stdout.contains("swarmctl \(name)"), "\(byFlag)")
      #expect(try program("help", name).stdout == byFlag.stdout)
    }
    let overview = try program("help")
    for name in names { #expect(overview.stdout.contains(name)) }
    #expect(try program("--version").stdout.hasPrefix("swarmctl "))
    #expect(try program("--version", "--json").json?["version"] != nil)
    let typo = try program("lst", "--json")
    expect(typo, code: .usage)
    #expect(typo.stdout.contains("list"), "\(typo)")
    #expect(try FileSystem.status(program.root) == nil)
  }

  private enum CommandNames {
    static let all = [
      "quickstart", "deploy", "list", "inspect", "agents", "run", "batch", "context", "users",
      "memory", "export", "remove", "doctor", "completion",
    ]
  }
}
