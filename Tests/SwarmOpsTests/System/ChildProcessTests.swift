import Foundation
import Testing

@testable import SwarmOps

@Suite struct ChildProcessTests {
  private func start(_ script: String, _ descriptors: [Int32?] = [nil, nil, nil]) throws
    -> ChildProcess
  {
    try ChildProcess(
      "/bin/sh", arguments: ["-c", script], environment: ["PATH": "/usr/bin:/bin"],
      descriptors: descriptors)
  }

  private func ended(_ child: ChildProcess) -> ChildProcess.Termination? {
    #expect(eventually("the end of the child") { child.hasEnded })
    return child.end()
  }

  @Test func howAChildEndsIsAResult() throws {
    #expect(ended(try start("exit 3")) == .exited(3))
    #expect(ended(try start("kill -9 $$")) == .killed(SIGKILL))
    #expect(throws: SwarmError.self) {
      try ChildProcess("/nonexistent", arguments: [], environment: [:], descriptors: [])
    }
  }

  @Test func aChildHasTheDescriptorsItWasGivenAndNoOthers() throws {
    let folder = try TemporaryFolder()
    let output = try FileSystem.open(folder("out"), O_WRONLY | O_CREAT)
    // Open and not close-on-exec, as a careless library would leave it.
    let leaked = dup2(output.number, 200)
    defer { close(leaked) }
    #expect(ended(try start("ls /proc/self/fd", [nil, output.number, nil])) == .exited(0))
    let listed = try String(contentsOfFile: folder("out"), encoding: .utf8)
    // The last one is that of ls, looking.
    #expect(listed.split(separator: "\n").sorted() == ["0", "1", "2", "3"])
  }

  @Test func endingAChildEndsItsGroup() throws {
    let folder = try TemporaryFolder()
    let child = try start("(trap '' TERM; echo $$ > \(folder("up")); exec sleep 600) & wait")
    #expect(eventually("the group") { FileSystem.statusFollowingLinks(folder("up")) != nil })
    let group = child.id
    child.end()
    #expect(eventually("the end of the group") { kill(-group, 0) == -1 && errno == ESRCH })
  }

  @Test func endingAdoptedChildrenLeavesThoseStartedHere() throws {
    // Without adoptOrphans, as in this process, it touches nothing at all.
    let child = try start("exec sleep 600")
    ProcessTree.endAdoptedChildren()
    #expect(!child.hasEnded)
    #expect(ChildProcess.living.withLock { $0.contains(child.id) })
    child.end()
    #expect(!ChildProcess.living.withLock { $0.contains(child.id) })
  }

  /// A child whose group lives on without it, as an innocent group would that has its number by now.
  private func childBesideAnother(_ folder: TemporaryFolder) throws -> (ChildProcess, pid_t) {
    let child = try start("sleep 600 & echo $! > '\(folder("number"))'")
    #expect(eventually("the end of the child") { child.hasEnded })
    let text = String(decoding: try FileSystem.read(folder("number")), as: UTF8.self)
    let other = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(getpgid(other) == child.id)
    return (child, other)
  }

  @Test func nothingIsSignalledOnceSomebodyElseHasCollectedTheChild() throws {
    let folder = try TemporaryFolder()
    let (child, innocent) = try childBesideAnother(folder)
    defer { kill(innocent, SIGKILL) }
    var status: Int32 = 0
    #expect(waitpid(child.id, &status, 0) == child.id)
    child.signalGroup(SIGKILL)
    #expect(child.end() == .lost)
    child.signalGroup(SIGKILL)
    #expect(child.hasEnded)
    #expect(!ChildProcess.living.withLock { $0.contains(child.id) })
    // A signal is delivered at once; one that ends a process takes its command line away.
    usleep(50_000)
    let line = try FileSystem.read("/proc/\(innocent)/cmdline")
    #expect(String(decoding: line, as: UTF8.self).contains("600"))
  }
}
