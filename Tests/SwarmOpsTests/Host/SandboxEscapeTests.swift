import Foundation
import Testing

@testable import SwarmOps

/// Every attempt of `Fixtures/escapes/escape_agent.py`, from every way in; docs/security.md has the
/// table.
@Suite(.enabled(if: Fence.possible.landlock >= Landlock.scopeVersion && Fence.possible.isFiltered))
struct SandboxEscapeTests {
  private static let user = "11111111-2222-3333-4444-555555555555"
  private static let other = "99999999-2222-3333-4444-555555555555"

  /// Listens on sockets of every kind until it is ended; its process is one to send signals to.
  private static let listener = """
    import json, os, signal, socket, sys
    folder = sys.argv[1]
    signal.signal(signal.SIGURG, lambda *_: open(folder + "/signalled", "w").close())
    stream = socket.socket(socket.AF_UNIX); stream.bind(folder + "/stream"); stream.listen()
    abstract = socket.socket(socket.AF_UNIX); abstract.bind("\\0" + folder); abstract.listen()
    datagram = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); datagram.bind(folder + "/datagram")
    port = socket.create_server(("127.0.0.1", 0))
    with open(folder + "/ready.new", "w") as file:
        json.dump({"process": os.getpid(), "port": port.getsockname()[1]}, file)
    os.rename(folder + "/ready.new", folder + "/ready")
    sys.stdin.read()
    import time; time.sleep(600)
    """

  private let program: Program
  private let listener: Program.Running
  private let place: JSONObject
  private let words: [String]

  /// - Parameter isRoot: Whether agents run as who runs the tests, or as an ordinary user.
  private init(isRoot: Bool) throws {
    program = try Program()
    words =
      isRoot
      ? []
      : ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all"]
    for name in ["movable", "secret"] { try program.folder.write("home/" + name, "secret") }
    try program.folder.write("home/program", "#!/bin/sh\necho out\n")
    try program.folder.write("outside/file", "outside")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: program.folder("home/program"))
    try FileManager.default.createDirectory(
      atPath: program.folder("sockets"), withIntermediateDirectories: true)
    try program.folder.write("listener.py", Self.listener)
    let swarm = GUID.random()
    let memory = "root/swarms/\(swarm)/memory/\(Self.other)/memory.json"
    try program.folder.write(memory, "{\"other\": 1}")
    if !isRoot {
      let owned = Process()
      owned.executableURL = URL(fileURLWithPath: "/bin/chown")
      owned.arguments = ["-R", "65534:65534", program.folder.path]
      try owned.run()
      owned.waitUntilExit()
    }
    listener = try Self.start(
      program, words,
      ["/usr/bin/python3", program.folder("listener.py"), program.folder("sockets")])
    let ready = program.folder("sockets/ready")
    try #require(eventually("the listener") { FileSystem.statusFollowingLinks(ready) != nil })
    let heard = try JSONValue.parse(FileSystem.read(ready))
    place = [
      "home": .string(program.folder("home")), "root": .string(program.root),
      "outside": .string(program.folder("outside/file")), "swarm": .string("\(swarm)"),
      "other": .string(program.folder(memory)), "process": heard["process"] ?? .null,
      "port": heard["port"] ?? .null, "socket": .string(program.folder("sockets/stream")),
      "datagram": .string(program.folder("sockets/datagram")),
      "abstract": .string(program.folder("sockets")),
    ]
  }

  private static func start(
    _ program: Program, _ words: [String], _ command: [String], stdin: String = ""
  ) throws -> Program.Running {
    let all = words + command
    return try program.start(
      Array(all.dropFirst()), stdin: stdin, executable: all[0],
      environment: words.isEmpty ? [:] : ["SWARMCTL_PYTHON": "/usr/bin/python3"])
  }

  private func swarmctl(_ arguments: String..., stdin: String = "") throws -> Program.Outcome {
    try Self.start(program, words, [Program.path] + arguments, stdin: stdin).wait()
  }

  private func deploy(at way: String, level: String = "standard") throws -> Program.Outcome {
    var place = place
    place["at"] = .string(way)
    place["level"] = .string(level)
    let text = String(decoding: JSONValue.object(place).serialized(), as: UTF8.self)
    let fixtures = (FixtureAgentsTests.folder as NSString).deletingLastPathComponent
    let source = try String(
      contentsOfFile: fixtures + "/escapes/escape_agent.py", encoding: .utf8)
    let bundle = Sources.bundle(
      guid: place["swarm"]?.string,
      ["escape_agent.py": source.replacing("PLACE = {}", with: "PLACE = \(text)")])
    return try swarmctl(
      "deploy", "-", "--json", "--allow-broken", "--sandbox", level, stdin: Sources.text(bundle))
  }

  /// Expects that every attempt was made and none succeeded.
  private func check(
    _ text: String?, least: Int = 90, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let results = try JSONValue.parse(Array((text ?? "").utf8)).object ?? [:]
    #expect(results.count >= least, "\(results.count)", sourceLocation: sourceLocation)
    let escaped = results.filter { $0.value == "escaped" }.map(\.key)
    #expect(escaped == [], sourceLocation: sourceLocation)
    listener.signal(0)
    #expect(!listener.hasEnded, sourceLocation: sourceLocation)
    let names = try FileSystem.list(program.folder("home")).sorted()
    #expect(names == ["movable", "program", "secret"], sourceLocation: sourceLocation)
    let outside = try FileSystem.read(program.folder("outside/file"))
    #expect(outside == Array("outside".utf8), sourceLocation: sourceLocation)
  }

  private func run(isRoot: Bool, level: String = "standard") throws {
    let tests = self
    defer { tests.listener.signal(SIGKILL) }
    expect(try deploy(at: "run", level: level), status: 0)
    let run = try swarmctl("run", "test", "Escape", "--json", "--sandbox", level)
    try check(run.json?["output"]?.string ?? "\(run)")
    let line = #"{"swarm": "test", "name": "Escape", "user_guid": "\#(Self.user)"}"#
    let batch = try swarmctl("batch", "--sandbox", level, stdin: "\(line)\n\(line)\n")
    for line in batch.stdout.split(separator: "\n") {
      try check(try JSONValue.parse(Array(line.utf8))["output"]?.string ?? "\(batch)")
    }
    #expect(batch.stdout.split(separator: "\n").count == 2, "\(batch)")
    expect(try deploy(at: "context", level: level), status: 0)
    let context = try swarmctl("context", "test", "--json", "--sandbox", level)
    try check(context.json?["contexts"]?.array?.first?["context"]?.string ?? "\(context)")
    let load = try deploy(at: "load", level: level)
    let message = load.json?["agents"]?.array?.first?["message"]?.string ?? "\(load)"
    try check(message.components(separatedBy: "RESULTS").dropFirst().first)
  }

  @Test func nothingGetsOutUnderStandard() throws { try Self(isRoot: true).run(isRoot: true) }

  @Test func nothingGetsOutUnderStrict() throws {
    try Self(isRoot: true).run(isRoot: true, level: "strict")
  }

  @Test(.enabled(if: Machine.canGiveFilesAway)) func nothingGetsOutAsAnOrdinaryUser() throws {
    try Self(isRoot: false).run(isRoot: false)
  }

  init() throws { try self.init(isRoot: true) }
}
