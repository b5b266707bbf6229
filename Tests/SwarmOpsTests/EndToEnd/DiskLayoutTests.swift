import Foundation
import Testing

@testable import SwarmOps

/// The tree of a root is shared with other programs: a Python one, here, that knows only it.
@Suite struct DiskLayoutTests {
  private let user = "a11ce000-0000-4000-8000-00000000000f"
  private let other = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"

  private func python(_ program: Program, _ script: String, _ words: String...) throws
    -> Program.Outcome
  {
    let python = try #require(Program.python)
    let outcome = try program.start(
      ["-I", "-c", script, program.root] + words, executable: python
    ).wait()
    expect(outcome, status: 0)
    return outcome
  }

  @Test func aProgramThatKnowsOnlyTheLayoutReadsWhatWasDeployedAndSaved() throws {
    let program = try Program()
    let bundle = Sources.bundle(
      name: "Grüße", guid: other, ["keep_agent.py": Sources.keep],
      extra: ["purpose": "p", "soul": "Söul", "x": [1]])
    expect(try program("deploy", "-", stdin: Sources.text(bundle)), status: 0)
    expect(try program("run", "Grüße", "Keep", "key=ä", "text=😀", "--user", user), status: 0)
    expect(try program("run", "Grüße", "Keep", "key=s", "text=anon"), status: 0)
    let script = """
      import hashlib, json, os, sys
      root = sys.argv[1]
      for guid in os.listdir(root + "/swarms"):
          folder = root + "/swarms/" + guid
          m = json.load(open(folder + "/manifest.json", encoding="utf-8"))
          for agent in m["agents"]:
              data = open(folder + "/agents/" + agent["filename"], "rb").read()
              assert agent["sha256"] == hashlib.sha256(data).hexdigest()
              assert "source" not in agent and agent["name"] == "Keep"
          assert sorted(os.listdir(folder + "/agents")) == [a["filename"] for a in m["agents"]]
          memory = {n: json.load(open(folder + "/memory/" + n + "/memory.json", encoding="utf-8"))
                    for n in os.listdir(folder + "/memory")}
          assert m["agent_count"] == 1 and m["created_at"] and m["created_by"]
          print(json.dumps([m[k] for k in
              ("schema", "swarm_guid", "name", "purpose", "soul", "x")] + [memory], sort_keys=True))
      """
    let said = try JSONValue.parse(try python(program, script).stdout)
    let memory: JSONValue = .object([user: ["ä": "😀"], "shared": ["s": "anon"]])
    #expect(
      said == ["rapp-swarm/1.0", .string(other), "Grüße", "p", "Söul", [1], memory], "\(said)")
  }

  @Test func theLockThatTheDocumentDescribesIsTheOneThatRunsTake() throws {
    let program = try Program()
    let swarm = try program.deploy(["keep_agent.py": Sources.keep])
    var top = URL(fileURLWithPath: #filePath)
    while top.lastPathComponent != "Tests" { top.deleteLastPathComponent() }
    let page = top.deletingLastPathComponent().appendingPathComponent("docs/disk-layout.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let block = try #require(
      text.components(separatedBy: "```").first {
        $0.hasPrefix("python") && $0.contains("def lock(")
      })
    let script =
      block.dropFirst("python".count) + """

        import subprocess, sys
        root, swarm, program = sys.argv[1:4]
        def run(user):
            words = [program, "run", swarm, "Keep", "--root", root, "--lock-timeout", "0", *user]
            return subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
        held = locked_memory(root, swarm, "shared")
        other = ["--user", "3f2504e0-4f89-41d3-9a0c-0305e82c3301"]
        print(run([]), run(other))
        for file in held: os.close(file)
        print(run([]))
        """
    let outcome = try python(program, String(script), "\(swarm)", Program.path)
    // Who holds it is above the run, which could only wait for ever.
    #expect(outcome.stdout == "77 0\n0\n", "\(outcome)")
  }

  @Test func whatThatProgramWritesIsReadAndRun() throws {
    let program = try Program()
    let script = """
      import json, os, sys
      root, guid, user, source = sys.argv[1:]
      folder = root + "/swarms/" + guid
      os.makedirs(folder + "/agents")
      open(folder + "/agents/keep_agent.py", "w", encoding="utf-8").write(source)
      json.dump({"schema": "rapp-swarm/1.0", "swarm_guid": guid, "name": "from Python é",
                 "purpose": None, "soul": "Hi", "created_at": "2026-04-19T03:14:00.000Z",
                 "created_by": "somebody", "agent_count": 1, "score": 1.50,
                 "agents": [{"filename": "keep_agent.py", "name": "Keep"}]},
                open(folder + "/manifest.json", "w"), indent=2)
      for name, pretty in ((user, 2), ("shared", None)):
          os.makedirs(folder + "/memory/" + name)
          json.dump({"ä": "ü", "n": name}, open(folder + "/memory/" + name + "/memory.json", "w",
                    encoding="utf-8"), indent=pretty, ensure_ascii=pretty is None)
      """
    _ = try python(program, script, other, user, Sources.keep)
    let list = try program("list", "--json")
    let row = try #require(list.json?["swarms"]?.array?.first, "\(list)")
    #expect(row["name"] == "from Python é" && row["agent_count"] == 1 && row["users"] == 1)
    #expect(row["created_by"] == "somebody" && row["created_at"] == "2026-04-19T03:14:00.000Z")
    let run = try program("run", "from Python é", "Keep", "key=z", "--user", user, "--json")
    let memory = try run.json?["output"]?.string.map { try JSONValue.parse($0) }
    #expect(memory == ["n": .string(user), "z": "", "ä": "ü"], "\(run)")
    let shared = try program("run", other, "Keep", "--json")
    #expect(shared.json?["output"]?.string?.contains("shared") == true, "\(shared)")
    expect(try program("agents", "from Python é"), status: 0)
    expect(try program("inspect", "from Python é", "--json"), status: 0)
    let export = try program("export", "from Python é")
    expect(export, status: 0)
    expect(try Program()("deploy", "-", "--dry-run", stdin: export.stdout), status: 0)
  }

  @Test(arguments: ["000", "077", "777"])
  func foldersAre0700AndFilesAre0600WhateverTheUmask(_ mask: String) throws {
    let program = try Program()
    try program.folder.write("s/keep_agent.py", "import helper_x\n" + Sources.keep)
    try program.folder.write("s/helper_x.py", "import os\n")
    let folder = program.folder("s")
    let outcome = try program.shell(
      """
      umask \(mask)
      swarmctl deploy \(folder) && swarmctl deploy \(folder) &&
      swarmctl run s Keep key=a && swarmctl run s Keep key=b --user \(user) &&
      swarmctl list && swarmctl agents s --check
      """)
    expect(outcome, status: 0)
    let entries = try FolderTree.entries(of: program.root)
    #expect(entries.count > 15)
    for entry in entries {
      let right: UInt16 = entry.status.kind == .folder ? 0o700 : 0o600
      #expect(entry.status.permissions == right, "\(entry.path)")
    }
    #expect(try FileSystem.status(program.root)?.permissions == 0o700)
  }
}
