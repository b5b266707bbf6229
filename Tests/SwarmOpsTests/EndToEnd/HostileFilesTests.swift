import Foundation
import Testing

@testable import SwarmOps

/// What may lie in a root though nobody of ours put it there.
@Suite struct HostileFilesTests {
  private let program: Program
  private let swarm: GUID
  private let user = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
  private var layout: SwarmLayout { program.store.layout }

  init() throws {
    program = try Program()
    swarm = try program.deploy(["keep_agent.py": Sources.keep])
    let words = ["run", "test", "Keep", "key=a", "text=bees", "--user", user]
    expect(try program.start(words).wait(), status: 0)
  }

  private var memory: String { "\(layout.memory(swarm))/\(user)" }

  @Test func fileTimesOfTheFarFutureBreakNothing() throws {
    for path in [memory + "/memory.json", layout.manifest(swarm), layout.agents(swarm), memory] {
      // Past what 64 bits of nanoseconds hold, where the file system has such times.
      var times = [timespec](repeating: timespec(tv_sec: 13_000_000_000, tv_nsec: 0), count: 2)
      try systemCall { utimensat(AT_FDCWD, path, &times, 0) }
    }
    let commands: [[String]] = [
      ["list"], ["inspect", "test"], ["users", "test"], ["users", "--older-than", "1d"],
      ["run", "test", "Keep", "--user", user], ["memory", "show", "test", "--user", user],
      ["memory", "export", "test", "--all-users"], ["doctor"],
      ["memory", "wipe", "test", "--user", user, "--older-than", "27y", "--dry-run"],
      ["memory", "forget", "--user", user, "--yes"],
    ]
    for words in commands { expect(try program.start(words).wait(), status: 0) }
  }

  @Test func namesThatAreOneStringAndTwoFilesStayTwo() throws {
    for (name, text) in [("caf\u{E9}", "one"), ("cafe\u{301}", "two")] {
      try FileSystem.create(FilePath(memory) / FilePath(name), Array(text.utf8), sync: false)
    }
    let odd = FilePath(memory) / FilePath(bytes: [0xFF, 0xFE])
    try FileSystem.create(odd, Array("three".utf8), sync: false)
    expect(
      try program("run", "test", "Keep", "key=b", "text=x", "--user", user), status: 0)
    expect(
      try program("run", "test", "Keep", "key=c", "text=x", "--user", user), status: 0)
    let before = try FolderTree.entries(of: memory).map { $0.path }
    #expect(before.count == 4)
    let file = program.folder("export.json")
    expect(
      try program("memory", "export", "test", "--user", user, "--file", file), status: 0)
    expect(try program("memory", "wipe", "test", "--user", user, "--yes"), status: 0)
    expect(try program("memory", "import", "test", file), status: 0)
    #expect(try FolderTree.entries(of: memory).map { $0.path } == before)
    #expect(try FileSystem.read(FilePath(memory) / "cafe\u{301}") == Array("two".utf8))
    #expect(try FileSystem.read(FilePath(memory) / "caf\u{E9}") == Array("one".utf8))
    #expect(try FileSystem.read(odd) == Array("three".utf8))
    let outcome = try program("memory", "forget", "--user", user, "--yes", "--json")
    expect(outcome, status: 0)
    // The four, and the version that the import kept: what was there before, and what it added.
    #expect(outcome.json?["files"] == 6, "\(outcome)")
  }

  @Test func forgettingReachesIntoSnapshotsThatAreReadOnly() throws {
    let snapshot = layout.swarm(swarm) + "/snapshots/20260101T000000Z_a"
    try FileSystem.makeFolders(snapshot + "/memory/shared")
    try FolderTree.copy(memory, to: snapshot + "/memory/\(user)")
    for path in [
      snapshot + "/memory/\(user)", snapshot + "/memory/shared", snapshot + "/memory", snapshot,
    ] {
      chmod(path, 0o555)
    }
    chmod(snapshot + "/memory/\(user)/memory.json", 0o444)
    let words = [Program.path, "memory", "forget", "--user", user, "--yes"]
    let outcome = try program.start(
      Array(Unprivileged.words.dropFirst()) + words, executable: Unprivileged.words[0]
    ).wait()
    expect(outcome, status: 0)
    #expect(try FileSystem.list(snapshot + "/memory") == ["shared"])
    for path in [snapshot + "/memory", snapshot, snapshot + "/memory/shared"] {
      #expect(try FileSystem.status(path)?.permissions == 0o555, "\(path)")
    }
  }

  @Test func searchInTornMemoryShowsWhatCanBeReadAndFails() throws {
    try program.folder.write(
      "root/swarms/\(swarm)/memory/\(user)/memory.json", "{\"a\": \"bees\", \"b\": \"be")
    let table = try program("memory", "search", "test", "bees", "--user", user)
    expect(table, status: 65)
    #expect(table.stdout.contains("bees"), "\(table)")
    let json = try program("memory", "search", "test", "bees", "--all-users", "--json")
    expect(json, status: 65)
    #expect(json.json?["status"] == "error" && json.json?["code"] == "bad_data", "\(json)")
    #expect(json.json?["entries"]?.array?.count == 1, "\(json)")
  }

  @Test func childrenThatWereThereBeforeAreNotEnded() throws {
    // As `exec swarmctl … > >(tee log)`: the shell becomes swarmctl, and its children stay. In
    // sessions of their own, since the test ends what is left of the shell's group.
    let (number, copy) = (program.folder("number"), program.folder("copied"))
    let outcome = try program.shell(
      """
      setsid sleep 60 & echo $! > '\(number)'
      exec swarmctl run test Keep --user \(user) > >(setsid sh -c "cat > '\(copy)'; echo done >> '\(copy)'")
      """)
    expect(outcome, status: 0)
    let text = String(decoding: try FileSystem.read(number), as: UTF8.self)
    let child = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    let state = (try? FileSystem.read("/proc/\(child)/stat")).map {
      String(decoding: $0, as: UTF8.self)
    }
    #expect(state?.contains("(sleep) Z") == false, "\(state ?? "it is gone")")
    kill(child, SIGKILL)
    let deadline = ContinuousClock.now + .seconds(10)
    var copied = ""
    while !copied.hasSuffix("done\n"), ContinuousClock.now < deadline {
      copied = String(decoding: (try? FileSystem.read(copy)) ?? [], as: UTF8.self)
      usleep(10_000)
    }
    #expect(copied == "{\"a\": \"bees\"}\ndone\n")
  }

  @Test(arguments: [false, true])
  func whatChildrenThatWereThereBeforeLeaveBehindIsNotEnded(_ isStartedLate: Bool) throws {
    let waiting = try program.deploy(
      name: "waiting",
      [
        "wait_agent.py": Sources.agent(
          "Wait",
          body: """
            import os, time
                    open(kwargs["up"], "w").close()
                    while not os.path.exists(kwargs["go"]): time.sleep(0.01)
                    return ""
            """)
      ])
    try program.allowMeetings(of: "\(waiting)")
    let (up, go, copy) = (
      program.meeting + "/up", program.meeting + "/go", program.folder("copied")
    )
    // The shell that becomes swarmctl has a child; that starts another one and ends while the agent
    // runs, so the other becomes a child of swarmctl. In a session of their own, since the test ends
    // what is left of the shell's group.
    let waitForAgent = "while [ ! -e '\(up)' ]; do sleep 0.02; done; sleep 0.1"
    let copying = "{ sleep 0.5; cat <&3; echo done > '\(copy)'; } &"
    try program.folder.write(
      "family.sh",
      """
      exec 3<'\(program.folder("pipe"))'
      touch '\(program.folder("ready"))'
      \(isStartedLate ? waitForAgent + "\n" + copying : copying + "\n" + waitForAgent)
      touch '\(go)'
      """)
    let outcome = try program.shell(
      """
      mkfifo '\(program.folder("pipe"))'
      setsid bash '\(program.folder("family.sh"))' &
      exec 4>'\(program.folder("pipe"))'
      while [ ! -e '\(program.folder("ready"))' ]; do sleep 0.02; done
      exec swarmctl run \(waiting) Wait up='\(up)' go='\(go)' >&4
      """)
    expect(outcome, status: 0)
    #expect(eventually("the copy") { FileSystem.statusFollowingLinks(copy) != nil })
  }

  @Test func commandsThatWaitedForASwarmThatWasRemovedSaySo() throws {
    let slow = try program.deploy(
      name: "slow",
      [
        "slow_agent.py": Sources.agent(
          "Slow",
          body: """
            import os, time
                    open(kwargs["up"], "w").close()
                    while not os.path.exists(kwargs["go"]): time.sleep(0.01)
                    return ""
            """)
      ])
    let file = try program.folder.write("import.json", "{\"c\": 1}")
    try program.folder.write("root/swarms/\(slow)/memory/\(user)/memory.json", "{}")
    for (index, words) in [
      ["memory", "wipe", "slow", "--user", user, "--yes", "--json"],
      ["memory", "import", "slow", file, "--user", user, "--yes", "--json"],
    ].enumerated() {
      let (up, go) = (program.folder("up\(index)"), program.folder("go\(index)"))
      let run = try program.start(
        ["run", "slow", "Slow", "up=\(up)", "go=\(go)", "--user", user, "--sandbox", "off"])
      while try FileSystem.status(up) == nil { usleep(1000) }
      let waiting = try program.start(words)
      // It waits in a thread of its own.
      let tasks = "/proc/\(waiting.processID)/task"
      while !waiting.hasEnded, ((try? FileSystem.list(tasks)) ?? []).count < 2 { usleep(1000) }
      let aside = program.folder("aside")
      try FileSystem.rename(layout.swarm(slow), to: aside)
      try program.folder.write("go\(index)", "")
      _ = try run.wait()
      expect(try waiting.wait(), code: .noSuchSwarm)
      try FolderTree.remove(layout.swarm(slow))
      try FileSystem.rename(aside, to: layout.swarm(slow))
    }
  }
}
