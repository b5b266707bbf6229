import Foundation
import Testing

@testable import SwarmOps

/// Snapshots and restores that are cut off at any system call.
@Suite struct SnapshotFaultTests {
  private let user = ScriptedSwarm.user

  @Test(
    .enabled(if: Machine.hasStrace, "needs strace"),
    arguments: ["mkdir", "rename", "renameat2", "fsync", "chmod", "fchmod", "openat"])
  func aSnapshotKilledAtAnyCallIsWholeOrNotListed(call: String) throws {
    let swarm = try ScriptedSwarm.filled()
    var names: Set<String> = []
    // Files are opened very often, and most of it before anything is made.
    for count in stride(from: 1, to: 400, by: call == "openat" ? 11 : 1) {
      let strace = Machine.strace("\(call):signal=KILL:when=\(count)")
      let outcome = try swarm.program.start(
        Array(strace.dropFirst()) + [Program.path, "snapshot", "create", "test", "--json"],
        executable: strace[0]
      ).wait()
      let all = try SwarmSnapshot.all(of: swarm.swarm, layout: swarm.layout)
      #expect(all.allSatisfy { $0.damage == nil }, "\(call) \(count): \(all)")
      for one in all where !names.contains(one.name) {
        names.insert(one.name)
        for user in ["shared", user] {
          #expect(
            try FileComparison.haveSameContent(
              one.path + "/memory/\(user)/memory.json",
              swarm.layout.memory(swarm.swarm) + "/\(user)/memory.json"))
        }
      }
      expect(try swarm.run("pass"), status: 0)
      #expect(try swarm.staged() == [])
      if outcome.status == 0 { break }
      #expect(outcome.status == -SIGKILL, "\(outcome)")
    }
    #expect(!names.isEmpty)
  }

  @Test(
    .enabled(if: Machine.hasStrace, "needs strace"),
    arguments: [
      "rename:signal=KILL", "renameat2:signal=KILL", "fsync:signal=KILL", "link:signal=KILL",
      "mkdir:signal=KILL", "fsync:error=EIO", "renameat2:error=EIO", "copy_file_range:error=EIO",
      "link:error=ENOSPC", "mkdir:error=ENOSPC",
    ])
  func aRestoreThatIsCutOffIsWholeOrNothing(fault: String) throws {
    let swarm = try ScriptedSwarm.filled()
    _ = try swarm.snapshot("old")
    let memory = "root/swarms/\(swarm.swarm)/memory"
    func state() throws -> [String: String] {
      try swarm.program.folder.snapshot(excluding: "root/.swarmctl").filter {
        $0.key.hasPrefix(memory)
      }
    }
    let old = try state()
    for count in 1..<40 {
      expect(try swarm.run(ScriptedSwarm.save(100 + count)), status: 0)
      expect(try swarm.run(ScriptedSwarm.save(200 + count), "--user", user), status: 0)
      let new = try state()
      let strace = Machine.strace("\(fault):when=\(count)")
      let outcome = try swarm.program.start(
        Array(strace.dropFirst())
          + [Program.path, "snapshot", "restore", "test@old", "--yes", "--json"],
        executable: strace[0]
      ).wait()
      let found = try state()
      #expect(found == old || found == new, "\(fault) \(count): \(outcome)")
      if outcome.status > 0 { #expect(found == new, "\(fault) \(count): \(outcome)") }
      expect(try swarm.run("pass"), status: 0)
      #expect(try swarm.staged() == [])
      if outcome.status == 0, !fault.contains("link"), !fault.contains("copy_file_range") { break }
      if outcome.status == 0, count > 8 { break }
    }
  }
}
