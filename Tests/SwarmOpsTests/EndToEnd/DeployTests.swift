import Foundation
import Testing

@testable import SwarmOps

@Suite struct DeployTests {
  private let guid = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"

  @Test func dryRunChangesNothingAndMakesNoRoot() throws {
    let program = try Program()
    let path = try program.folder.write("f/echo_agent.py", Sources.echo)
    let folder = (path as NSString).deletingLastPathComponent
    let outcome = try program("deploy", folder, "--dry-run", "--json")
    expect(outcome, status: 0)
    #expect(outcome.json?["dry_run"]?.bool == true && outcome.json?["created"]?.bool == true)
    #expect(try FileSystem.status(program.root) == nil)

    try FileSystem.makeFolder(program.root)
    let before = try program.folder.snapshot()
    expect(try program("deploy", folder, "--dry-run"), status: 0)
    #expect(try program.folder.snapshot() == before)
  }

  @Test func dryRunOfAnUpdateSaysWhatWouldGoAndChangesNothing() throws {
    let program = try Program()
    try program.deploy(["echo_agent.py": Sources.echo, "keep_agent.py": Sources.keep])
    let bundle = Sources.text(Sources.bundle(["echo_agent.py": Sources.echo]))
    let before = try program.folder.snapshot()
    let outcome = try program("deploy", "-", "--dry-run", "--json", stdin: bundle)
    expect(outcome, status: 0)
    #expect(outcome.json?["created"]?.bool == false)
    #expect(outcome.json?["removed_files"] == ["keep_agent.py"])
    #expect(try program.folder.snapshot() == before)
  }

  @Test func redeployIsExactAndLeavesMemoryAlone() throws {
    let program = try Program()
    let swarm = try program.deploy(["keep_agent.py": Sources.keep, "echo_agent.py": Sources.echo])
    let user = GUID.random()
    try program("run", "test", "Keep", "key=a", "text=b")
    try program("run", "test", "Keep", "key=c", "text=d", "--user", "\(user)")
    let layout = program.store.layout
    try program.folder.write("root/swarms/\(swarm)/memory/\(user)/notes/a.txt", "kept")
    try program.folder.write("root/swarms/\(swarm)/other/from-elsewhere.txt", "kept too")
    let before = try program.state().filter {
      $0.key.contains("/memory") || $0.key.contains("/other")
    }
    let bundle = Sources.bundle(["keep_agent.py": Sources.keep, "new_agent.py": Sources.echo])
    let outcome = try program("deploy", "-", "--json", stdin: Sources.text(bundle))
    #expect(outcome.json?["swarm_guid"]?.string == "\(swarm)", "\(outcome)")
    #expect(outcome.json?["removed_files"] == ["echo_agent.py"], "\(outcome)")
    #expect(
      try FileSystem.list(layout.agents(swarm)).sorted() == ["keep_agent.py", "new_agent.py"])
    let after = try program.state().filter {
      $0.key.contains("/memory") || $0.key.contains("/other")
    }
    #expect(after == before)
    #expect(try FileSystem.status(layout.memory(swarm))?.kind == .folder)
    #expect(try program("run", "test", "Keep").stdout == "{\"a\": \"b\"}\n")
  }

  @Test func guidsNamesAndNewChooseTheSwarm() throws {
    let program = try Program()
    func deploy(_ words: String..., bundle: JSONObject) throws -> JSONValue {
      let outcome = try program.start(
        ["deploy", "-", "--json"] + words, stdin: Sources.text(bundle)
      ).wait()
      expect(outcome, status: 0)
      return try #require(outcome.json)
    }
    let plain = Sources.bundle(["echo_agent.py": Sources.echo])
    let first = try deploy(bundle: plain)
    #expect(try deploy(bundle: plain)["swarm_guid"] == first["swarm_guid"])
    #expect(try deploy("--new", bundle: plain)["swarm_guid"] != first["swarm_guid"])
    #expect(try deploy("--name", "other", bundle: plain)["name"] == "other")
    let upper = try deploy("--guid", guid.uppercased(), bundle: plain)
    #expect(upper["swarm_guid"]?.string == guid && upper["created"]?.bool == true)
    let within = Sources.bundle(name: "renamed", guid: guid, ["echo_agent.py": Sources.echo])
    let renamed = try deploy(bundle: within)
    #expect(renamed["swarm_guid"]?.string == guid && renamed["created"]?.bool == false)
    #expect(try deploy("--new", bundle: within)["swarm_guid"]?.string != guid)
    let names = try program.store.list().swarms.map(\.name)
    #expect(names == ["other", "renamed", "renamed", "test", "test"])
  }

  @Test func manyDeploysOfOneNewNameAtOnceGiveOneSwarm() throws {
    let program = try Program()
    let bundle = Sources.text(Sources.bundle(name: "same", ["echo_agent.py": Sources.echo]))
    let running = try (1...6).map { _ in
      try program.start(["deploy", "-", "--json"], stdin: bundle)
    }
    let outcomes = try running.map { try $0.wait() }
    for outcome in outcomes { expect(outcome, status: 0) }
    #expect(Set(outcomes.compactMap { $0.json?["swarm_guid"]?.string }).count == 1)
    #expect(outcomes.count { $0.json?["created"]?.bool == true } == 1)
    let listing = try program.store.list()
    #expect(listing.swarms.count == 1 && listing.strange.isEmpty)
  }

  @Test func everyCategoryOfFailureIsReportedAsAWarning() throws {
    let program = try Program()
    let agents = [
      "a_agent.py": Sources.echo, "b_agent.py": "def x(:\n", "c_agent.py": "import not_there_x\n",
      "d_agent.py": "x = 1\n",
      "e_agent.py": "class E_Agent:\n  def __init__(self): raise ValueError('no')\n"
        + "  def perform(self): pass\n",
      "f_agent.py": Sources.echo,
    ]
    let bundle = Sources.text(Sources.bundle(agents))
    let outcome = try program("deploy", "-", "--json", stdin: bundle)
    expect(outcome, status: 0)
    let states = (outcome.json?["agents"]?.array ?? []).compactMap { $0["state"]?.string }
    #expect(
      states == ["ok", "syntax", "import", "no_class", "instantiation", "duplicate_name"])
    #expect(outcome.json?["warnings"]?.array?.count == 5)
    #expect(outcome.json?["agent_count"] == 6)
    for word in ["b_agent.py", "line 1", "not_there_x", "no_class", "ValueError: no", "a_agent.py"]
    {
      #expect(outcome.stderr.contains(word), "\(word): \(outcome)")
    }
    let again = try program("agents", "test", "--json")
    #expect(
      (again.json?["agents"]?.array ?? []).compactMap { $0["state"]?.string } == states, "\(again)")
  }

  @Test func agentsThatTwoFilesHaveAreSaidOnceByName() throws {
    let program = try Program()
    let three = ["One", "Two", "Three"].map { Sources.agent($0, body: "return 1") }.joined()
    let four = three + Sources.agent("Four", body: "return 1")
    let bundle = Sources.text(Sources.bundle(["a_agent.py": three, "b_agent.py": four]))
    let names = #"a_agent.py has agents "One", "Two" and "Three" as well, and comes first"#
    let outcome = try program("deploy", "-", stdin: bundle)
    expect(outcome, status: 0)
    #expect(outcome.stderr == "warning: in b_agent.py, left out: \(names)\n", "\(outcome)")
    let strict = try program("deploy", "-", "--new", "--strict", stdin: bundle)
    #expect(strict.stderr.contains("b_agent.py: duplicate_name: \(names)\n"), "\(strict)")
    let table = try program("agents", "test").stdout
    #expect(table.contains(#"duplicate_name  "#) && !table.contains("duplicate_name:"), "\(table)")
  }

  @Test func agentsOfAFolderAreFoundAtItsTopAndInAgents() throws {
    let program = try Program()
    try program.folder.write("My Swarm/echo_agent.py", Sources.echo)
    try program.folder.write("My Swarm/agents/keep_agent.py", Sources.keep)
    try program.folder.write("My Swarm/soul.md", "Be kind.\n")
    let outcome = try program("deploy", program.folder("My Swarm"), "--json")
    #expect(outcome.json?["name"] == "My Swarm" && outcome.json?["agent_count"] == 2, "\(outcome)")
    let shown = try program("inspect", "My Swarm", "--json")
    #expect(shown.json?["swarms"]?.array?.first?["soul"]?.string == "Be kind.\n", "\(shown)")
  }

  @Test func aDamagedSwarmIsMendedByDeployingItAgain() throws {
    let program = try Program()
    let swarm = try program.deploy(["keep_agent.py": Sources.keep])
    try program("run", "test", "Keep", "key=a", "text=b")
    try program.folder.write("root/swarms/\(swarm)/manifest.json", "{\"name\": \"te")
    let bundle = Sources.text(Sources.bundle(["keep_agent.py": Sources.keep]))
    expect(try program("deploy", "-", "--guid", "\(swarm)", stdin: bundle), status: 0)
    #expect(try program("run", "test", "Keep").stdout == "{\"a\": \"b\"}\n")
  }

  @Test func theStatusOfAnExportIsNoPartOfTheSwarm() throws {
    let program = try Program()
    try program.deploy(["echo_agent.py": Sources.echo])
    let document = try program("export", "test", "-o", "json")
    #expect(document.json?["status"] == "ok" && document.json?["schema"] != nil, "\(document)")
    let other = try Program()
    expect(try other("deploy", "-", stdin: document.stdout), status: 0)
    let bare = try other("export", "test")
    #expect(bare.json?["status"] == nil, "\(bare)")
    #expect(bare.stdout == (try program("export", "test").stdout))
    // A status of the bundle's own comes back.
    let own = bare.stdout.replacing("\"purpose\":", with: "\"status\": \"draft\", \"purpose\":")
    expect(try other("deploy", "-", stdin: own), status: 0)
    #expect(try other("export", "test", "-o", "json").json?["status"] == "draft")
  }

  @Test func anExportDeploysToTheSameExport() throws {
    let program = try Program()
    try program.folder.write(
      "s/a_agent.py",
      Sources.agent("A", body: "return self.help()")
        .replacing("from agents", with: "from helper_x import word\nfrom agents"))
    try program.folder.write("s/helper_x.py", "word = 'ä'\n")
    try program.folder.write("s/soul.md", "Söul\nof two lines")
    try program.folder.write(
      "s/manifest.json",
      #"{"purpose": "p", "x_unknown": {"b": 1.50, "a": [null]}, "#
        + #""agents": [{"filename": "a_agent.py", "display_name": "The A", "x_more": 12345678901234567890}]}"#
    )
    expect(try program("deploy", program.folder("s")), status: 0)
    let first = try program("export", "s")
    expect(first, status: 0)
    #expect(first.stdout.contains("1.50") && first.stdout.contains("12345678901234567890"))
    #expect(first.stdout.contains("x_unknown") && first.stdout.contains("The A"))

    var other = try Program()
    other.environment["SWARMCTL_PYTHON"] = program.environment["SWARMCTL_PYTHON"]
    expect(try other("deploy", "-", stdin: first.stdout), status: 0)
    #expect(try other("export", "s").stdout == first.stdout)

    expect(try program("export", "s", "--folder", program.folder("out")), status: 0)
    let third = try Program()
    expect(try third("deploy", program.folder("out")), status: 0)
    #expect(try third("export", "s").stdout == first.stdout)
    let swarm = try third.store.resolve("s")
    #expect(
      try FileSystem.list(third.store.layout.agents(swarm)).sorted() == [
        "a_agent.py", "helper_x.py",
      ])
  }
}
