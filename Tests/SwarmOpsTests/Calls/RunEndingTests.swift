import Foundation
import Testing

@testable import SwarmOps

@Suite struct RunEndingTests {
  private static let stubborn = """
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP): signal.signal(number, lambda *_: None)

    """
  /// Leaves a process in a session of its own, its parent dead.
  private static let daemon = """
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in (signal.SIGTERM, signal.SIGHUP): signal.signal(number, signal.SIG_IGN)
            touch('daemon', str(os.getpid()))
            while True: time.sleep(60)
        os._exit(0)
    wait('daemon')

    """
  private static let change = "open(path, 'w').write('{\"changed\": true}')\n"
  private static let sleep = "touch('agent', str(os.getpid()))\nwhile True: time.sleep(60)"

  private static func expectGone(_ swarm: ScriptedSwarm, _ names: String...) throws {
    for name in names {
      let process = try #require(Int32(try swarm.text(name)))
      #expect(eventually("the end of the \(name)") { !lives(process) })
    }
  }

  @Test func theTimeoutEndsEvenAnAgentThatWillNotAndAllThatItStarted() throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember("{}")
    let outcome = try swarm.run(
      Self.stubborn + Self.daemon + Self.change + Self.sleep, "--timeout", "1s")
    expect(outcome, code: .timeout)
    // Not eventually: when swarmctl has ended, they have.
    for name in ["agent", "daemon"] {
      let process = try #require(Int32(try swarm.text(name)))
      #expect(!lives(process), "\(name)")
    }
    #expect(try swarm.memory() == "{}")
    #expect(try swarm.staged() == [])
  }

  @Test(arguments: [
    "os.setpgid(0, os.getpgid(os.getppid()))",  // hides in swarmctl's own group
    "subprocess.Popen(['/bin/sh', '-c', 'trap \"\" TERM; while :; do sleep 60; done'])",
    "os.kill(os.getpid(), signal.SIGSTOP)",
  ])
  func theTimeoutHoldsWhateverTheAgentDoes(code: String) throws {
    let swarm = try ScriptedSwarm()
    let outcome = try swarm.run(
      "touch('agent', str(os.getpid()))\n\(code)\nwhile True: time.sleep(60)", "--timeout", "1s")
    expect(outcome, code: .timeout)
    try Self.expectGone(swarm, "agent")
  }

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
  func aSignalEndsTheWholeGroupAndChangesNothing(signal: Int32, status: Int32) throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember("{}")
    let running = try swarm.start(Self.daemon + Self.change + Self.sleep)
    _ = try swarm.text("agent")
    running.signal(signal)
    expect(try running.wait(), status: status)
    try Self.expectGone(swarm, "agent", "daemon")
    #expect(try swarm.memory() == "{}")
    #expect(try swarm.staged() == [])
  }

  @Test(.enabled(if: Machine.canGiveFilesAway, "needs root and setpriv"))
  func anAgentThatBecomesAnotherUsersProcessIsNotWaitedFor() throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember(#"{"a": 1}"#)
    // As `sudo` does: a program of another user, with its set-user-ID bit, makes the user its own.
    let program = swarm.program.folder("meeting/other")
    try FileManager.default.copyItem(atPath: Machine.setpriv, toPath: program)
    #expect(chown(program, 65534, 65534) == 0 && chmod(program, 0o4755) == 0)
    let code =
      "touch('pid', str(os.getpid())); os.execv(folder + '/other', ['setpriv', "
      + "'--ruid=65534', '/bin/sleep', '600'])"
    let words = Unprivileged.words
    let running = try swarm.program.start(
      Array(words.dropFirst()) + [Program.path]
        + swarm.words(code, ["--timeout", "4s", "--sandbox", "off"]),
      executable: words[0])
    let process = try #require(Int32(try swarm.text("pid")))
    defer { kill(process, SIGKILL) }
    let outcome = try running.wait()
    // Its descriptors are closed, which may be noticed first.
    #expect(["timeout", "agent_failed"].contains(outcome.json?["code"]?.string), "\(outcome)")
    #expect(lives(process), "\(outcome)")
    #expect(try swarm.memory() == #"{"a": 1}"#)
    expect(try swarm.run("pass"), status: 0)
    #expect(try swarm.staged() == [])
  }

  @Test(arguments: [
    "deploy FOLDER -o json", "deploy FOLDER -o json --dry-run", "context said -o json",
  ])
  func aSignalWhileAgentsLoadOrSpeakIsOneDocumentAndLeavesNothing(_ line: String) throws {
    var program = try Program()
    program.environment["SWARMCTL_SANDBOX"] = "off"
    let mark = program.folder("mark")
    let stop = "open('\(mark)', 'w').close(); import time; time.sleep(60)"
    try program.deploy(
      name: "said",
      [
        "a_agent.py": Sources.agent("A", body: "return ''")
          + "\n    def system_context(self):\n        \(stop)\n"
      ])
    let file = try program.folder.write("stuck/a_agent.py", stop)
    try program.folder.write("temporary/kept", "")
    let words = line.split(separator: " ").map {
      $0 == "FOLDER" ? (file as NSString).deletingLastPathComponent : String($0)
    }
    let running = try program.start(
      words, environment: ["TMPDIR": program.folder("temporary")])
    try #require(eventually("the agent") { FileSystem.statusFollowingLinks(mark) != nil })
    running.signal(SIGINT)
    expect(try running.wait(), code: .interrupted)
    #expect(try FileSystem.list(program.folder("temporary")) == ["kept"])
    #expect(try FileSystem.list(program.store.layout.staging) == [])
  }

  @Test func whatAnAgentLeavesBehindEndsWithTheRun() throws {
    let swarm = try ScriptedSwarm()
    let outcome = try swarm.run(Self.daemon + Self.change)
    expect(outcome, status: 0)
    #expect(!lives(try #require(Int32(try swarm.text("daemon")))))
    #expect(try swarm.memory() == #"{"changed": true}"#)
  }

  @Test(arguments: [
    "", "os.closerange(3, 21)\n", "subprocess.Popen(['/bin/sleep', '60'], close_fds=False)\n",
  ])
  func noAgentOutlivesAKilledSwarmctl(code: String) throws {
    let swarm = try ScriptedSwarm()
    let running = try swarm.start(Self.stubborn + code + Self.sleep)
    let agent = try #require(Int32(try swarm.text("agent")))
    running.signal(SIGKILL)
    _ = try running.wait()
    #expect(eventually("the end of Python") { !lives(agent) })
  }

  @Test func anAgentThatClosesEveryDescriptorIsAnErrorAndNoHang() throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember("{}")
    let outcome = try swarm.run(Self.change + "os.closerange(0, 4096)\n" + Self.sleep)
    // Its folder may be closed too, so that it ends by an exception or is ended.
    expect(outcome, code: .agentFailed)
    #expect(try swarm.memory() == "{}")
  }

  @Test(arguments: [
    "os.close(1); os.close(2)", "sys.stdout.close()", "sys.stdout = sys.stderr = None",
    "import threading\nthreading.Thread(target=lambda: time.sleep(600)).start()",
    "import atexit\natexit.register(lambda: 1 / 0)",
    "subprocess.Popen(['/bin/sh', '-c', 'sleep 600 & sleep 600'], start_new_session=True)",
    "print('x' * 200000)", "sys.stdin.read()", "signal.alarm(0); os.nice(1)",
  ])
  func whatDoesNotConcernTheResultDoesNotStopIt(code: String) throws {
    let swarm = try ScriptedSwarm()
    let outcome = try swarm.run(Self.change + code, "--timeout", "60s")
    expect(outcome, status: 0)
    #expect(outcome.json?["output"]?.string == "ok", "\(outcome)")
    #expect(try swarm.memory() == #"{"changed": true}"#)
  }

  @Test(arguments: [
    "while True: os.write(1, b'x' * 65536)", "for _ in range(1600): os.write(2, b'x' * 65536)",
    "result = 'x' * (65 << 20)", "result = {'x': 'y' * (65 << 20)}",
    "if os.fork() == 0:\n  os.setsid()\n  while True: os.write(1, b'x' * 65536)\ntime.sleep(600)",
  ])
  func outputWithoutEndIsAClearErrorInBoundedMemory(code: String) throws {
    let swarm = try ScriptedSwarm()
    try swarm.remember("{}")
    let outcome = try swarm.program.start(
      ["-c", "ulimit -v 4000000; exec \"$@\" 2>/dev/null", "-", Program.path]
        + swarm.words(Self.change + code), executable: "/bin/bash"
    ).wait()
    expect(outcome, code: .agentFailed)
    #expect(outcome.stdout.contains("more than 64 MiB"), "\(outcome)")
    #expect(try swarm.memory() == "{}")
  }

  @Test func standardOutputThatIsGoneEndsNothingHalfway() throws {
    let swarm = try ScriptedSwarm()
    try swarm.program.folder.write(
      "call",
      """
      exec swarmctl run \(swarm.swarm) Script folder=/ "code=open(path, 'w').write('[$1]'); \
      print('y' * 1000000, flush=True); result = 'x' * 1000000"
      """)
    let call = "bash \(swarm.program.folder("call"))"
    _ = try swarm.program.shell("\(call) 1 2>/dev/null | head -c 10")
    #expect(try swarm.memory() == "[1]")
    let closed = try swarm.program.shell("\(call) 2 >&- 2>/dev/null")
    #expect(closed.status == 0 || closed.status == 74, "\(closed)")
    #expect(try swarm.memory() == "[2]")
    let silent = try swarm.program.shell("\(call) 3 2>&- >/dev/null")
    expect(silent, status: 0)
    #expect(try swarm.memory() == "[3]")
    _ = try swarm.program.shell("\(call) 4 2>&1 >/dev/null | head -c 10")
    #expect(try swarm.memory() == "[4]")
    expect(try swarm.program.shell("\(call) 5 <&- >&- 2>&-"), status: closed.status)
    #expect(try swarm.memory() == "[5]")
  }

  @Test(arguments: [("--timeout", "1s", 0, 124), ("--timeout", "0", SIGTERM, 143)])
  func aReaderThatStandsStillHoldsUpTheAgentAndNothingElse(
    option: String, value: String, signal: Int32, status: Int32
  ) throws {
    let swarm = try ScriptedSwarm()
    // Nobody reads the FIFO; its own writer keeps it open.
    let running = try swarm.program.start(
      [
        "-c",
        #"mkfifo "$0"; exec 9<>"$0"; exec "$@" 2>&9"#,
        swarm.program.folder("fifo"), Program.path,
      ] + swarm.words("touch('here')\nwhile True: print('x' * 1000)", [option, value]),
      executable: "/bin/bash")
    _ = try swarm.text("here")
    if signal != 0 { running.signal(signal) }
    expect(try running.wait(), status: status)
    expect(try swarm.run("pass", "--lock-timeout", "0"), status: 0)
  }

  @Test func aParentThatIgnoresItsChildrenDoesNotDisturb() throws {
    let swarm = try ScriptedSwarm()
    let outcome = try swarm.program.start(
      ["-c", "trap '' CHLD; exec \"$@\"", "-", Program.path] + swarm.words(Self.change),
      executable: "/bin/bash"
    ).wait()
    expect(outcome, status: 0)
    #expect(try swarm.memory() == #"{"changed": true}"#)
  }
}
