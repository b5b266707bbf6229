import Foundation
import Testing

@testable import SwarmOps

/// Where copies may be in memory.
///
/// Tests run as any user; what a machine does not offer is skipped.
@Suite struct VolatileStagingTests {
  private static let root: uid_t = 0

  private func layout(_ folder: TemporaryFolder) throws -> SwarmLayout {
    let layout = SwarmLayout(root: folder("root"))
    try FileSystem.makeFolders(layout.root)
    return layout
  }

  @Test(.enabled(if: geteuid() == 0 && VolatileStaging.hasRoom("/dev/shm")))
  func aFolderOfAnotherUserIsNotUsed() throws {
    let folder = try TemporaryFolder()
    // The folder would be made by this user, and belongs to the other by its name alone.
    #expect(VolatileStaging.make(for: try layout(folder), user: 7) == nil)
    rmdir("/dev/shm/swarmctl-7")
  }

  @Test(.enabled(if: geteuid() == 0 && VolatileStaging.hasRoom("/dev/shm")))
  func nothingIsLeftBehind() throws {
    let folder = try TemporaryFolder()
    let layout = try layout(folder)
    let staging = try #require(VolatileStaging.make(for: layout, user: Self.root))
    #expect(VolatileStaging.folders(of: layout) == [staging.place])
    try FileSystem.makeFolders(staging.path + "/1/swarms")
    try VolatileStaging.remove(staging)
    #expect(VolatileStaging.folders(of: layout) == [])
    #expect(try FileSystem.status(staging.place + ".root") == nil)
  }

  @Test(.enabled(if: geteuid() == 0 && VolatileStaging.hasRoom("/dev/shm")))
  func whatIsLeftOfARemovedRootIsSwept() throws {
    let folder = try TemporaryFolder()
    let layout = try layout(folder)
    var staging = VolatileStaging.make(for: layout, user: Self.root)
    #expect(staging != nil)
    let (path, place) = (staging?.path ?? "", staging?.place ?? "")
    try FileManager.default.moveItem(atPath: layout.root, toPath: folder("moved"))
    StagingFolder.sweep(layout)
    #expect(try FileSystem.status(path) != nil, "it lives")
    staging = nil
    try FileSystem.makeFolders(path)
    StagingFolder.sweep(layout)
    #expect(try FileSystem.status(place) == nil)
    #expect(try FileSystem.status(place + ".root") == nil)
  }
}
