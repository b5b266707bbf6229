import Testing

@testable import SwarmOps

/// Data files beside agents: deployed, read by the agents, exported, replaced.
@Suite struct DataFileDeployTests {
  private let program: Program
  private let agent = Sources.agent(
    "Reader",
    body: """
      import os
              here = os.path.dirname(os.path.abspath(__file__))
              with open(here + "/words/en.txt") as words, open(here + "/raw.bin", "rb") as raw:
                  return words.read() + raw.read().hex()
      """)

  init() throws {
    program = try Program()
    try program.folder.write("test/reader_agent.py", agent)
    try program.folder.write("test/words/en.txt", "hello ")
    try program.folder.write("test/unnamed.txt", "")
    try FileSystem.create(program.folder("test/raw.bin"), [0xFF, 0x00], sync: false)
    expect(try program("deploy", program.folder("test")), status: 0)
  }

  private func files(_ program: Program) throws -> [String] {
    let agents = program.store.layout.agents(try program.store.resolve("test"))
    return try FolderTree.entries(of: agents).filter { $0.status.kind == .file }.map(\.path.text)
      .sorted()
  }

  @Test func agentsReadTheFilesTheyName() throws {
    #expect(try program("run", "test", "Reader").stdout == "hello ff00\n")
    #expect(try files(program) == ["raw.bin", "reader_agent.py", "words/en.txt"])
    expect(try program("doctor"), status: 0)
  }

  @Test(arguments: ["file", "folder"])
  func anExportIsTheSameSwarm(_ form: String) throws {
    let out = program.folder(form == "folder" ? "out" : "out.swarm.json")
    expect(try program("export", "test", "--" + form, out), status: 0)
    let other = try Program()
    expect(try other("deploy", out), status: 0)
    #expect(try other("run", "test", "Reader").stdout == "hello ff00\n")
    #expect(try other("export", "test").stdout == (try program("export", "test").stdout))
  }

  @Test func aRedeployLeavesNoFileThatTheBundleLacks() throws {
    try FolderTree.remove(program.folder("test/words"))
    try FileSystem.removeFile(program.folder("test/raw.bin"))
    expect(try program("deploy", program.folder("test")), status: 0)
    #expect(try files(program) == ["reader_agent.py"])
    #expect(
      try FileSystem.list(
        program.store.layout.agents(try program.store.resolve("test"))) == ["reader_agent.py"])
  }
}
