import Foundation
import Testing

@testable import SwarmOps

/// The copies that a batch's agents work on, in memory or on disk.
@Suite struct BatchCopiesTests {
  private static let places: [[String]] = [[], ["--copies-on-disk"]]
  /// Whether a batch keeps copies in memory here.
  private static let usesMemory = VolatileStaging.hasRoom("/dev/shm")

  private func copies(_ batch: BatchFixture, of user: Int) throws -> [String] {
    let guid = try #require(GUID(BatchFixture.user(user)))
    return try ForgetPlaces(layout: batch.program.store.layout, user: guid).inStaging().map(\.path)
  }

  @Test(arguments: places) func copiesAreWhereTheyBelong(options: [String]) throws {
    let batch = try BatchFixture()
    let stream = try BatchConversation(batch.program, options)
    let path = try #require(
      try stream.ask(BatchFixture.does("out = PATH", user: 1))["output"]?.string)
    #expect(path.hasSuffix("/swarms/\(batch.swarm)/memory/\(BatchFixture.user(1))/memory.json"))
    let isBelowRoot = path.hasPrefix(batch.program.store.layout.staging + "/")
    #expect(isBelowRoot || (options.isEmpty && Self.usesMemory))
    if options.isEmpty && Self.usesMemory {
      #expect(path.hasPrefix("/dev/shm/swarmctl-\(geteuid())/"))
    }
    var status = stat()
    let folder = (path as NSString).deletingLastPathComponent
    #expect(stat(folder, &status) == 0 && status.st_mode & 0o777 == 0o700)
    #expect(try stream.end().status == 0)
    #expect(stat(folder, &status) == -1)
  }

  @Test(arguments: places) func aLargeMemoryIsCopiedOnDisk(options: [String]) throws {
    let batch = try BatchFixture()
    let text = String(repeating: "x", count: VolatileStaging.largestMemory)
    let fill = "import json; json.dump({'x': '\(text)'}, open(PATH, 'w'))"
    expect(
      try batch.program(
        "run", "test", "Do", "--args", "-", "--user", BatchFixture.user(1),
        stdin: Sources.text([
          "code": .string("import os; PATH = os.environ['BRAINSTEM_MEMORY_PATH'];" + fill)
        ])),
      status: 0)
    let outcome = try batch.program("batch", stdin: BatchFixture.does("out = PATH", user: 1))
    expect(outcome, status: 0)
    let path = try #require(batch.answers(outcome).first?["output"]?.string)
    #expect(path.hasPrefix(batch.program.store.layout.staging + "/"))
  }

  @Test(arguments: places) func whatIsWrittenToMappedPagesIsSaved(options: [String]) throws {
    let batch = try BatchFixture()
    let stream = try BatchConversation(batch.program, options)
    for number in 1...4 {
      // After a while a copy is known by its times, which such a write changes once.
      let write = """
        import mmap, os, time
        if not SEEN:
            with open(PATH, "w") as file: file.write('{"n": 0}')
            with open(PATH, "r+b") as file: SEEN.append(mmap.mmap(file.fileno(), 0))
        time.sleep(0.03)
        SEEN[0][6:7] = b"\(number)"
        """
      let answer = try stream.ask(BatchFixture.does(write, user: 1))
      #expect(answer["committed"]?.bool == true, "\(answer)")
      #expect(try batch.memory(1)["n"]?.int == number)
    }
    #expect(try stream.end().status == 0)
  }

  /// Wherever an agent keeps the file: Python would write it out at its end.
  @Test(arguments: [
    "SEEN.append(file)", "SEEN.append({'file': file})", "list = [file]; list.append(list)",
    "import io; io.kept = file",
    "import atexit; atexit.register(file.write, ' '); SEEN.append(file)",
  ])
  func whatIsLeftInAnOpenFileIsSaved(keeping: String) throws {
    let batch = try BatchFixture()
    let code = "file = open(PATH, 'w'); file.write('{\"n\": 1}'); " + keeping
    expect(
      try batch.program("run", "test", "Do", "code=" + code, "--user", BatchFixture.user(1)),
      status: 0)
    expect(try batch.program("batch", stdin: BatchFixture.does(code, user: 2)), status: 0)
    for user in 1...2 { #expect(try batch.memory(user)["n"]?.int == 1, "\(user)") }
  }

  @Test func aFileLeftOpenIsWrittenWhereNoModuleIsLeft() throws {
    let batch = try BatchFixture()
    let code = """
      import sys; file = open(PATH, 'w'); file.write('{"n": 1}'); SEEN.append(file)
      sys.modules.clear()
      """
    expect(
      try batch.program("run", "test", "Do", "code=" + code, "--user", BatchFixture.user(1)),
      status: 0)
    expect(try batch.program("batch", stdin: BatchFixture.does(code, user: 2)), status: 0)
    for user in 1...2 { #expect(try batch.memory(user)["n"]?.int == 1, "\(user)") }
  }

  @Test func aFileLeftOpenThatCannotBeWrittenFailsTheCall() throws {
    let batch = try BatchFixture()
    // Less than Python writes at once, and more than the file may hold.
    let code = """
      import os; file = open(os.path.dirname(PATH) + '/notes.txt', 'w')
      file.write('x' * 7000); SEEN.append(file)
      """
    let words = ["--max-disk", "4K"]
    let run = try batch.program.start(
      ["run", "test", "Do", "code=" + code, "--user", BatchFixture.user(1)] + words
    ).wait()
    #expect(run.status == 77 && run.stderr.contains("--max-disk"), "\(run)")
    let outcome = try batch.program.start(
      ["batch"] + words, stdin: BatchFixture.does(code, user: 2)
    ).wait()
    expect(outcome, status: 1)
    #expect(batch.answers(outcome).first?["code"]?.string == "refused", "\(outcome)")
    for user in 1...2 {
      let namespace = Namespace.user(try #require(GUID(BatchFixture.user(user))))
      let folder = batch.program.store.layout.memory(batch.swarm, namespace)
      #expect(try FileSystem.status(folder) == nil)
    }
  }

  @Test(arguments: places) func filesBesideTheMemoryComeOver(options: [String]) throws {
    let batch = try BatchFixture()
    let write = """
      import os; os.makedirs(os.path.dirname(PATH) + '/notes/deep')
      open(os.path.dirname(PATH) + '/notes/deep/a.txt', 'w').write('text')
      """
    let link = "import os; os.symlink('/etc/passwd', os.path.dirname(PATH) + '/link')"
    let stream = try BatchConversation(batch.program, options)
    #expect(try stream.ask(BatchFixture.save("a", user: 1))["status"]?.string == "ok")
    #expect(try stream.ask(BatchFixture.does(write, user: 1))["status"]?.string == "ok")
    #expect(try stream.ask(BatchFixture.does(link, user: 2))["code"]?.string == "refused")
    #expect(try stream.ask(BatchFixture.save("b", user: 2))["status"]?.string == "ok")
    #expect(try stream.end().status == 1)
    let user = try #require(GUID(BatchFixture.user(1)))
    let folder = batch.program.store.layout.memory(batch.swarm, .user(user))
    #expect(try FileSystem.read(folder + "/notes/deep/a.txt") == Array("text".utf8))
    #expect(try batch.memory(1).map(\.key) == ["a"])
    #expect(try batch.memory(2).map(\.key) == ["b"])
  }

  @Test(arguments: places) func forgettingTakesTheCopyOfABatchThatWaits(options: [String]) throws {
    let batch = try BatchFixture()
    let stream = try BatchConversation(batch.program, options)
    _ = try stream.ask(BatchFixture.save("a", user: 1))
    _ = try stream.ask(BatchFixture.does("pass", user: 2))
    #expect(try copies(batch, of: 1).count == 1 && copies(batch, of: 2).count == 1)
    for user in [1, 2] {
      let forgotten = try batch.program(
        "memory", "forget", "--user", BatchFixture.user(user), "--yes", "--json")
      expect(forgotten, status: 0)
      #expect(forgotten.json?["remaining"]?.array?.isEmpty ?? false, "\(forgotten)")
      #expect(try copies(batch, of: user) == [])
    }
    #expect(try stream.ask(BatchFixture.save("b", user: 1))["status"]?.string == "ok")
    #expect(try stream.ask(BatchFixture.save("c", user: 2))["status"]?.string == "ok")
    #expect(try stream.end().status == 0)
    #expect(try batch.memory(1).map(\.key) == ["b"])
    #expect(try batch.memory(2).map(\.key) == ["c"])
  }

  @Test(arguments: places) func wipingAndRemovingTakeTheCopiesOfABatchThatWaits(options: [String])
    throws
  {
    let batch = try BatchFixture()
    let stream = try BatchConversation(batch.program, options)
    for user in [1, 2] { _ = try stream.ask(BatchFixture.save("a", user: user)) }
    func left() throws -> [Int] { try [1, 2].filter { try !copies(batch, of: $0).isEmpty } }
    #expect(try left() == [1, 2])
    expect(
      try batch.program("memory", "wipe", "test", "--user", BatchFixture.user(1), "--yes"),
      status: 0)
    #expect(try left() == [2])
    #expect(try stream.ask(BatchFixture.save("b", user: 1))["status"]?.string == "ok")
    #expect(try batch.memory(1).map(\.key) == ["b"])
    expect(
      try batch.program(
        "memory", "wipe", "test", "--user", BatchFixture.user(2), "--entry", "a", "--yes"),
      status: 0)
    #expect(try left() == [1])
    expect(try batch.program("memory", "wipe", "test", "--all-users", "--yes"), status: 0)
    #expect(try left() == [])
    #expect(try stream.ask(BatchFixture.save("c", user: 2))["status"]?.string == "ok")
    #expect(try batch.memory(2).map(\.key) == ["c"])
    expect(try batch.program("remove", "test", "--yes"), status: 0)
    #expect(try left() == [])
    #expect(try stream.ask(BatchFixture.save("d", user: 2))["code"]?.string == "no_such_swarm")
    #expect(try stream.end().status == 1)
  }

  @Test(arguments: places) func aKilledBatchLeavesNothingForLong(options: [String]) throws {
    let batch = try BatchFixture()
    for sweeps in [["run", "test", "Do", "code=pass"], ["memory", "forget", "--yes", "--user"]] {
      let stream = try BatchConversation(batch.program, options)
      _ = try stream.ask(BatchFixture.save("a", user: 1))
      stream.signal(SIGKILL)
      #expect(try stream.end().status == -SIGKILL)
      #expect(try copies(batch, of: 1).count == 1)
      let words = sweeps.last == "--user" ? sweeps + [BatchFixture.user(1)] : sweeps
      expect(try batch.program.start(words).wait(), status: 0)
      #expect(try copies(batch, of: 1) == [])
    }
  }
}
