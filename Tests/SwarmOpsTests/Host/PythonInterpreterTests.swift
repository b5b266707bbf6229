import Foundation
import Testing

@testable import SwarmOps

@Suite struct PythonInterpreterTests {
  private let folder: TemporaryFolder
  private let layout: SwarmLayout

  init() throws {
    folder = try TemporaryFolder()
    layout = SwarmLayout(root: folder("root"))
    try FileSystem.makeFolder(folder("root"))
  }

  private func script(_ name: String, _ text: String) throws -> String {
    let path = try folder.write(name, "#!/bin/sh\necho x >> '\(folder("calls"))'\n" + text)
    #expect(chmod(path, 0o755) == 0)
    return path
  }

  private func answering(_ name: String, version: String = "3.12.1") throws -> String {
    try script(name, "echo \(folder(name)); echo \(version)\n")
  }

  private var calls: Int { (try? FileSystem.read(folder("calls")).count { $0 == 0x0A }) ?? 0 }

  private func find(
    chosen: String? = nil, preferred: String? = nil, setting: String? = nil, path: [String] = [],
    state: String = "", remembers: Bool = true
  ) throws -> PythonInterpreter {
    try PythonInterpreter.find(
      .init(chosen: chosen, preferred: preferred, searchPath: path, managerState: state),
      swarmSetting: setting, environment: [:], layout: layout, remembers: remembers)
  }

  @Test func theOrderIsFlagEnvironmentSwarmPath() throws {
    let names = ["flag", "variable", "setting"]
    let paths = try names.map { try answering($0) }
    let onPath = try answering("bin/python3")
    let search = [folder("bin")]
    #expect(
      try find(chosen: paths[0], preferred: paths[1], setting: paths[2], path: search).path
        == paths[0])
    #expect(try find(preferred: paths[1], setting: paths[2], path: search).path == paths[1])
    #expect(try find(preferred: "", setting: paths[2], path: search).path == paths[2])
    #expect(try find(path: search) == PythonInterpreter(path: onPath, version: "3.12.1"))
  }

  @Test func anInterpreterIsAskedOnceUntilItOrTheVersionManagerChanges() throws {
    let path = try answering("python3")
    for _ in 1...3 { _ = try find(chosen: path) }
    #expect(calls == 1)
    _ = try find(chosen: path, state: "other")
    #expect(calls == 2)
    _ = try answering("python3", version: "3.13.0")
    #expect(try find(chosen: path).version == "3.13.0")
    #expect(calls == 3)
  }

  @Test func aDryRunRemembersNothing() throws {
    let path = try answering("python3")
    let before = try folder.snapshot(excluding: "calls")
    for _ in 1...2 { _ = try find(chosen: path, remembers: false) }
    #expect(calls == 2)
    #expect(try folder.snapshot(excluding: "calls") == before)
  }

  @Test(arguments: ["3.8.20", "2.7.18", "4", "x.y.z", "", "3.9"])
  func versionsThatAreTooOldOrNoneAreRefused(_ version: String) throws {
    let path = try answering("python3", version: version)
    #expect {
      try find(chosen: path)
    } throws: {
      ($0 as? SwarmError)?.code == .setup
    }
  }

  @Test func theOldestVersionIsAccepted() throws {
    #expect(try find(chosen: try answering("a", version: "3.9.0")).version == "3.9.0")
    #expect(try find(chosen: try answering("b", version: "4.0.0")).version == "4.0.0")
  }

  @Test func aBareNameIsSearchedOnThePath() throws {
    let path = try answering("bin/python3.12")
    #expect(try find(preferred: "python3.12", path: ["/nonexistent", folder("bin")]).path == path)
  }
}
