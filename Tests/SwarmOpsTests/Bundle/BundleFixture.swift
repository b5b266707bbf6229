import Testing

@testable import SwarmOps

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A temporary folder to lay bundles out in; removed when the test ends.
final class BundleFixture {
  let path: String

  init() throws {
    let name = "swarmctl-bundle-\(getpid())-\(UInt64.random(in: .min ... .max))"
    path = (getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp") + "/" + name
    try FileSystem.makeFolder(path)
  }

  deinit { try? FolderTree.remove(path) }

  /// Writes files by path below the fixture and returns the path of `folder` in it.
  @discardableResult
  func lay(_ files: [String: String], in folder: String = "swarm") throws -> String {
    for (name, text) in files { try write(Array(text.utf8), folder + "/" + name) }
    return path + "/" + folder
  }

  @discardableResult
  func write(_ bytes: [UInt8], _ name: String) throws -> String {
    let file = path + "/" + name
    try FileSystem.makeFolders(String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)]))
    try FileSystem.create(file, bytes, sync: false)
    return file
  }

  func link(_ name: String, to target: String) { #expect(symlink(target, path + "/" + name) == 0) }

  func fifo(_ name: String) { #expect(mkfifo(path + "/" + name, 0o600) == 0) }

  /// A document with one agent, changed by `change`.
  static func document(_ change: (inout JSONObject) -> Void = { _ in }) -> JSONObject {
    var object: JSONObject = [
      "schema": "rapp-swarm/1.0", "name": "sales", "purpose": "sell", "soul": "Be kind.",
      "agents": [["filename": "a_agent.py", "name": "A", "source": "x = 1\n"]],
    ]
    change(&object)
    return object
  }

  static func read(_ object: JSONObject) throws(SwarmError) -> SwarmBundle {
    try read(JSONValue.object(object).serialized())
  }

  static func read(_ bytes: [UInt8]) throws(SwarmError) -> SwarmBundle {
    try BundleReader.read(.bytes(bytes, name: "standard input"))
  }

  static func read(_ path: String) throws(SwarmError) -> SwarmBundle {
    try BundleReader.read(.path(path))
  }

  /// What a refused agent entry looks like: the first agent with some fields set.
  static func agent(_ fields: JSONObject) -> JSONObject {
    document { $0["agents"] = .array([.object(entry(fields))]) }
  }

  static func entry(_ fields: JSONObject = [:]) -> JSONObject {
    var entry: JSONObject = ["filename": "a_agent.py", "source": "x = 1\n"]
    for (key, value) in fields { entry[key] = value }
    return entry
  }
}

/// Expects an error of a code whose message holds every one of some words.
func expectError(
  _ code: SwarmError.Code, _ words: String..., location: SourceLocation = #_sourceLocation,
  from body: () throws -> SwarmBundle
) {
  do {
    let bundle = try body()
    Issue.record("read \(bundle.name) with \(bundle.agents.count) agents", sourceLocation: location)
  } catch let error as SwarmError {
    #expect(error.code == code, "\(error)", sourceLocation: location)
    for word in words {
      #expect(
        error.message.contains(word), "\(word) is not in: \(error.message)",
        sourceLocation: location)
    }
  } catch {
    Issue.record(error, sourceLocation: location)
  }
}
