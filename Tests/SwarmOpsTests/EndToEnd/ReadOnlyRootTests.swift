import Foundation
import Testing

@testable import SwarmOps

/// A root that may be read and not written: another user's, or on a file system mounted read-only.
@Suite struct ReadOnlyRootTests {
  private static let user = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"

  private static let reading = [
    "list", "inspect test", "users", "users test --entries", "export test", "completion bash",
    "memory show test --user \(user)", "memory search test word --all-users",
    "memory export test --all-users", "memory wipe test --user \(user) --dry-run",
    "memory forget --user \(user) --dry-run", "remove test --dry-run", "deploy BUNDLE --dry-run",
    "agents test", "agents test --check",
  ]
  private static let writing = [
    "run test Keep key=b", "context test", "memory wipe test --user \(user) --yes",
    "deploy BUNDLE", "remove test --yes",
  ]

  /// A root with one swarm and one user's memory, and a script that calls `$2` with words.
  private static func program() throws -> Program {
    var program = try Program()
    try program.deploy(["keep_agent.py": Sources.keep])
    expect(try program("run", "test", "Keep", "key=a", "text=word", "--user", user), status: 0)
    try FileManager.default.createDirectory(
      atPath: program.folder("tmp"), withIntermediateDirectories: true)
    program.environment["TMPDIR"] = program.folder("tmp")
    return program
  }

  /// Runs every command one after the other, each status on a line of its own.
  private static func outcome(_ program: Program, before: String, under words: [String]) throws
    -> Program.Outcome
  {
    let calls = (reading + writing + ["doctor"]).map { words in
      "$1 \(words.replacing("BUNDLE", with: "bundles/test")) >out 2>err; echo \"$? \(words)\"; "
        + "cat err >&2"
    }
    let script = (["cd \"$2\"", before] + calls).joined(separator: "\n")
    return try program.start(
      Array(words.dropFirst()) + ["/bin/sh", "-c", script, "-", Program.path, program.folder.path],
      executable: words[0]
    ).wait()
  }

  private static func check(_ outcome: Program.Outcome, _ program: Program) throws {
    let lines = outcome.stdout.split(separator: "\n").map(String.init)
    #expect(
      lines == reading.map { "0 \($0)" } + writing.map { "74 \($0)" } + ["2 doctor"], "\(outcome)")
    #expect(try FileSystem.list(program.folder("tmp")) == [], "\(outcome)")
  }

  @Test func anotherUsersRootCanBeLookedAt() throws {
    let program = try Self.program()
    let entries = try FolderTree.entries(of: program.root)
    // What the catalog remembers must not be what makes it work.
    try FolderTree.remove(program.store.layout.cache)
    for path in [program.root] + entries.map({ program.root + "/" + $0.path.text }) {
      chmod(path, FileSystem.statusFollowingLinks(path)?.kind == .folder ? 0o500 : 0o400)
    }
    let before = try program.folder.snapshot(excluding: "out")
    let outcome = try Self.outcome(program, before: "", under: Unprivileged.words)
    try Self.check(outcome, program)
    let after = try program.folder.snapshot(excluding: "out")
    #expect(after.filter { $0.key != "err" } == before, "\(outcome)")
  }

  @Test(
    .enabled(if: Machine.mounting != nil, "needs the right to mount"), arguments: [true, false])
  func aRootThatIsMountedReadOnlyCanBeLookedAt(hasState: Bool) throws {
    let program = try Self.program()
    if !hasState { try FolderTree.remove(program.root + "/.swarmctl") }
    let outcome = try Self.outcome(
      program, before: "mount --bind root root && mount -o remount,bind,ro root || exit 9",
      under: try #require(Machine.mounting))
    // Without privileges, a mount of the machine may not be made again with fewer rights.
    if outcome.status == 9 { return }
    try Self.check(outcome, program)
  }
}
