import Foundation
import Testing

@testable import SwarmOps

@Suite struct InterpreterTests {
  private let version = Sources.agent("V", body: "import sys; return sys.executable")

  /// A program whose environment names no interpreter.
  private func program(path: String? = nil) throws -> Program {
    var program = try Program()
    program.environment["SWARMCTL_PYTHON"] = nil
    if let path { program.environment["PATH"] = path }
    return program
  }

  /// Writes an executable script.
  private func script(_ program: Program, _ name: String, _ text: String) throws -> String {
    let path = try program.folder.write(name, "#!/bin/sh\n" + text)
    #expect(chmod(path, 0o755) == 0)
    return path
  }

  @Test func aShimIsSeenThroughOnceAndRemembered() throws {
    let python = try #require(Program.python)
    let program = try program()
    let log = program.folder("log")
    // As pyenv writes it, and its own program in two lines.
    let pyenv = try script(
      program, "pyenv/libexec/pyenv", "echo called >> '\(log)'\nshift 2\nexec '\(python)' \"$@\"\n")
    let shim = try script(
      program, "shims/python3",
      "set -e\nprogram=\"${0##*/}\"\n\nexec \"\(pyenv)\" exec \"$program\" \"$@\"\n")
    var shimmed = program
    shimmed.environment["PATH"] = program.folder("shims") + ":/usr/bin:/bin"
    try shimmed.deploy(["v_agent.py": version])
    for _ in 1...2 {
      #expect(try shimmed("run", "test", "V").stdout.hasPrefix("/"))
      expect(try shimmed("agents", "test"), status: 0)
    }
    func calls() throws -> Int {
      try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").count
    }
    #expect(try calls() == 1)
    // Another version chosen, or another shim, is asked again.
    expect(try shimmed("run", "test", "V", environment: ["PYENV_VERSION": "other"]), status: 0)
    #expect(try calls() == 2)
    try program.folder.write("home/.pyenv/version", "3.13\n")
    expect(try shimmed("run", "test", "V"), status: 0)
    #expect(try calls() == 3)
    expect(try shimmed("run", "test", "V", "--python", shim), status: 0)
    #expect(try calls() == 3)
  }

  @Test func anyOtherProgramIsRunAsItWasNamed() throws {
    let python = try #require(Program.python)
    let program = try program(path: "/usr/bin:/bin")
    let log = program.folder("log")
    /// One that does something of its own first, under a name and in places that shims have too.
    for name in ["bin/wrapper", "shims/python3", "mise/shims/python"] {
      let wrapper = try script(
        program, name, "echo called >> '\(log)'\nUNPRIVILEGED=1 exec '\(python)' \"$@\"\n")
      try? FileManager.default.removeItem(atPath: log)
      try program.deploy([
        "w_agent.py": Sources.agent(
          "W", body: "import os; return os.environ.get('UNPRIVILEGED', '-')")
      ])
      let link = program.folder("links/python3")
      try? FileManager.default.removeItem(atPath: link)
      try program.folder.write("links/x", "")
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: wrapper)
      for python in [wrapper, link] {
        #expect(try program("run", "test", "W", "--python", python).stdout == "1\n", "\(name)")
        #expect(
          try program("run", "test", "W", environment: ["SWARMCTL_PYTHON": python]).stdout == "1\n")
      }
      let folder = (wrapper as NSString).deletingLastPathComponent
      if name.hasSuffix("python3") {
        let path = ["PATH": folder + ":/usr/bin:/bin"]
        #expect(try program("run", "test", "W", environment: path).stdout == "1\n")
      }
    }
  }

  @Test func eachWayToNameAnInterpreterWinsOverTheNext() throws {
    let python = try #require(Program.python)
    var program = try program(path: "/nonexistent")
    /// An interpreter that tells its way by a variable.
    func named(_ name: String) throws -> String {
      try script(
        program, name,
        """
        case "$*" in *print*) echo "$0"; exec '\(python)' -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])';; esac
        WAY=\(name) exec '\(python)' "$@"
        """)
    }
    let (flag, variable, setting) = (try named("flag"), try named("variable"), try named("setting"))
    let way = Sources.agent("W", body: "import os; return os.environ.get('WAY', 'none')")
    try program.folder.write("test/w_agent.py", way)
    expect(try program("deploy", program.folder("test"), "--json"), code: .setup)
    expect(try program("deploy", program.folder("test"), "--python", setting), status: 0)
    #expect(try program("run", "test", "W").stdout == "setting\n")
    #expect(try program("inspect", "test").stdout.contains(setting))
    program.environment["SWARMCTL_PYTHON"] = variable
    #expect(try program("run", "test", "W").stdout == "variable\n")
    #expect(try program("run", "test", "W", "--python", flag).stdout == "flag\n")
    program.environment["SWARMCTL_PYTHON"] = ""
    #expect(try program("run", "test", "W").stdout == "setting\n")
    // A later deploy that names none keeps the setting.
    expect(try program("deploy", program.folder("test")), status: 0)
    #expect(try program("run", "test", "W").stdout == "setting\n")
  }

  @Test func theSettingOfASwarmStaysOnThisMachine() throws {
    let python = try #require(Program.python)
    let program = try Program()
    try program.folder.write("test/v_agent.py", version)
    expect(try program("deploy", program.folder("test"), "--python", python), status: 0)
    #expect(try !program("export", "test").stdout.contains(python))
  }

  @Test func noUsablePythonIsASetUpErrorWithAWayOut() throws {
    let program = try Program()
    try program.deploy(["v_agent.py": version])
    let old = try script(program, "old/python3", "echo /usr/bin/python3.8; echo 3.8.19\n")
    let broken = try script(program, "broken/python3", "exit 3\n")
    let text = try program.folder.write("text/python3", "not a program")
    let folder = program.folder("old")
    for python in [old, broken, text, folder, "/missing", "missing-python"] {
      for words in [["run", "test", "V"], ["agents", "test"], ["context", "test"]] {
        let outcome = try program.start(words + ["--json", "--python", python]).wait()
        expect(outcome, code: .setup)
        #expect(outcome.json?["hint"]?.string?.contains("--python") == true, "\(outcome)")
        #expect(outcome.json?["message"]?.string?.contains(python) == true, "\(outcome)")
      }
    }
    for path in ["/nonexistent", program.folder("old"), program.folder("broken")] {
      let outcome = try program(
        "run", "test", "V", "--json", environment: ["PATH": path, "SWARMCTL_PYTHON": ""])
      expect(outcome, code: .setup)
      #expect(outcome.json?["hint"]?.string?.contains("SWARMCTL_PYTHON") == true, "\(outcome)")
    }
    #expect(
      try program("run", "test", "V", "--python", old).stderr.contains("3.8.19"))
  }

  @Test func aBrokenPythonFirstOnThePathIsPassedOver() throws {
    let python = try #require(Program.python)
    let program = try program()
    _ = try script(program, "broken/python3", "exit 3\n")
    _ = try script(program, "good/python3", "exec '\(python)' \"$@\"\n")
    try program.folder.write("empty/python3/file", "a folder of that name")
    var other = program
    other.environment["PATH"] =
      [program.folder("empty"), program.folder("broken"), program.folder("good")]
      .joined(separator: ":")
    try other.deploy(["v_agent.py": version])
    expect(try other("run", "test", "V"), status: 0)
  }

  @Test func aVirtualEnvironmentIsUsedByItsPathAlone() throws {
    let python = try #require(Program.python)
    let program = try Program()
    let venv = program.folder("venv")
    expect(
      try program.start(["-m", "venv", "--without-pip", venv], executable: python).wait(), status: 0
    )
    let library = try #require(try FileSystem.list(venv + "/lib").first)
    try program.folder.write("venv/lib/\(library)/site-packages/only_there.py", "WORD = 'venv'\n")
    try program.folder.write(
      "test/v_agent.py",
      Sources.agent("V", top: "import only_there", body: "return only_there.WORD"))
    try program.folder.write(
      "test/w_agent.py", Sources.agent("W", body: "import sys; return sys.executable"))
    let without = try program("deploy", program.folder("test"), "--json")
    #expect(without.json?["warnings"]?.array?.count == 1, "\(without)")
    let interpreter = venv + "/bin/python3"
    #expect(try program("run", "test", "V", "--python", interpreter).stdout == "venv\n")
    // What loads with one interpreter is not said to load with another.
    let states = try [[], ["--python", interpreter]].map {
      try program.start(["agents", "test", "--json"] + $0).wait()
        .json?["agents"]?.array?.compactMap { $0["state"]?.string }
    }
    #expect(states == [["import", "ok"], ["ok", "ok"]])
    expect(
      try program("deploy", program.folder("test"), "--strict", "--python", interpreter), status: 0)
    let bare = ["SWARMCTL_PYTHON": ""]
    #expect(try program("run", "test", "V", environment: bare).stdout == "venv\n")
    #expect(try program("run", "test", "W", environment: bare).stdout == interpreter + "\n")
    expect(try program("agents", "test", "--check", environment: bare), status: 0)
  }
}
