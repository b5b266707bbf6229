import Foundation
import Testing

@testable import SwarmOps

@Suite struct HostInstallationTests {
  private static let folder = Sources.repository + "/Sources/SwarmOps/Host/Python"

  @Test func everyFileOfTheFolderIsInstalled() throws {
    let onDisk = try FileSystem.list(Self.folder).filter { $0.hasSuffix(".py") }.sorted()
    // What the interpreter is given as its program need not be installed.
    let programs = ["compile_host.py", "start_host.py"]
    #expect(HostInstallation.files.map(\.name) == onDisk.filter { !programs.contains($0) })
    for (name, content) in HostInstallation.files {
      #expect(try FileSystem.read(Self.folder + "/" + name) == content, "\(name)")
    }
  }

  /// A bundle's own copy of a module that the host supplies stays behind; of all others it travels.
  @Test func whatTheHostSuppliesIsWhatBundlesLeaveBehind() throws {
    let modules = try String(
      contentsOfFile: Self.folder + "/agent_modules.py", encoding: .utf8)
    let table = try #require(modules.firstRange(of: "CONTRACT = {")).upperBound
    let end = try #require(modules[table...].firstIndex(of: "}"))
    let supplied = modules[table..<end].split(separator: "\n").compactMap { line in
      line.split(separator: "\"").dropFirst().first.map(String.init)
    }
    #expect(supplied.count > 6)
    for module in supplied + [
      "basic_agent", "skills.basic_agent", "openrappter.agents.basic_agent",
    ] {
      #expect(HelperPath.isSupplied(module.replacing(".", with: "/") + ".py"), "\(module)")
    }
    for path in ["utils/text.py", "utils/__init__.py", "helper.py", "skills/other.py"] {
      #expect(!HelperPath.isSupplied(path), "\(path)")
    }
  }

  /// Its bytecode in the cache is of the file before; nothing in the fence may write it anew.
  @Test func anAgentThatWasDeployedAgainRunsWithoutAWarning() throws {
    let program = try Program()
    for text in ["first", "second"] {
      try program.deploy(["keep_agent.py": Sources.keep.replacing("about Keep", with: text)])
      for _ in 1...2 {
        let outcome = try program("run", "test", "Keep", "--json")
        #expect(outcome.status == 0 && outcome.json?["warnings"] == nil, "\(outcome)")
      }
    }
  }

  /// Newer versions of Python keep no version of a dictionary, and values are compared.
  @Test(arguments: ["", "_version = lambda names: None\n"])
  func whatAnAgentReplacesIsSeen(without versions: String) throws {
    let module = String(decoding: PackageResources.agent_originals_py, as: UTF8.self)
    let questions = """
      remember()
      said = [are_in_place()]
      kept, os.path.exists = os.path.exists, print
      said.append(are_in_place())
      os.path.exists = kept
      said.append(are_in_place())
      builtins.another = 1
      said.append(are_in_place())
      del builtins.another, json.loads
      said.append(are_in_place())
      print(said)
      """
    let script = module + "\n" + versions + questions
    let outcome = try ProgramOutput.capture(
      try #require(Program.python), arguments: ["-I", "-S", "-c", script], environment: [:],
      timeout: .seconds(20))
    let said = String(decoding: outcome.output, as: UTF8.self)
    #expect(said == "[True, False, True, False, False]\n")
  }

  /// What a full disk, a crash or somebody's hand can make of the cache.
  enum Damage: String, CaseIterable {
    case emptied, truncated, garbled, fifo, folder, link, removed
  }

  @Test(arguments: Damage.allCases)
  func aDamagedHostIsMadeAnew(_ damage: Damage) throws {
    let program = try Program()
    try program.deploy(["keep_agent.py": Sources.keep])
    expect(try program("run", "test", "Keep"), status: 0)
    let cache = program.store.layout.cache
    let host = try #require(try FileSystem.list(cache).first { $0.hasPrefix("host-") })
    for name in try FileSystem.list(cache + "/" + host) {
      try harm(cache + "/" + host + "/" + name, damage)
      #expect(try program("run", "test", "Keep").status == 0, "\(name)")
    }
    for entry in try FolderTree.entries(of: cache) where entry.status.kind == .file {
      try harm((cache + "/" + entry.path).text, damage)
    }
    expect(try program("run", "test", "Keep", "key=a"), status: 0)
    #expect(try program("run", "test", "Keep").stdout == "{\"a\": \"\"}\n")
    let whole = try FileSystem.list(cache + "/" + host)
    #expect(whole.count == HostInstallation.files.count + 1)
    expect(try program("agents", "test", "--check"), status: 0)
  }

  private func harm(_ path: String, _ damage: Damage) throws {
    let content = try FileSystem.read(path)
    try FileManager.default.removeItem(atPath: path)
    switch damage {
    case .emptied: try Data().write(to: URL(fileURLWithPath: path))
    case .truncated:
      try Data(content[..<(content.count / 2)]).write(to: URL(fileURLWithPath: path))
    case .garbled:
      let odd = content.enumerated().map { $0 < 64 ? $1 : $1 ^ 0x55 }
      try Data(odd).write(to: URL(fileURLWithPath: path))
    case .fifo: #expect(mkfifo(path, 0o600) == 0)
    case .folder:
      try FileManager.default.createDirectory(
        atPath: path + "/inner", withIntermediateDirectories: true)
    case .link:
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/zero")
    case .removed: break
    }
  }
}
