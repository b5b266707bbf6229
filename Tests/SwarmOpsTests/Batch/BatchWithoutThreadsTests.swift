import Foundation
import Testing

@testable import SwarmOps

/// Batches on a machine that gives no further thread or process: each line is answered, and the batch
/// ends.
@Suite struct BatchWithoutThreadsTests {
  private static let calls = 20
  private let program: Program
  private let lines: String

  init() throws {
    var program = try Program()
    if FileManager.default.isExecutableFile(atPath: "/usr/bin/python3") {
      // One that every user may run.
      program.environment["SWARMCTL_PYTHON"] = "/usr/bin/python3"
    }
    self.program = program
    try program.deploy(["keep_agent.py": Sources.keep])
    lines = (0..<Self.calls).map {
      #"{"id": "\#($0)", "swarm": "test", "name": "Keep", "args": {"key": "k\#($0)"}}"# + "\n"
    }.joined()
  }

  /// Runs a batch under other programs, for a minute at most, and checks that it did not hang.
  private func batch(under words: [String]) throws {
    let outcome = try program.start(
      ["60"] + words + [Program.path, "batch"], stdin: lines, executable: "/usr/bin/timeout"
    ).wait()
    // 124 is that of `timeout`.
    #expect([0, 1].contains(outcome.status), "\(outcome)")
    let answers = try outcome.stdout.split(separator: "\n").map {
      try JSONValue.parse(Array($0.utf8))
    }
    #expect(answers.count == Self.calls, "\(outcome)")
    for answer in answers where answer["status"] != "ok" {
      #expect(answer["underlying"] == nil && answer["code"]?.string != "internal", "\(answer)")
    }
    // What was acknowledged is there, and nothing half done.
    let saved = Set(answers.filter { $0["status"] == "ok" }.compactMap { $0["id"]?.string })
    let memory = try #require(try program.store.list().swarms.first).guid
    let file = program.store.layout.memoryFile(memory, .shared)
    let kept = try FileSystem.readIfPresent(file).map { try JSONValue.parse($0) }
    for id in saved { #expect(kept?["k\(id)"] != nil, "\(id)") }
  }

  @Test(
    .enabled(if: Machine.hasProcessLimits, "needs prlimit"),
    arguments: [32, 40, 48, 64, 96])
  func withLittleAddressSpace(_ megabytes: Int) throws {
    try batch(under: ["/usr/bin/prlimit", "--as=\(megabytes << 20)"])
  }

  @Test(
    .enabled(
      if: Machine.canGiveFilesAway && Machine.hasProcessLimits
        && FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"),
      "needs root, setpriv, prlimit and a python3 for everybody"),
    arguments: [2, 3, 4, 5, 6, 8, 10, 14])
  func withFewThreadsForAnOrdinaryUser(_ threads: Int) throws {
    // A user of its own for each, whose threads are counted together.
    let user = 64_000 + threads
    for entry in try FolderTree.entries(of: program.folder.path) {
      let path = FilePath(program.folder.path) / entry.path
      _ = path.withSystemPath { lchown($0, uid_t(user), gid_t(user)) }
    }
    chown(program.folder.path, uid_t(user), gid_t(user))
    try batch(under: [
      Machine.setpriv, "--reuid=\(user)", "--regid=\(user)", "--clear-groups", "/usr/bin/prlimit",
      "--nproc=\(threads)",
    ])
  }
}
