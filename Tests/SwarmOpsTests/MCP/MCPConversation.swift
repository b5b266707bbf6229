import Foundation
import Testing

@testable import SwarmOps

/// A running `swarmctl mcp` and the client's ends of its pipes.
///
/// Nothing waits for ever: what does not come within a minute is an issue of the test.
final class MCPConversation {
  let child: ChildProcess
  private let files: TemporaryFolder
  private var input: Descriptor?
  private var output: Descriptor?
  private var received: [UInt8] = []
  /// Bytes of it that hold no end of a line.
  private var searched = 0
  private var nextID = 0
  /// Messages that came while something else was waited for.
  var others: [JSONValue] = []

  /// Starts a session on a swarm.
  init(_ program: Program, _ words: [String] = ["--shared"], swarm: String = "test") throws {
    _ = Foundation.signal(SIGPIPE, SIG_IGN)
    files = try TemporaryFolder()
    let requests = try Pipe.make()
    let answers = try Pipe.make()
    let file = try FileSystem.open(files("stderr"), O_WRONLY | O_CREAT | O_APPEND)
    child = try ChildProcess(
      Program.path, arguments: ["mcp", swarm, "--root", program.root] + words,
      environment: EnvironmentVariables(program.environment),
      descriptors: [requests.read.number, answers.write.number, file.number])
    (input, output) = (requests.write, answers.read)
    Pipe.setNonBlocking(answers.read.number)
  }

  var stderr: String {
    String(decoding: (try? FileSystem.read(files("stderr"))) ?? [], as: UTF8.self)
  }

  func send(_ bytes: [UInt8]) throws {
    try FileSystem.writeAll(try #require(input).number, bytes)
  }

  func send(_ message: JSONObject) throws {
    try send(JSONValue.object(message).serialized() + [10])
  }

  /// Sends a request and returns its id.
  @discardableResult
  func request(_ method: String, _ parameters: JSONObject = [:]) throws -> JSONValue {
    nextID += 1
    let id = JSONValue.number(JSONNumber(nextID))
    try send([
      "jsonrpc": "2.0", "id": id, "method": .string(method), "params": .object(parameters),
    ])
    return id
  }

  func notify(_ method: String, _ parameters: JSONObject = [:]) throws {
    try send(["jsonrpc": "2.0", "method": .string(method), "params": .object(parameters)])
  }

  func initialize(_ version: String = "2025-11-25") throws {
    let id = try request(
      "initialize",
      [
        "protocolVersion": .string(version), "capabilities": [:],
        "clientInfo": ["name": "test", "version": "1"],
      ])
    _ = try answer(id)
    try notify("notifications/initialized")
  }

  /// Starts a call of the agent `Do`.
  @discardableResult
  func begin(_ code: String) throws -> JSONValue {
    try request("tools/call", ["name": "Do", "arguments": ["code": .string(code)]])
  }

  /// Calls an agent and returns whether it failed, and its text.
  func call(_ name: String, _ arguments: JSONObject) throws -> (failed: Bool, text: String) {
    let id = try request("tools/call", ["name": .string(name), "arguments": .object(arguments)])
    let answer = try answer(id)
    return (
      answer["result"]?["isError"]?.bool ?? true,
      answer["result"]?["content"]?.array?.first?["text"]?.string ?? answer.compactString
    )
  }

  /// The answer to a request.
  func answer(_ id: JSONValue, sourceLocation: SourceLocation = #_sourceLocation) throws
    -> JSONValue
  {
    if let index = others.firstIndex(where: { $0["id"] == id }) { return others.remove(at: index) }
    while true {
      let message = try #require(
        try next(), "no answer to \(id): \(stderr)", sourceLocation: sourceLocation)
      if message["id"] == id { return message }
      others.append(message)
    }
  }

  /// The next message, or `nil` where nothing more comes.
  func next() throws -> JSONValue? {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
      if let end = received[searched...].firstIndex(of: 10) {
        let line = Array(received[..<end])
        received.removeFirst(end + 1)
        searched = 0
        return try JSONValue.parse(line)
      }
      searched = received.count
      if !read() { return nil }
    }
    return nil
  }

  /// Reads some of what is there; whether more may come.
  private func read() -> Bool {
    guard let output else { return false }
    var polled = pollfd(fd: output.number, events: Int16(POLLIN), revents: 0)
    guard poll(&polled, 1, 1000) > 0 else { return true }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = chunk.withUnsafeMutableBytes { readBytes(output.number, $0.baseAddress, $0.count) }
    if count > 0 { received += chunk[..<count] }
    return count > 0 || (count == -1 && errno == EAGAIN)
  }

  /// Everything that is said until the end.
  func rest() throws -> [JSONValue] {
    var messages = others
    others = []
    while let message = try next() { messages.append(message) }
    return messages
  }

  func signal(_ number: Int32) { kill(child.id, number) }
  func closeInput() { input = nil }
  func closeOutput() { output = nil }

  /// Waits for the end and returns the status; a signal is negative.
  func end(sourceLocation: SourceLocation = #_sourceLocation) -> Int32 {
    _ = eventually("the end of the session", sourceLocation: sourceLocation) { child.hasEnded }
    switch child.end() {
    case .exited(let status): return status
    case .killed(let signal): return -signal
    case .outOfReach, .lost: return .min
    }
  }
}
