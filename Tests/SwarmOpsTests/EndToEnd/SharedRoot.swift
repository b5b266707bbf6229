import Foundation
import Testing

@testable import SwarmOps

/// A root that is marked as shared by several machines.
struct SharedRoot {
  static let user = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"

  let program: Program

  init() throws {
    program = try Program()
    expect(try program("root", "--shared"), status: 0)
  }

  /// The names in the folders of holders.
  var leases: [String] {
    get throws {
      let folder = program.folder("root/.swarmctl/leases")
      guard FileManager.default.fileExists(atPath: folder) else { return [] }
      return try FolderTree.entries(of: folder).map(\.path.text).filter { $0.contains(",") }
    }
  }

  /// The user's memory file.
  func memory(_ swarm: GUID) -> String {
    program.folder("root/swarms/\(swarm)/memory/\(Self.user)/memory.json")
  }

  /// How many keys the user's memory has.
  func keys(_ swarm: GUID) throws -> Int? {
    try JSONValue.parse(FileSystem.read(memory(swarm))).object?.count
  }
}
