import Foundation
import Testing

@testable import SwarmOps

@Suite struct RootTests {
  private static let commands: [[String]] = [
    ["list"], ["agents", "x"], ["run", "x", "A"], ["inspect", "x"], ["export", "x"],
    ["context", "x"], ["remove", "x", "--yes"], ["quickstart"],
  ]

  @Test(arguments: ["file", "below a file", "dangling link", "link to a file"])
  func aRootThatCannotBeOneIsASetUpError(_ kind: String) throws {
    let program = try Program()
    try program.folder.write("file", "x")
    try program.folder.write("b/echo_agent.py", Sources.echo)
    let root =
      switch kind {
      case "file": program.folder("file")
      case "below a file": program.folder("file/deeper/root")
      default: program.folder("link")
      }
    if kind.contains("link") {
      try FileManager.default.createSymbolicLink(
        atPath: root,
        withDestinationPath: kind == "link to a file" ? program.folder("file") : "/nonexistent/x")
    }
    let before = try program.folder.snapshot()
    for words in Self.commands + [["deploy", program.folder("b")]] {
      let outcome = try program.start(words + ["--root", root, "--json"]).wait()
      expect(outcome, code: .setup)
      #expect(outcome.json?["hint"]?.string?.contains("--root") == true, "\(outcome)")
    }
    expect(try program("--version", "--root", root), status: 0)
    expect(try program("run", "--help", "--root", root), status: 0)
    #expect(try program.folder.snapshot() == before)
  }

  @Test func readingCommandsMakeNoRoot() throws {
    let program = try Program()
    let before = try program.folder.snapshot()
    expect(try program("list"), status: 0)
    #expect(try program("list", "--json").json?["swarms"] == [])
    for words in Self.commands where words[0] != "list" && words[0] != "quickstart" {
      expect(try program.start(words + ["--json"]).wait(), code: .noSuchSwarm)
    }
    expect(try program("run", GUID.random().description, "A", "--json"), code: .noSuchSwarm)
    #expect(try program.folder.snapshot() == before)
  }

  @Test func aRootThatMayNotBeReadIsASetUpErrorAndHelpStillWorks() throws {
    // Root reads everything: without another user to be there is nothing to see.
    guard getuid() == 0,
      let setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].first(where: {
        FileSystem.statusFollowingLinks($0) != nil
      })
    else { return }
    let program = try Program()
    try program.deploy(["echo_agent.py": Sources.echo])
    func run(_ words: String...) throws -> Program.Outcome {
      try program.start(
        ["--reuid=65534", "--clear-groups", Program.path] + words, executable: setpriv
      ).wait()
    }
    for words in [
      ["list"], ["run", "test", "Echo"], ["inspect", "test"], ["deploy", "/nowhere"],
    ] {
      let outcome = try program.start(
        ["--reuid=65534", "--clear-groups", Program.path] + words + ["--json"], executable: setpriv
      ).wait()
      #expect(words[0] == "deploy" ? outcome.status == 66 : outcome.status == 78, "\(outcome)")
    }
    expect(try run("--version"), status: 0)
    expect(try run("help", "run"), status: 0)
    expect(try run("deploy", "-h"), status: 0)
  }

  @Test func aLinkToARootIsTheRoot() throws {
    let program = try Program()
    try FileSystem.makeFolder(program.root)
    try FileManager.default.createSymbolicLink(
      atPath: program.folder("link"), withDestinationPath: program.root)
    var linked = program
    linked.environment["SWARMCTL_ROOT"] = program.folder("link")
    try linked.deploy(["keep_agent.py": Sources.keep])
    expect(try linked("run", "test", "Keep", "key=a"), status: 0)
    #expect(try program("run", "test", "Keep").stdout == "{\"a\": \"\"}\n")
  }

  @Test func theRootIsNamedByFlagThenEnvironmentThenHome() throws {
    let program = try Program()
    try program.folder.write("b/echo_agent.py", Sources.echo)
    let bundle = program.folder("b")
    expect(try program("deploy", bundle, "--root", program.folder("flag")), status: 0)
    expect(try program("deploy", bundle), status: 0)
    let outcome = try program.shell("unset SWARMCTL_ROOT; swarmctl deploy \(bundle)")
    expect(outcome, status: 0)
    for place in ["flag", "root", "home/.rapp-swarm"] {
      #expect(try SwarmStore(root: program.folder(place)).list().swarms.count == 1)
    }
    expect(try program("list", "--root", "", "--json"), code: .usage)
  }

  @Test(arguments: ["{\"name\": \"te", "", "[]", "null", "missing", "folder", "\u{0}"])
  func damagedManifestsAreShownAndRefused(_ damage: String) throws {
    let program = try Program()
    let swarm = try program.deploy(["keep_agent.py": Sources.keep])
    try program.deploy(name: "other", ["keep_agent.py": Sources.keep])
    expect(try program("run", "test", "Keep", "key=a"), status: 0)
    let manifest = program.store.layout.manifest(swarm)
    #expect(unlink(manifest) == 0)
    if damage == "folder" {
      try FileSystem.makeFolder(manifest)
    } else if damage != "missing" {
      try Data(damage.utf8).write(to: URL(fileURLWithPath: manifest))
    }
    let before = try program.state()
    let list = try program("list", "--json")
    expect(list, status: 0)
    let rows = list.json?["swarms"]?.array ?? []
    #expect(rows.compactMap { $0["state"]?.string } == ["damaged", "ok"], "\(list)")
    #expect(rows.first?["swarm_guid"]?.string == "\(swarm)" && rows.first?["damage"] != nil)
    #expect(list.stderr.contains("\(swarm)") && list.stderr.contains("damaged"), "\(list)")
    #expect(try program("list").stdout.contains("(damaged)"))
    for words in [
      ["run", "\(swarm)", "Keep"], ["agents", "\(swarm)"], ["inspect", "\(swarm)"],
      ["export", "\(swarm)"], ["context", "\(swarm)"],
    ] {
      let outcome = try program.start(words + ["--json"]).wait()
      if damage == "folder" {
        #expect([65, 74].contains(outcome.status), "\(outcome)")
      } else {
        expect(outcome, code: .badData)
        #expect(outcome.json?["message"]?.string?.contains(manifest) == true, "\(outcome)")
        #expect(outcome.json?["hint"]?.string?.isEmpty == false, "\(outcome)")
      }
    }
    let byName = try program("run", "test", "Keep", "--json")
    expect(byName, code: .noSuchSwarm)
    #expect(byName.json?["hint"]?.string?.contains("\(swarm)") == true, "\(byName)")
    expect(try program("run", "other", "Keep"), status: 0)
    let doomed = try program("remove", "\(swarm)", "--dry-run")
    #expect(doomed.stdout.hasPrefix("would remove damaged swarm \(swarm) with"), "\(doomed)")
    #expect(
      try program.state().filter { $0.key.contains("\(swarm)") }
        == before.filter { $0.key.contains("\(swarm)") })
  }

  @Test(arguments: ["{}", #"{"name": 5}"#, #"{"name": ""}"#])
  func aSwarmWithoutANameGoesByItsGUID(_ manifest: String) throws {
    let program = try Program()
    let swarm = GUID.random()
    try program.folder.write("root/swarms/\(swarm)/manifest.json", manifest)
    let list = try program("list", "--json")
    #expect(list.json?["swarms"]?.array?.first?["name"]?.string == "\(swarm)", "\(list)")
    let run = try program("run", "\(swarm)", "A", "--json")
    expect(run, code: .noSuchAgent)
    #expect(run.json?["message"]?.string?.contains("\(swarm)") == true, "\(run)")
    let inspect = try program("inspect", "\(swarm)", "--json")
    #expect(inspect.json?["swarms"]?.array?.first?["name"]?.string == "\(swarm)", "\(inspect)")
  }

  @Test func foldersThatAreNoSwarmsAreReported() throws {
    let program = try Program()
    let swarm = try program.deploy(["echo_agent.py": Sources.echo])
    let names = ["strange", swarm.description.uppercased(), ".hidden", "a b\n", "file"]
    for name in names.dropLast() {
      try FileSystem.makeFolder(program.root + "/swarms/" + name)
    }
    try program.folder.write("root/swarms/file", "x")
    let list = try program("list", "--json")
    let strange = (list.json?["swarms"]?.array ?? []).compactMap { $0["folder"]?.string }
    #expect(strange.sorted() == names.sorted(), "\(list)")
    #expect(
      list.json?["swarms"]?.array?.filter { $0["swarm_guid"] == nil }.isEmpty == true, "\(list)")
    expect(try program("run", "test", "Echo"), status: 0)
    expect(try program("run", "strange", "Echo", "--json"), code: .noSuchSwarm)
  }
}
