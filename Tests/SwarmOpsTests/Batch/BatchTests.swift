import Foundation
import Testing

@testable import SwarmOps

/// `batch` through the built program.
@Suite struct BatchTests {
  @Test func orderIsKeptWithinANamespace() throws {
    let batch = try BatchFixture()
    let input = (0..<60).map { BatchFixture.save("k\($0)", user: $0 % 3) }.joined()
    let outcome = try batch.program("batch", "-", "--jobs", "2", stdin: input)
    expect(outcome, status: 0)
    #expect(outcome.stderr.contains("60 answered, 0 failed"))
    for user in 0..<3 {
      #expect(try batch.memory(user).map(\.key) == (0..<20).map { "k\($0 * 3 + user)" })
    }
  }

  @Test func orderedAnswersKeepTheOrderOfTheRequests() throws {
    let batch = try BatchFixture()
    let slow = BatchFixture.does("import time; time.sleep(0.3)", id: "slow", user: 1)
    let input = slow + BatchFixture.save("quick", user: 2)
    let ordered = try batch.program("batch", "--ordered", "--jobs", "2", stdin: input)
    #expect(batch.answers(ordered).map { $0["id"]?.string } == ["slow", "quick"])
    let free = try batch.program("batch", "--jobs", "2", stdin: input)
    #expect(batch.answers(free).map { $0["id"]?.string } == ["quick", "slow"])
  }

  @Test func badLinesAreAnsweredAndTheOthersGoOn() throws {
    let batch = try BatchFixture()
    let input = """
      not JSON
      []
      {"swarm":"test"}
      {"swarm":"nobody","name":"Save"}
      {"swarm":"test","name":"Sav"}
      {"swarm":"test","name":"Save","user_guid":"x"}
      {"swarm":"test","name":"Save","user_guid":7}
      {"swarm":"test","name":"Save","args":[]}

      """
    let outcome = try batch.program(
      "batch", "--ordered", stdin: input + BatchFixture.save("kept", user: 1))
    expect(outcome, status: 1)
    let answers = batch.answers(outcome)
    #expect(answers.count == 9)
    #expect(answers.prefix(8).allSatisfy { $0["status"]?.string == "error" })
    #expect(answers.prefix(8).map { $0["line"]?.int } == (1...8).map { $0 })
    #expect(answers.last?["output"]?.string == "saved kept")
    #expect(outcome.stderr.contains("9 answered, 8 failed"))
  }

  @Test func idsOfAnyTypeComeBackAsTheyWere() throws {
    let batch = try BatchFixture()
    let ids = ["null", "1.50", "\"a\\u00e9\"", "[1,{\"b\":null}]", "true", "12345678901234567890"]
    let input = ids.map { #"{"id":\#($0),"swarm":"test","name":"Do","args":{"code":""}}"# + "\n" }
    let outcome = try batch.program("batch", "--ordered", stdin: input.joined())
    let values = try ids.map { try JSONValue.parse(Array($0.utf8)) }
    #expect(batch.answers(outcome).map { $0["id"] } == values)
    #expect(outcome.stdout.contains("\"id\":1.50,"))
  }

  @Test func anEmptyInputIsDoneAndSilentOnAnswers() throws {
    let batch = try BatchFixture()
    let outcome = try batch.program("batch", "-", stdin: "")
    expect(outcome, status: 0)
    #expect(outcome.stdout.isEmpty)
    #expect(outcome.stderr == "0 answered, 0 failed\n")
  }

  @Test func anAgentHarmsItsOwnCallAlone() throws {
    let batch = try BatchFixture()
    let memory = "os.environ['BRAINSTEM_MEMORY_PATH']"
    let harms = [
      "raise ValueError('no')", "import sys; sys.exit(0)", "import os; os._exit(0)",
      "import os; os.kill(os.getpid(), 9)", "import os; open(\(memory), 'w').write('{')",
      "import os; os.closerange(3, 2000)", "import time; time.sleep(60)",
    ]
    // After these the process cannot serve another call as if nothing had been.
    let spoils = [
      "import sys; sys.stdout.close()", "import os; os.close(1); os.close(2)",
      "import json, time; json.loads = time.monotonic = None",
      "import subprocess; subprocess.Popen(['sleep', '60'])",
      "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
      "print('x' * 300000)",
    ]
    var input = ""
    for (number, code) in (harms + spoils).enumerated() {
      input += BatchFixture.save("k\(number)", user: 1) + BatchFixture.does(code, user: 1)
    }
    input += BatchFixture.save("last", user: 1)
    let outcome = try batch.program("batch", "--timeout", "1s", stdin: input)
    let failed = batch.answers(outcome).filter { $0["status"]?.string == "error" }
    #expect(failed.map { $0["id"]?.string } == harms, "\(outcome.stdout)")
    #expect(
      try batch.memory(1).map(\.key)
        == (0..<(harms + spoils).count).map { "k\($0)" } + ["last"])
  }

  @Test func nothingOfAUserReachesAnother() throws {
    let batch = try BatchFixture()
    let leave = """
      import os, json, tempfile, builtins
      SEEN.append('secret'); type(self).kept = 'secret'; os.environ['LEFT'] = 'secret'
      os.chdir('/'); json.left = 'secret'; builtins.left = 'secret'; tempfile.tempdir = '/secret'
      """
    let look = """
      import os, json, tempfile, builtins
      out = repr([SEEN, getattr(type(self), 'kept', None), os.environ.get('LEFT'), os.getcwd() == '/',
        hasattr(json, 'left'), hasattr(builtins, 'left'), tempfile.tempdir,
        PATH == os.environ['BRAINSTEM_MEMORY_PATH'] and PATH.split('/')[-2]])
      """
    // Looked at before and after, so that what is the same for everybody is told from what leaks.
    var input = ""
    for user in 1...4 {
      input += BatchFixture.does(look, id: "look \(user)", user: user)
      input += BatchFixture.does(leave, id: "leave \(user)", user: user)
    }
    let answers = batch.answers(try batch.program("batch", "--jobs", "1", stdin: input))
    for user in 1...4 {
      let seen = answers.first { $0["id"]?.string == "look \(user)" }?["output"]?.string ?? ""
      #expect(seen.contains(BatchFixture.user(user)))
      #expect(!seen.contains("secret") && !seen.contains("True"), "\(seen)")
    }
  }

  @Test func filesBesideTheMemoryAreKept() throws {
    let batch = try BatchFixture()
    let code =
      "import os; open(os.path.dirname(os.environ['BRAINSTEM_MEMORY_PATH']) + '/n.txt', 'a').write('x')"
    let input =
      BatchFixture.save("a", user: 1) + BatchFixture.does(code, user: 1)
      + BatchFixture.save("b", user: 1) + BatchFixture.does(code, user: 1)
    expect(try batch.program("batch", stdin: input), status: 0)
    #expect(try batch.memory(1).map(\.key) == ["a", "b"])
    let guid = try #require(GUID(BatchFixture.user(1)))
    let folder = batch.program.store.layout.memory(batch.swarm, .user(guid))
    #expect(try FileSystem.read(folder + "/n.txt") == Array("xx".utf8))
  }

  @Test func failFastBeginsNothingAfterTheFirstFailure() throws {
    let batch = try BatchFixture()
    let input =
      BatchFixture.save("a", user: 1) + BatchFixture.does("raise ValueError", user: 1)
      + (0..<200).map { BatchFixture.save("b\($0)", user: 1) }.joined()
    let outcome = try batch.program("batch", "--fail-fast", "--jobs", "1", stdin: input)
    expect(outcome, status: 1)
    #expect(batch.answers(outcome).count == 2)
    #expect(try batch.memory(1).map(\.key) == ["a"])
  }

  @Test func failFastIsNotHeldUpByTheOrder() throws {
    let batch = try BatchFixture()
    // The first line waits for what the failure must not let happen.
    let marker = batch.program.folder("meeting/made")
    let wait = """
      import os, time
      for _ in range(100):
          if os.path.exists('\(marker)'): break
          time.sleep(0.02)
      """
    let input =
      BatchFixture.does(wait, user: 1) + BatchFixture.does("raise ValueError", user: 2)
      + (0..<100).map { BatchFixture.does("pass", id: "\($0)", user: 10 + $0) }.joined()
      + BatchFixture.does("open('\(marker)', 'w')", user: 500)
    let outcome = try batch.program(
      "batch", "--fail-fast", "--ordered", "--jobs", "2", stdin: input)
    expect(outcome, status: 1)
    #expect(try FileSystem.status(marker) == nil)
    #expect(batch.answers(outcome)[1]["status"]?.string == "error")
  }

  @Test func aFolderIsNoInput() throws {
    let batch = try BatchFixture()
    let outcome = try batch.program("batch", batch.program.root)
    expect(outcome, status: 74)
    #expect(outcome.stderr.contains("\(batch.program.root) is a folder"))
  }

  @Test func shardsTogetherAnswerEveryLineOnce() throws {
    let batch = try BatchFixture()
    let input =
      "bad\n" + #"{"id":"unknown","swarm":"nobody","name":"Save"}"# + "\n"
      + (0..<30).map { BatchFixture.save("k\($0)", user: $0) }.joined()
    var ids: [String] = []
    for shard in ["1/3", "2/3", "3/3"] {
      let outcome = try batch.program("batch", "--shard", shard, stdin: input)
      ids += batch.answers(outcome).map { $0["id"]?.string ?? "line" }
    }
    #expect(ids.sorted() == (["line", "unknown"] + (0..<30).map { "k\($0)" }).sorted())
  }

  @Test func batchesAndRunsOfOneUserLoseNothing() throws {
    let batch = try BatchFixture()
    let first = (0..<40).map { BatchFixture.save("a\($0)", user: 1) }.joined()
    let second = (0..<40).map { BatchFixture.save("b\($0)", user: 1) }.joined()
    let running = [
      try batch.program.start(["batch"], stdin: first),
      try batch.program.start(["batch"], stdin: second),
    ]
    let runs = try (0..<4).map {
      try batch.program.start(["run", "test", "Save", "key=r\($0)", "--user", BatchFixture.user(1)])
    }
    for program in running + runs { expect(try program.wait(), status: 0) }
    #expect(try batch.memory(1).count == 84)
  }

  @Test func aBusyUserHoldsUpNobodyElse() throws {
    let batch = try BatchFixture()
    let holder = try batch.program.start([
      "run", "test", "Do", "code=import time; print('on', flush=True); time.sleep(60)",
      "--user", BatchFixture.user(1),
    ])
    while !holder.stderrSoFar.contains("on") && !holder.hasEnded { usleep(1000) }
    let input = BatchFixture.save("a", user: 1) + BatchFixture.save("b", user: 2)
    let outcome = try batch.program(
      "batch", "--jobs", "1", "--lock-timeout", "300ms", stdin: input)
    holder.signal(SIGTERM)
    expect(try holder.wait(), status: 143)
    let answers = batch.answers(outcome)
    #expect(answers.map { $0["id"]?.string } == ["b", "a"], "\(outcome)")
    #expect(answers.last?["code"]?.string == "busy")
  }
}
