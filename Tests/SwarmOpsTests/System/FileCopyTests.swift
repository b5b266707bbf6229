import Foundation
import Testing

@testable import SwarmOps

@Suite struct FileCopyTests {
  private func blocks(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_blocks) : -1
  }

  /// A file of many gigabytes with a few bytes in it.
  private func makeSparse(_ path: String, size: Int) throws {
    let file = try FileSystem.open(path, O_RDWR | O_CREAT)
    try systemCall { pwrite(file.number, "head", 4, 0) }
    try systemCall { pwrite(file.number, "middle", 6, 1 << 30) }
    try systemCall { ftruncate(file.number, off_t(size)) }
    try file.close()
  }

  @Test func sparseFileStaysSparse() throws {
    let folder = try TemporaryFolder()
    let size = 40 << 30
    try makeSparse(folder("sparse"), size: size)
    let (source, copy) = try FileCopy.make(of: folder("sparse"), at: folder("copy"))
    #expect(source.isSparse && copy.size == size)
    #expect(blocks(folder("copy")) < 1000)
    let file = try FileSystem.open(folder("copy"), O_RDONLY)
    var bytes = [UInt8](repeating: 1, count: 6)
    #expect(pread(file.number, &bytes, 6, 1 << 30) == 6)
    #expect(String(decoding: bytes, as: UTF8.self) == "middle")
    #expect(pread(file.number, &bytes, 6, off_t(size - 6)) == 6)
    #expect(bytes == [0, 0, 0, 0, 0, 0])
  }

  @Test func denseFileIsCopiedWhole() throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try FileSystem.create(folder("dense"), bytes, sync: false)
    try FileCopy.make(of: folder("dense"), at: folder("copy"))
    #expect(try FileSystem.read(folder("copy")) == bytes)
  }

  @Test func fileThatClaimsTooMuchIsRefusedAndNotRead() throws {
    let folder = try TemporaryFolder()
    try makeSparse(folder("sparse"), size: 40 << 30)
    #expect(throws: SwarmError.self) { try FileSystem.read(folder("sparse")) }
  }

  @Test func timesThatNoNumberHoldsAreTheNearestThatOneDoes() throws {
    let folder = try TemporaryFolder()
    try folder.write("late", "x")
    var times = [timespec](repeating: timespec(tv_sec: 10_413_792_000, tv_nsec: 5), count: 2)
    try systemCall { utimensat(AT_FDCWD, folder("late"), &times, 0) }
    var raw = stat()
    #expect(stat(folder("late"), &raw) == 0)
    let status = try #require(try FileSystem.status(folder("late")))
    #expect(status.modified == .max || raw.st_mtim.tv_sec < 10_413_792_000)
    #expect(!status.isYoung(at: Timestamp.nanoseconds()), "any write would change that time")
    try FileCopy.make(of: folder("late"), at: folder("copy"))
    #expect(Int64.max.addingSaturated(1) == .max)
    #expect(Int64.min.addingSaturated(-1) == .min)
    #expect(Int64.max.multipliedSaturated(by: -2) == .min)
  }

  @Test func checksumsOfFilesDoNotDependOnTheirSize() throws {
    let folder = try TemporaryFolder()
    let bytes = [UInt8](repeating: 7, count: 700_001)
    try FileSystem.create(folder("a"), bytes, sync: false)
    let (size, digest) = try FileDigest.sha256(folder("a"))
    #expect(size == bytes.count && digest == SHA256.hex(of: bytes))
    let before = try FileDigest.checksum(folder("a"))
    #expect(try FileDigest.checksum(folder("a")) == before)
    try FileSystem.create(folder("b"), bytes + [8], sync: false)
    #expect(try FileDigest.checksum(folder("b")) != before)
  }
}
