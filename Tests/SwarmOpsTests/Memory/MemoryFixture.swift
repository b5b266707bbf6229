import Foundation

@testable import SwarmOps

/// A root with two swarms and memory of several users, made without running any agent.
struct MemoryFixture {
  static let tea = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
  /// Differs from ``tea`` in the last digit alone.
  static let milk = "3f2504e0-4f89-41d3-9a0c-0305e82c3302"
  static let other = "a11ce000-0000-4000-8000-000000000001"
  static let first = "11111111-2222-4333-8444-000000000001"
  static let second = "11111111-2222-4333-8444-000000000002"

  static let entries = """
    {
      "e1": {"id": "e1", "type": "fact", "content": "Likes tea", "tags": ["drink", "hot"],
             "date": "2020-01-02", "time": "03:04:05", "score": 1.50e1},
      "e2": { "content": "Änderung im Büro",  "date": "2026-05-06", "big": 12345678901234567890 },
      "e3":{"content":"no date"}
    }\n
    """

  let program: Program
  var root: String { program.root }

  init() throws {
    program = try Program()
    for (guid, name) in [(Self.first, "alpha"), (Self.second, "beta")] {
      try write("swarms/\(guid)/manifest.json", #"{"name":"\#(name)","agents":[]}"#)
    }
    try memory(Self.first, Self.tea, Self.entries)
    try memory(Self.first, Self.milk, #"{"m":{"content":"Likes milk"}}"#)
    try memory(Self.first, "shared", #"{"s":{"content":"everybody likes tea"}}"#)
    try memory(Self.second, Self.tea, #"{"b":{"content":"tea in beta"}}"#)
    try memory(Self.second, Self.other, #"{"o":{"content":"other"}}"#)
  }

  func write(_ path: String, _ text: String) throws {
    try program.folder.write("root/" + path, text)
  }

  func memory(_ swarm: String, _ user: String, _ text: String) throws {
    try write("swarms/\(swarm)/memory/\(user)/memory.json", text)
  }

  func path(_ swarm: String, _ user: String) -> String {
    root + "/swarms/\(swarm)/memory/\(user)"
  }

  func bytes(_ swarm: String, _ user: String) throws -> [UInt8]? {
    try FileSystem.readIfPresent(path(swarm, user) + "/memory.json")
  }

  /// The root without our own state: what a destructive verb must leave alone.
  func snapshot() throws -> [String: String] {
    try program.folder.snapshot(excluding: "root/.swarmctl").filter { $0.key.hasPrefix("root/") }
  }

  /// Whether a text is anywhere in the names and bytes below the root, by an independent program.
  func holds(_ text: String) throws -> Bool {
    let outcome = try program.shell(
      "grep -riaq '\(text)' '\(root)' || find '\(root)' | grep -qi '\(text)'")
    return outcome.status == 0
  }
}

extension [String: String] {
  /// Everything but what lies below some paths.
  func without(_ paths: String...) -> [String: String] {
    filter { entry in !paths.contains { entry.key == $0 || entry.key.hasPrefix($0 + "/") } }
  }
}
