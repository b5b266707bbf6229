import Foundation

@testable import SwarmOps

/// A virtual environment with packages of the index, made once and kept for later runs of the tests.
///
/// Where the index cannot be reached there is none, and the tests that need it are skipped.
struct PythonPackages {
  /// Its interpreter.
  let python: String

  /// The newer line of the official client.
  static let newClient = make("mcp-2", ["mcp>=2,<3"])
  /// The older line of the official client.
  static let oldClient = make("mcp-1", ["mcp<2"])
  /// An agent framework with an MCP client.
  static let framework = make("pydantic-ai", ["pydantic-ai-slim[mcp]>=2,<3"])
  /// Azure's library for apps, and what its workers run apps with: that asks for a newer Python than it
  /// needs, and for packages that only other kinds of triggers use.
  static let azure = make(
    "azure-functions", ["azure-functions"],
    alone: ["--ignore-requires-python", "azure-functions-runtime"])
  /// A check of Kubernetes manifests against the schemas of its releases.
  static let kubernetes = make("kubernetes-validate", ["kubernetes-validate"])
  /// What the tests that need one of them say when there is none.
  static let absence = "the package index cannot be reached"

  private static func make(_ name: String, _ packages: [String], alone: [String] = [])
    -> PythonPackages?
  {
    guard let base = Program.python else { return nil }
    let version = output(base, ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"])
    guard let version else { return nil }
    let kept = "/tmp/swarmctl-test-packages-\(getuid())"
    let folder = "\(kept)/\(name)-\(version.trimmingCharacters(in: .newlines))"
    let python = folder + "/bin/python"
    if FileManager.default.isExecutableFile(atPath: python) {
      return PythonPackages(python: python)
    }
    let draft = folder + "." + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: draft) }
    try? FileManager.default.createDirectory(atPath: kept, withIntermediateDirectories: true)
    let install = ["-m", "pip", "install", "-q", "--retries", "1"]
    guard output(base, ["-m", "venv", draft]) != nil,
      output(draft + "/bin/python", install + packages) != nil,
      alone.isEmpty || output(draft + "/bin/python", install + ["--no-deps"] + alone) != nil
    else { return nil }
    // Another run may have been quicker.
    try? FileManager.default.moveItem(atPath: draft, toPath: folder)
    return FileManager.default.isExecutableFile(atPath: python)
      ? PythonPackages(python: python) : nil
  }

  private static func output(_ program: String, _ words: [String]) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = words
    let pipe = Foundation.Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
  }
}
