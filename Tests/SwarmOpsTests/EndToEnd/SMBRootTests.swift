import Testing

@testable import SwarmOps

/// A shared root on SMB, which refuses what other file systems do.
@Suite struct SMBRootTests {
  private let root: SharedRoot
  private var program: Program { root.program }
  private let user = SharedRoot.user

  init() throws { root = try SharedRoot() }

  @Test(.enabled(if: Machine.hasStrace, "needs strace"))
  func modesAreNoBusinessOfTheDoctorOnSMB() throws {
    try program.deploy(["keep_agent.py": Sources.keep])
    try FileSystem.setMode(program.folder("root"), FileMode(0o755))
    #expect(try program("doctor").stdout.contains("other users of this machine can reach"))
    let outcome = try onSMB([], ["doctor"])
    #expect(!outcome.stdout.contains("other users of this machine"), "\(outcome)")
  }

  @Test(.enabled(if: Machine.hasStrace, "needs strace"))
  func aFileThatIsOpenOnSMBIsReplacedOnceItIsClosed() throws {
    let swarm = try program.deploy(["keep_agent.py": Sources.keep])
    expect(try program("run", "test", "Keep", "key=a", "--user", user), status: 0)
    let words = ["run", "test", "Keep", "key=b", "--user", user]
    expect(try onSMB(["rename:error=EACCES:when=1..4"], words), status: 0)
    #expect(try root.keys(swarm) == 2)
    #expect(try root.leases.isEmpty)
  }

  @Test(.enabled(if: Machine.hasStrace, "needs strace"))
  func filesBesideAMemoryAreKeptWhereNoFoldersCanBeExchanged() throws {
    let swarm = try program.deploy([
      "both_agent.py": Sources.agent(
        "Both",
        body: """
          import os
                  path = os.environ["BRAINSTEM_MEMORY_PATH"]
                  open(path, "w").write('{"n": %s}' % kwargs["n"])
                  open(os.path.dirname(path) + "/beside.txt", "w").write(kwargs["n"])
                  return "kept"
          """)
    ])
    for number in ["1", "2", "3"] {
      let outcome = try onSMB(
        ["renameat2:error=EINVAL"], ["run", "test", "Both", "n=\(number)", "--user", user])
      expect(outcome, status: 0)
      let beside = program.folder("root/swarms/\(swarm)/memory/\(user)/beside.txt")
      #expect(try String(contentsOfFile: beside, encoding: .utf8) == number)
      #expect(
        try String(contentsOfFile: root.memory(swarm), encoding: .utf8) == "{\"n\": \(number)}")
    }
    expect(try onSMB(["renameat2:error=EINVAL"], ["snapshot", "create", "test", "s"]), status: 0)
    expect(try program("memory", "wipe", "test", "--user", user, "--yes"), status: 0)
    expect(
      try onSMB(["renameat2:error=EINVAL"], ["snapshot", "restore", "test@s", "--yes"]), status: 0)
    #expect(try String(contentsOfFile: root.memory(swarm), encoding: .utf8) == #"{"n": 3}"#)
  }

  /// Runs the program as if the root were on SMB, with some more faults.
  private func onSMB(_ faults: [String], _ words: [String]) throws -> Program.Outcome {
    let number = "424d53fe" + String(repeating: "0", count: 8)
    return try program.start(
      ["-f", "-qq", "-o", "/dev/null", "-e", "trace=rename,renameat2,statfs"]
        + faults.flatMap { ["-e", "inject=\($0)"] }
        + ["-e", "inject=statfs:poke_exit=@arg2=\(number)", Program.path] + words,
      executable: "/usr/bin/strace"
    ).wait()
  }
}
