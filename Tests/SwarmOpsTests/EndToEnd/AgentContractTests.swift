import Foundation
import Testing

@testable import SwarmOps

/// What the host promises to agents, seen from outside.
@Suite struct AgentContractTests {
  private let user = "a11ce000-0000-4000-8000-00000000000f"
  private let other = "b0b00000-0000-4000-8000-000000000002"

  @Test func storageStaysInTheNamespaceOfTheCall() throws {
    let program = try Program()
    let swarm = try program.deploy([
      "s_agent.py": Sources.agent(
        "S", top: "from utils.azure_file_storage import AzureFileStorageManager",
        body: """
          s = AzureFileStorageManager()
                  said = [s.set_memory_context(g) for g in (
                      None, "c0p110t0-aaaa-bbbb-cccc-123456789abc", kwargs["me"], kwargs["other"])]
                  memory = s.read_json() or {}
                  memory["by"] = kwargs["me"]
                  s.write_json(memory)
                  s.write_file("notes", "a.txt", "mine")
                  refused = 0
                  for folder in ("..", "../shared", "/etc", "../" + kwargs["other"]):
                      for call in (lambda: s.write_file(folder, "x.txt", "x"),
                                   lambda: s.read_file(folder, "memory.json")):
                          try:
                              call()
                          except ValueError:
                              refused += 1
                  return [said, refused, s.read_file("notes", "a.txt")]
          """)
    ])
    try program.folder.write("root/swarms/\(swarm)/memory/\(other)/memory.json", "{\"secret\":1}")
    let before = try program.state().filter { $0.key.contains(other) || $0.key.contains("shared") }
    let outcome = try program(
      "run", "test", "S", "--user", user, "me=\(user)", "other=\(other)", "--json")
    #expect(
      outcome.json?["output"] == [[true, true, true, false], 8, "mine"] as JSONValue, "\(outcome)")
    let place = program.store.layout.memory(swarm) + "/" + user
    #expect(try FileSystem.list(place).sorted() == ["memory.json", "notes"])
    #expect(try JSONValue.parse(FileSystem.read(place + "/memory.json")) == ["by": .string(user)])
    let after = try program.state().filter { $0.key.contains(other) || $0.key.contains("shared") }
    #expect(after == before)
  }

  @Test func swarmsWithFilesOfOneNameDoNotSeeEachOther() throws {
    let program = try Program()
    for word in ["one", "two"] {
      try program.folder.write("bundles/\(word)/common_x.py", "WORD = '\(word)'\n")
      try program.deploy(
        name: word,
        [
          "a_agent.py": Sources.agent(
            "A", top: "from common_x import WORD", body: "return WORD + '-\(word)'")
        ])
    }
    for _ in 1...2 {
      for word in ["one", "two"] {
        #expect(try program("run", word, "A").stdout == "\(word)-\(word)\n")
      }
    }
  }

  @Test func browserModulesFailAtOnceAndLoadNoSitePackages() throws {
    let program = try Program()
    try program.deploy([
      "b_agent.py": Sources.agent(
        "B",
        top: """
          import sys
          try:
              from js import localStorage
              where = "browser"
          except ImportError:
              where = "here"
          try:
              import pyodide
          except ImportError:
              where += " twice"
          """, body: "return [where, 'site' in sys.modules]")
    ])
    #expect(
      try program("run", "test", "B", "--json").json?["output"] == ["here twice", false])
  }

  @Test func aHeavyImportIsPaidForByItsOwnAgentAlone() throws {
    var program = try Program()
    program.environment["SWARMCTL_SANDBOX"] = "off"
    let log = program.folder("log")
    try program.folder.write(
      "bundles/test/heavy_x.py", "open('\(log)', 'a').write('.')\n")
    try program.deploy([
      "h_agent.py": Sources.agent("H", top: "import heavy_x", body: "import heavy_x; return 'h'"),
      "l_agent.py": Sources.agent("L", body: "import sys; return 'heavy_x' in sys.modules"),
    ])
    func paid() throws -> Int { try FileSystem.status(log)?.size ?? 0 }
    let deployed = try paid()
    #expect(try program("run", "test", "L").stdout == "false\n")
    #expect(try paid() == deployed)
    expect(try program("run", "test", "H"), status: 0)
    #expect(try paid() == deployed + 1)
  }

  @Test func helpersTravelInDeployAndExport() throws {
    let program = try Program()
    try program.folder.write("bundles/test/lib_x/__init__.py", "from .deep import WORD\n")
    try program.folder.write("bundles/test/lib_x/deep.py", "WORD = 'deep'\n")
    try program.folder.write("bundles/test/unused.py", "raise SystemExit\n")
    try program.deploy([
      "a_agent.py": Sources.agent("A", top: "import lib_x", body: "return lib_x.WORD")
    ])
    let export = try program("export", "test")
    #expect(!export.stdout.contains("SystemExit"), "\(export)")
    let other = try Program()
    expect(try other("deploy", "-", stdin: export.stdout), status: 0)
    #expect(try other("run", "test", "A").stdout == "deep\n")
  }

  @Test func theEnvironmentArrivesByteForByte() throws {
    let program = try Program()
    try program.deploy([
      "e_agent.py": Sources.agent(
        "E",
        body: "import os; return os.environb[b'VA\\xe9R'].hex() + os.environb[b'PLAIN'].hex()")
    ])
    let (name, value) = ("$'VA\\xe9R", "a\\xff=\\xed\\xa0\\x80 \\xc3\\xa9'")
    let expected = "61ff3deda08020c3a9" + "c3a9"
    let run = try program.shell("PLAIN=é env \(name)=\(value) swarmctl run test E --sandbox off")
    #expect(run.stdout == expected + "\n", "\(run)")
    let call = #"{"swarm": "test", "name": "E", "args": {}}"#
    let batch = try program.shell(
      "echo '\(call)' | PLAIN=é env \(name)=\(value) swarmctl batch --sandbox off")
    #expect(batch.json?["output"]?.string == expected, "\(batch)")
  }

  @Test func theMemoryPathEndsAsTheOriginalDoes() throws {
    let program = try Program()
    let swarm = try program.deploy([
      "p_agent.py": Sources.agent(
        "P", body: "import os; return os.environ['BRAINSTEM_MEMORY_PATH']")
    ])
    for (words, name) in [(["--user", user], user), ([], "shared")] {
      let outcome = try program.start(["run", "test", "P"] + words).wait()
      #expect(
        outcome.stdout.hasSuffix("/swarms/\(swarm)/memory/\(name)/memory.json\n"), "\(outcome)")
    }
  }
}
