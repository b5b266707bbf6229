import Foundation
import Testing

@testable import SwarmOps

/// What the sandbox allows, refuses and says.
@Suite struct SandboxTests {
  private let swarm: ScriptedSwarm
  private var program: Program { swarm.program }

  init() throws { swarm = try ScriptedSwarm() }

  /// Runs code without the place where agents and tests meet.
  private func run(
    _ code: String, _ more: String..., environment: [String: String] = [:]
  ) throws -> Program.Outcome {
    try program.start(
      ["run", "test", "Script", "folder=x", "code=" + code, "--json"] + more,
      environment: environment
    ).wait()
  }

  private func output(_ outcome: Program.Outcome) -> String? { outcome.json?["output"]?.string }

  // MARK: Environment

  @Test func agentsSeeTheVariablesOfTheTableAndNoOthers() throws {
    let outcome = try run(
      "result = ' '.join(sorted(os.environ))",
      environment: [
        "USER": "u", "LOGNAME": "u", "SHELL": "/bin/sh", "TERM": "dumb", "TZ": "UTC",
        "LC_ALL": "C.UTF-8", "SECRET_TOKEN": "hidden", "AWS_PROFILE": "hidden", "PYTHONPATH": "/x",
      ])
    let names = Set((output(outcome) ?? "").split(separator: " ").map(String.init))
    #expect(
      names.subtracting(["SWARMCTL_HOST_STATE"]) == [
        "BRAINSTEM_MEMORY_PATH", "HOME", "LANG", "LC_ALL", "LOGNAME", "PATH", "SHELL", "TERM",
        "TMPDIR", "TZ", "USER",
      ])
  }

  @Test func aWithheldVariableIsNamedAndCanBePassed() throws {
    let code = "result = os.environ['SECRET_TOKEN']"
    let secret = ["SECRET_TOKEN": "hidden-value"]
    let refused = try run(code, environment: secret)
    expect(refused, code: .refused)
    #expect(refused.stdout.contains("--pass-env SECRET_TOKEN"), "\(refused)")
    #expect(!refused.stdout.contains("hidden-value") && !refused.stderr.contains("hidden-value"))
    let passed = try run(code, "--pass-env", "SECRET_TOKEN", environment: secret)
    #expect(output(passed) == "hidden-value", "\(passed)")
    let quiet = try run("result = os.environ.get('SECRET_TOKEN', 'none')", environment: secret)
    #expect(output(quiet) == "none")
    #expect(quiet.stdout.contains("--pass-env SECRET_TOKEN"), "\(quiet)")
    expect(try run(code), code: .agentFailed)
  }

  @Test func declaredVariablesAreForTheAgentThatDeclaresThem() throws {
    let body = "import os; return os.environ.get('DECLARED_KEY', 'none')"
    try program.deploy(
      name: "keys",
      [
        "with_agent.py": "__manifest__ = {'requires_env': ['DECLARED_KEY']}\n"
          + Sources.agent("With", body: body),
        "without_agent.py": Sources.agent("Without", body: body),
      ])
    let shown = try program("deploy", program.folder("bundles/keys"))
    #expect(shown.stdout.contains("sees DECLARED_KEY"), "\(shown)")
    let key = ["DECLARED_KEY": "value"]
    func says(_ agent: String, _ more: String...) throws -> String? {
      output(try program.start(["run", "keys", agent, "--json"] + more, environment: key).wait())
    }
    #expect(try says("With") == "value")
    #expect(try says("Without") == "none")
    #expect(try says("With", "--sandbox", "strict") == "none")
    #expect(try says("Without", "--sandbox", "off") == "value")
    let names = ["Without", "With", "Without", "With"]
    let lines = names.map { #"{"swarm": "keys", "name": "\#($0)"}"# }.joined(separator: "\n")
    let batch = try program("batch", "--ordered", "--jobs", "1", stdin: lines, environment: key)
    let said = try batch.stdout.split(separator: "\n").map {
      try JSONValue.parse(Array($0.utf8))["output"]?.string
    }
    #expect(said == ["none", "value", "none", "value"], "\(batch)")
  }

  @Test func anAgentThatNeedsItsVariableToLoadIsGivenIt() throws {
    try program.folder.write(
      "early/early_agent.py",
      "__manifest__ = {'requires_env': ['EARLY_KEY']}\nimport os\nKEY = os.environ['EARLY_KEY']\n"
        + Sources.agent("Early", body: "return KEY"))
    let outcome = try program(
      "deploy", program.folder("early"), "--strict", environment: ["EARLY_KEY": "there"])
    expect(outcome, status: 0)
    let run = try program("run", "early", "Early", environment: ["EARLY_KEY": "there"])
    #expect(run.stdout == "there\n", "\(run)")
  }

  // MARK: Files

  @Test(.enabled(if: Fence.possible.landlock > 0))
  func aRefusedFileIsNamedWithTheOptionThatAllowsIt() throws {
    let file = try program.folder.write("home/data/list.txt", "entries")
    let code = "result = open('\(file)').read()"
    let refused = try run(code)
    expect(refused, code: .refused)
    #expect(refused.stdout.contains("--allow-read \(file)"), "\(refused)")
    for allowed in [file, program.folder("home/data")] {
      #expect(output(try run(code, "--allow-read", allowed)) == "entries")
    }
    let write = "open('\(file)', 'a').write('more')"
    let unwritten = try run(write, "--allow-read", file)
    expect(unwritten, code: .refused)
    #expect(unwritten.stdout.contains("--allow-write \(file)"), "\(unwritten)")
    expect(try run(write, "--allow-write", file), status: 0)
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "entriesmore")
    let swallowed = try run("try: open('\(file)')\nexcept OSError: result = 'went on'")
    #expect(output(swallowed) == "went on")
    #expect(swallowed.stdout.contains("--allow-read \(file)"), "\(swallowed)")
    let missing = try run(
      "result = str(os.path.exists('\(file)x'))\ntry: open('\(file)x')\nexcept OSError: pass")
    #expect(!missing.stdout.contains("--allow"), "\(missing)")
  }

  @Test func theTemporaryFolderIsPrivateAndGoneAfterwards() throws {
    let code = """
      import tempfile
      with tempfile.NamedTemporaryFile("w", delete=False) as file: file.write("x")
      result = file.name
      """
    let first = try #require(output(try run(code)))
    #expect(first.hasPrefix(swarm.layout.staging))
    #expect(FileSystem.statusFollowingLinks(first) == nil)
    let line = Sources.text([
      "swarm": "test", "name": "Script", "args": ["folder": "x", "code": .string(code)],
    ])
    let batch = try program("batch", stdin: "\(line)\n\(line)\n")
    let folders = try batch.stdout.split(separator: "\n").map {
      let name = try JSONValue.parse(Array($0.utf8))["output"]?.string ?? ""
      #expect(FileSystem.statusFollowingLinks(name) == nil)
      return (name as NSString).deletingLastPathComponent
    }
    #expect(Set(folders).count == 2, "\(batch)")
  }

  @Test func pathsThatMustNotBeAllowedAreRefused() throws {
    let inside = program.folder("root/swarms")
    try FileManager.default.createSymbolicLink(
      atPath: program.folder("link"), withDestinationPath: program.root)
    for path in [
      "/", program.root, inside, program.folder.path, program.folder("link"), "/nowhere/at/all",
    ] {
      for option in ["--allow-read", "--allow-write"] {
        expect(try run("pass", option, path), code: .usage)
      }
    }
    expect(try run("pass", "--sandbox", "none"), code: .usage)
    expect(try run("pass", "--pass-env", "A=b"), code: .usage)
  }

  // MARK: Levels

  @Test func strictHasNoNetworkAndStandardHas() throws {
    let code = """
      import socket, threading
      server = socket.create_server(("127.0.0.1", 0))
      client = socket.create_connection(server.getsockname())
      result = client.getpeername()[0]
      """
    #expect(output(try run(code)) == "127.0.0.1")
    let strict = try run(code, "--sandbox", "strict")
    expect(strict, code: .refused)
    #expect(strict.stdout.contains("--sandbox"), "\(strict)")
    let pairs =
      "import asyncio, socket; a, b = socket.socketpair(); a.send(b'x'); result = str(b.recv(1))"
    #expect(output(try run(pairs, "--sandbox", "strict")) == "b'x'")
  }

  @Test func offIsAsBefore() throws {
    let file = try program.folder.write("home/file", "content")
    let code = "result = open('\(file)').read() + os.environ['SECRET']"
    let outcome = try run(code, "--sandbox", "off", environment: ["SECRET": "!"])
    #expect(output(outcome) == "content!", "\(outcome)")
  }

  @Test func theLevelReachedIsInTheEnvelopeWithDebug() throws {
    let outcome = try run("pass", "--debug")
    #expect(outcome.json?["sandbox"]?["level"] == "standard", "\(outcome)")
    #expect(
      outcome.json?["sandbox"]?["landlock"]?.int == Fence.possible.landlock, "\(outcome)")
    #expect(try run("pass").json?["sandbox"] == nil)
    #expect(try run("pass", "--debug", "--sandbox", "off").json?["sandbox"]?["level"] == "off")
  }

  @Test(.enabled(if: Machine.hasStrace)) func withoutLandlockStrictRefusesAndStandardGoesOn() throws
  {
    let words = [
      "/usr/bin/strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=landlock_create_ruleset",
      "-e", "inject=landlock_create_ruleset:error=ENOSYS",
    ]
    let more = ["run", "test", "Script", "folder=x", "code=result = 'ran'", "--json"]
    func under(_ level: String) throws -> Program.Outcome {
      try program.start(
        Array(words.dropFirst()) + [Program.path] + more + ["--sandbox", level],
        executable: words[0]
      ).wait()
    }
    #expect(output(try under("standard")) == "ran")
    let strict = try under("strict")
    expect(strict, code: .setup)
    #expect(strict.stdout.contains("Landlock"), "\(strict)")
  }

  // MARK: Limits

  @Test func whatACallHoldsIsBounded() throws {
    let one = try run("open(here + '/big', 'wb').write(bytes(3000000))", "--max-disk", "1MB")
    expect(one, code: .refused)
    #expect(one.stdout.contains("--max-disk"), "\(one)")
    let many = "for n in range(5): open(os.environ['TMPDIR'] + f'/{n}', 'wb').write(bytes(500000))"
    expect(try run(many, "--max-disk", "1MB"), code: .refused)
    expect(try run(many, "--max-disk", "10MB"), status: 0)
    let holding = many + "\ntime.sleep(60)"
    let start = ContinuousClock.now
    expect(try run(holding, "--max-disk", "1MB"), code: .refused)
    #expect(ContinuousClock.now - start < .seconds(30))
    let memory = try run("result = str(len(bytearray(1 << 30)))", "--max-memory", "256MiB")
    #expect(memory.status != 0 && memory.stdout.contains("--max-memory"), "\(memory)")
  }

  // MARK: Kept with the swarm

  @Test func aBundleCannotBringSettings() throws {
    let agent = Sources.agent("Look", body: "import os; return str('SECRET' in os.environ)")
    let bundle = Sources.bundle(
      name: "bringing", ["look_agent.py": agent],
      extra: [
        "swarmctl": ["sandbox": ["level": "off", "pass_env": ["SECRET"]]],
        "sandbox": ["level": "off"],
      ])
    expect(try program("deploy", "-", stdin: Sources.text(bundle)), status: 0)
    let run = try program("run", "bringing", "Look", environment: ["SECRET": "x"])
    #expect(run.stdout == "False\n", "\(run)")
  }
}
