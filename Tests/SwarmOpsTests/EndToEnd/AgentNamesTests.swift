import Foundation
import Testing

@testable import SwarmOps

/// What `deploy` and `agents` say of agents that models or Python cannot take as they are.
@Suite struct AgentNamesTests {
  @Test func aNameThatNoModelTakesIsAWarningAndRefusedWhenStrict() throws {
    let program = try Program()
    for (file, name) in [("a_agent.py", "Two words"), ("b_agent.py", "Fine-1_x")] {
      try program.folder.write("test/\(file)", Sources.agent(name, body: "return 'said'"))
    }
    let deployed = try program("deploy", program.folder("test"), "--json")
    expect(deployed, status: 0)
    #expect(deployed.json?["warnings"]?.array?.count == 1, "\(deployed)")
    #expect(deployed.stderr.contains("Two words"), "\(deployed)")
    let strict = try program("deploy", program.folder("test"), "--strict", "--json")
    expect(strict, code: .badBundle)
    #expect(strict.stdout.contains("Two words"), "\(strict)")
    #expect(try program("run", "test", "Two words").stdout == "said\n")
    let tools = try program("agents", "test", "--tools")
    let names = try JSONValue.parse(tools.stdout).array?.compactMap {
      $0["function"]?["name"]?.string
    }
    #expect(names == ["Fine-1_x"], "\(tools)")
    #expect(tools.stderr.contains("Two words"), "\(tools)")
  }

  @Test(arguments: ["", "é", "a.b", String(repeating: "x", count: 65)])
  func whatIsNoToolName(_ name: String) throws {
    let frame: JSONObject = ["type": "agent", "file": "a_agent.py", "name": .string(name)]
    #expect(AgentRecord(frame: frame)?.isTool == false)
  }

  @Test func aRenamedClassIsNoDuplicateAlsoWhenStrict() throws {
    let program = try Program()
    try program.folder.write(
      "test/brief_agent.py",
      Sources.agent("Brief", body: "return type(self).__name__")
        .replacing("class BriefAgent", with: "class Brief")
        + "class BriefAgent(Brief):\n    pass\n")
    expect(try program("deploy", program.folder("test"), "--strict"), status: 0)
    #expect(try program("run", "test", "Brief").stdout == "Brief\n")
    #expect(try program("agents", "test", "-q").stdout == "Brief\n")
  }

  @Test func anFStringOfALaterPythonSaysSo() throws {
    let python = try PythonInterpreter.ask(try #require(Program.python), environment: [:])
    let minor = try #require(
      python.version.split(separator: ".").dropFirst().first.flatMap { Int($0) })
    guard minor < 12 else { return }
    let program = try Program()
    try program.deploy([
      "a_agent.py": Sources.keep, "f_agent.py": "d = {'a': 1}\nprint(f\"{d[\"a\"]}\")\n",
      "g_agent.py": "print('f' 5)\n",
    ])
    let agents = try program("agents", "test", "--json").json?["agents"]?.array
    #expect(agents?.dropFirst().first?["message"]?.string?.contains("Python 3.12") == true)
    #expect(agents?.last?["message"]?.string?.contains("Python 3.12") == false)
  }

  @Test func aModuleInTheFolderAboveSaysWhatToDeploy() throws {
    let program = try Program()
    try program.folder.write("project/shared/text.py", "WORD = 'shared'\n")
    try program.folder.write("project/utils/own.py", "WORD = 'own'\n")
    try program.folder.write(
      "project/agents/a_agent.py",
      Sources.agent("A", top: "from shared.text import WORD", body: "return WORD"))
    try program.folder.write(
      "project/agents/b_agent.py",
      Sources.agent("B", top: "from utils.own import WORD", body: "return WORD"))
    let advice = "deploy \(program.folder("project")) instead"
    for more in [[], ["--strict"], ["--allow-broken"]] {
      let words = ["deploy", program.folder("project/agents"), "--name", "other"] + more
      let inner = try program.start(words).wait()
      #expect(inner.stderr.components(separatedBy: advice).count == 3, "\(inner)")
    }
    expect(
      try program("deploy", program.folder("project"), "--name", "test", "--strict"), status: 0)
    #expect(try program("run", "test", "A").stdout == "shared\n")
    #expect(try program("run", "test", "B").stdout == "own\n")
  }

  @Test func whatAPackageSaysOfItselfIsThereBeforeItsFirstImport() throws {
    let python = try #require(Program.python)
    let program = try Program()
    let venv = program.folder("venv")
    expect(
      try program.start(["-m", "venv", "--without-pip", venv], executable: python).wait(), status: 0
    )
    let library = try #require(try FileSystem.list(venv + "/lib").first)
    try program.folder.write(
      "venv/lib/\(library)/site-packages/only_there-1.5.dist-info/METADATA",
      "Metadata-Version: 2.1\nName: only-there\nVersion: 1.5\n")
    try program.deploy([
      "m_agent.py": Sources.agent(
        "M", body: "from importlib.metadata import version; return version('only-there')")
    ])
    let outcome = try program("run", "test", "M", "--python", venv + "/bin/python3")
    #expect(outcome.stdout == "1.5\n", "\(outcome)")
  }
}
