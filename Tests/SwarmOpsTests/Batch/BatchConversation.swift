import Foundation
import Testing

@testable import SwarmOps

/// A batch that is kept open as a pipe, as a front end keeps it.
///
/// Nothing waits for ever: what does not come within a minute is an issue of the test.
final class BatchConversation {
  /// How it ended.
  struct End {
    let status: Int32
    /// The answers that had not been read yet.
    let answers: [JSONObject]
    let stderr: String
  }

  private let child: ChildProcess
  private let files: TemporaryFolder
  private var input: Descriptor?
  private let output: Descriptor
  private var received: [UInt8] = []

  /// Starts a batch.
  ///
  /// - Parameters:
  ///   - program: Where.
  ///   - words: Options.
  ///   - input: Where requests come from, or `nil` for what ``send(_:)`` is given.
  ///   - errors: Where standard error goes, or `nil` for what ``end()`` returns.
  init(
    _ program: Program, _ words: [String] = [], input source: String? = nil,
    errors: Int32? = nil
  ) throws {
    // A batch that has gone makes writing fail, and must not end the tests.
    _ = Foundation.signal(SIGPIPE, SIG_IGN)
    files = try TemporaryFolder()
    let requests = try Pipe.make()
    let answers = try Pipe.make()
    let file = try FileSystem.open(files("stderr"), O_WRONLY | O_CREAT | O_APPEND)
    child = try ChildProcess(
      Program.path, arguments: ["batch", source ?? "-"] + words,
      environment: EnvironmentVariables(program.environment),
      descriptors: [requests.read.number, answers.write.number, errors ?? file.number])
    input = source == nil ? requests.write : nil
    output = answers.read
    Pipe.setNonBlocking(output.number)
  }

  var processID: Int32 { child.id }
  var hasEnded: Bool { child.hasEnded }
  /// Sends a signal to swarmctl alone.
  func signal(_ number: Int32) { kill(child.id, number) }

  /// Sends requests.
  func send(_ lines: String...) throws {
    try FileSystem.writeAll(try #require(input).number, Array(lines.joined().utf8))
  }

  /// Ends the input.
  func close() { input = nil }

  /// The next answer.
  func answer(sourceLocation: SourceLocation = #_sourceLocation) throws -> JSONObject {
    let answer = try answerOrEnd(sourceLocation: sourceLocation)
    return try #require(answer, "no answer", sourceLocation: sourceLocation)
  }

  /// The next answer, or `nil` where the batch has ended.
  func answerOrEnd(sourceLocation: SourceLocation = #_sourceLocation) throws -> JSONObject? {
    let deadline = ContinuousClock.now + .seconds(60)
    while true {
      if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
        let line = Array(received[..<end])
        received.removeFirst(end + 1)
        let object: JSONObject = try #require(
          try JSONValue.parse(line).object, sourceLocation: sourceLocation)
        return object
      }
      try #require(ContinuousClock.now < deadline, "no answer", sourceLocation: sourceLocation)
      if !take() { return nil }
    }
  }

  /// Sends a request and returns the next answer.
  func ask(_ line: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> JSONObject {
    try send(line)
    return try answer(sourceLocation: sourceLocation)
  }

  /// Reads some of what is there, waiting for a while.
  ///
  /// - Returns: Whether more may come.
  private func take() -> Bool {
    var polled = pollfd(fd: output.number, events: Int16(POLLIN), revents: 0)
    guard poll(&polled, 1, 1000) > 0 else { return true }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = chunk.withUnsafeMutableBytes { readBytes(output.number, $0.baseAddress, $0.count) }
    if count > 0 { received += chunk[..<count] }
    return count > 0 || (count == -1 && errno == EAGAIN)
  }

  /// Ends the input, reads what is left, and waits for the end.
  func end(sourceLocation: SourceLocation = #_sourceLocation) throws -> End {
    close()
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline, take() {}
    _ = eventually("the end of the batch", sourceLocation: sourceLocation) { child.hasEnded }
    let status: Int32 =
      switch child.end() {
      case .exited(let status): status
      case .killed(let signal): -signal
      case .outOfReach, .lost: .min
      }
    let stderr = try FileSystem.read(files("stderr"))
    // A line that was cut off is no answer.
    let whole = (received.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    return End(
      status: status,
      answers: BatchFixture.answers(String(decoding: received[..<whole], as: UTF8.self)),
      stderr: String(decoding: stderr, as: UTF8.self))
  }
}

extension Program {
  /// The processes that run on this root, agents included, swarmctl not.
  func agentProcesses() -> [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { Int32($0) }.filter { process in
      // The host's files are under the root.
      guard let words = try? FileSystem.read("/proc/\(process)/cmdline") else { return false }
      return String(decoding: words, as: UTF8.self).contains(root)
    }
  }
}

extension Machine {
  /// Whether processes can be looked at as files.
  static let hasProcessFiles = FileManager.default.fileExists(atPath: "/proc/self/cmdline")
}

extension BatchFixture {
  /// Code of an agent that says that it has begun, waits to be let go, and goes on with `code`.
  func gate(_ name: String, then code: String = "pass") -> String {
    """
    import os, time
    open('\(program.meeting)/\(name).begun', 'w').close()
    while not os.path.exists('\(program.meeting)/\(name)'): time.sleep(0.002)
    \(code)
    """
  }

  /// Waits until the agent is at the gate.
  func waitForGate(_ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
    _ = eventually("the agent at \(name)", sourceLocation: sourceLocation) {
      FileManager.default.fileExists(atPath: "\(program.meeting)/\(name).begun")
    }
  }

  /// Lets the agent go on.
  func openGate(_ name: String) throws { try program.folder.write("meeting/" + name, "") }

  /// The memory file of a user.
  func memoryFile(_ user: Int) throws -> String {
    program.store.layout.memoryFile(swarm, .user(try #require(GUID(Self.user(user)))))
  }
}
