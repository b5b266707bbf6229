import Dispatch
import SwarmOps
import Testing

@testable import swarmctl

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct StandardStreamTests {
  private func makePipe() throws -> (reader: Int32, writer: Int32) {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    // No program that another test starts may keep the ends open.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private func readToEnd(_ descriptor: Int32) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count <= 0 { return bytes }
      bytes += chunk.prefix(count)
    }
  }

  @Test func nothingIsWrittenBeforeItMust() throws {
    let (reader, writer) = try makePipe()
    defer { close(reader) }
    let stream = StandardStream(descriptor: writer, name: "standard output")
    try stream.write("abc")
    var waiting = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
    #expect(poll(&waiting, 1, 0) == 0)
    try stream.flush()
    #expect(poll(&waiting, 1, 0) == 1)
    try stream.finish()
    #expect(readToEnd(reader) == Array("abc".utf8))
  }

  @Test(arguments: [true, false])
  func moreThanAPipeHoldsArrivesWhole(nonBlocking: Bool) throws {
    let (reader, writer) = try makePipe()
    defer { close(reader) }
    // Another program may have made a shared descriptor non-blocking.
    if nonBlocking { _ = fcntl(writer, F_SETFL, O_NONBLOCK) }
    let stream = StandardStream(descriptor: writer, name: "standard output")
    let big = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) }
    // Both sides block, so one of them needs a thread that Swift's pool does not count on.
    let writing = DispatchQueue(label: "writer")
    writing.async {
      try? stream.write("first")
      try? stream.write(big)
      try? stream.write("last")
      try? stream.finish()
    }
    #expect(readToEnd(reader) == Array("first".utf8) + big + Array("last".utf8))
  }

  @Test func aReaderThatHasGoneIsNoError() throws {
    signal(SIGPIPE, SIG_IGN)
    let (reader, writer) = try makePipe()
    close(reader)
    let stream = StandardStream(descriptor: writer, name: "standard output")
    #expect(!stream.isClosed)
    try stream.write("abc")
    try stream.flush()
    #expect(stream.isClosed)
    try stream.write(String(repeating: "x", count: StandardStream.bufferSize))
    try stream.finish()
  }

  #if os(Linux)
    @Test func aFullDiskIsAnInputOutputError() throws {
      let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
      try #require(full >= 0)
      let stream = StandardStream(descriptor: full, name: "standard output")
      try stream.write("abc")
      let error = try #require(throws: SwarmError.self) { try stream.flush() }
      #expect(error.code == .io)
      #expect(error.underlying == "No space left on device")
      // What could not be written is not tried again.
      try stream.finish()
    }

    @Test func anErrorUnderJSONOnABrokenStandardOutputIsSaidOnStandardError() throws {
      let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
      try #require(full >= 0)
      defer { close(full) }
      let (reader, writer) = try makePipe()
      defer { close(reader) }
      let output = Output(
        format: .json, standardOutput: StandardStream(descriptor: full, name: "standard output"),
        standardError: StandardStream(descriptor: writer, name: "standard error"))
      #expect(output.emit(SwarmError(.noSuchSwarm, "gone")) == 66)
      close(writer)
      #expect(String(decoding: readToEnd(reader), as: UTF8.self) == "error: gone\n")
    }
  #endif

  @Test func aClosedDescriptorIsAnErrorOnlyWhenSomethingIsWritten() throws {
    let silent = StandardStream(descriptor: 1_000_000, name: "standard output")
    try silent.finish()
    try silent.write("x")
    #expect(throws: SwarmError.self) { try silent.flush() }
  }

  @Test func threadsDoNotCutEachOthersLines() async throws {
    let file = try #require(tmpfile())
    defer { fclose(file) }
    let stream = StandardStream(descriptor: fileno(file), name: "standard output")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for letter in ["a", "b", "c", "d"] {
        group.addTask {
          for _ in 0..<500 { try stream.write(String(repeating: letter, count: 99) + "\n") }
        }
      }
      try await group.waitForAll()
    }
    try stream.flush()
    lseek(fileno(file), 0, SEEK_SET)
    let lines = readToEnd(fileno(file)).split(separator: UInt8(ascii: "\n"))
    #expect(lines.count == 2000)
    #expect(lines.allSatisfy { Set($0).count == 1 && $0.count == 99 })
  }
}
