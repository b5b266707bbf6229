import Foundation
import Testing

@testable import SwarmOps

/// The built `swarmctl`, run as a user would with a cleared environment and a root of its own.
struct Program {
  /// What a run of the program left.
  struct Outcome: CustomStringConvertible {
    let command: String
    let status: Int32
    let stdout: String
    let stderr: String

    var description: String {
      "$ \(command)\n-- status \(status)\n-- stdout\n\(stdout)\n-- stderr\n\(stderr)"
    }

    /// Standard output as one JSON document.
    var json: JSONValue? { try? JSONValue.parse(Array(stdout.utf8)) }
  }

  /// A run under way.
  final class Running {
    fileprivate let child: ChildProcess
    fileprivate let command: String
    fileprivate let files: TemporaryFolder

    fileprivate init(child: ChildProcess, command: String, files: TemporaryFolder) {
      self.child = child
      self.command = command
      self.files = files
    }

    var processID: Int32 { child.id }
    var hasEnded: Bool { child.hasEnded }
    func signal(_ number: Int32) { kill(child.id, number) }

    /// What was written so far.
    var stderrSoFar: String {
      (try? String(contentsOfFile: files("stderr"), encoding: .utf8)) ?? ""
    }
    var stdoutSoFar: String {
      (try? String(contentsOfFile: files("stdout"), encoding: .utf8)) ?? ""
    }

    /// Waits for the end.
    func wait() throws -> Outcome {
      var information = siginfo_t()
      while waitid(P_PID, id_t(child.id), &information, WEXITED | WNOWAIT) == -1 && errno == EINTR {
      }
      let status: Int32 =
        switch child.end() {
        case .exited(let status): status
        case .killed(let signal): -signal
        case .outOfReach, .lost: .min
        }
      return Outcome(
        command: command, status: status,
        stdout: String(decoding: try FileSystem.read(files("stdout")), as: UTF8.self),
        stderr: String(decoding: try FileSystem.read(files("stderr")), as: UTF8.self))
    }
  }

  /// The program's path, beside the test bundle.
  static let path: String = {
    let bundle =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
    var folder = (bundle as NSString).deletingLastPathComponent
    while folder.count > 1 {
      let candidate = folder + "/swarmctl"
      if FileSystem.statusFollowingLinks(candidate)?.kind == .file { return candidate }
      folder = (folder as NSString).deletingLastPathComponent
    }
    fatalError("no swarmctl beside \(bundle): build it first")
  }()

  /// The folder of the test; the root is `root` in it, HOME is `home`.
  let folder: TemporaryFolder
  var root: String { folder("root") }
  var environment: [String: String]

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder("home"), withIntermediateDirectories: true)
    environment = [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder("home"),
      "SWARMCTL_ROOT": folder("root"), "TMPDIR": NSTemporaryDirectory(), "LANG": "C.UTF-8",
    ]
    if let python = Self.python { environment["SWARMCTL_PYTHON"] = python }
  }

  /// The interpreter that this machine's `python3` really is, shims seen through.
  static let python: String? = {
    let found = try? PythonInterpreter.find(
      PythonInterpreter.Selection(
        searchPath: (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
          .split(separator: ":").map(String.init)),
      swarmSetting: nil, environment: EnvironmentVariables(ProcessInfo.processInfo.environment),
      layout: SwarmLayout(root: "/nonexistent"))
    return found?.path
  }()

  /// The store of the root, to look at what the program did.
  var store: SwarmStore { SwarmStore(root: root) }

  /// Starts the program, or another one in the same surroundings.
  ///
  /// Streams go to files: no pipe can fill up while nobody reads.
  func start(
    _ words: [String], stdin: String = "", executable: String = Program.path,
    environment extra: [String: String] = [:]
  ) throws -> Running {
    let files = try TemporaryFolder()
    try files.write("stdin", stdin)
    let input = try FileSystem.open(files("stdin"), O_RDONLY)
    let output = try FileSystem.open(files("stdout"), O_WRONLY | O_CREAT | O_APPEND)
    let error = try FileSystem.open(files("stderr"), O_WRONLY | O_CREAT | O_APPEND)
    let child = try ChildProcess(
      executable, arguments: words,
      environment: EnvironmentVariables(environment.merging(extra) { $1 }),
      descriptors: [input.number, output.number, error.number])
    return Running(
      child: child, command: ([executable] + words).joined(separator: " "), files: files)
  }

  /// Runs the program to its end.
  @discardableResult
  func callAsFunction(
    _ words: String..., stdin: String = "", environment extra: [String: String] = [:]
  ) throws -> Outcome {
    try start(words, stdin: stdin, environment: extra).wait()
  }

  /// Runs a shell script with `swarmctl` on the path.
  func shell(_ script: String) throws -> Outcome {
    let folder = (Self.path as NSString).deletingLastPathComponent
    return try start(
      ["-c", script], executable: "/bin/bash",
      environment: ["PATH": folder + ":" + (environment["PATH"] ?? "")]
    ).wait()
  }

  /// A folder where agents leave signs for tests.
  var meeting: String { folder("meeting") }

  /// Lets a swarm's agents write where they meet the test, outside of what they otherwise may.
  func allowMeetings(of swarm: String) throws {
    try FileManager.default.createDirectory(atPath: meeting, withIntermediateDirectories: true)
    let outcome = try self("configure", swarm, "--allow-write", meeting)
    try #require(outcome.status == 0, "\(outcome)")
  }

  /// What swarmctl finds out about Python and its host once for each root, by path in the cache, and the
  /// folder of the test that found it out; for all tests together, as it takes as long as several calls.
  private static let found: (folder: String, files: [(path: String, content: [UInt8])]) = {
    guard let program = try? Program(),
      let agent = try? program.folder.write("bundle/echo_agent.py", Sources.echo),
      (try? program("deploy", (agent as NSString).deletingLastPathComponent))?.status == 0,
      let entries = try? FolderTree.entries(of: program.root + "/.swarmctl/cache")
    else { return ("", []) }
    let files = entries.filter { $0.status.kind == .file }.map(\.path.text).filter {
      $0.hasPrefix("host-") || $0.hasPrefix("interpreter")
    }
    return (
      program.folder.path,
      files.compactMap { path in
        (try? FileSystem.read(program.root + "/.swarmctl/cache/" + path)).map { (path, $0) }
      }
    )
  }()

  /// Gives a root that is not there yet what another test has found out.
  private func prepareRoot() throws {
    guard FileSystem.statusFollowingLinks(root) == nil else { return }
    for (path, content) in Self.found.files {
      let file = root + "/.swarmctl/cache/" + path
      try FileSystem.makeFolders((file as NSString).deletingLastPathComponent)
      // It names the home folder of that test.
      let own =
        path.hasPrefix("interpreter")
        ? Array(
          String(decoding: content, as: UTF8.self)
            .replacingOccurrences(of: Self.found.folder, with: folder.path).utf8) : content
      try FileSystem.create(file, own, sync: false)
    }
  }

  /// Deploys agents given by their source and returns the swarm.
  ///
  /// - Parameter isBroken: Whether no agent may load any more, or one that did before.
  @discardableResult
  func deploy(name: String = "test", isBroken: Bool = false, _ agents: [String: String]) throws
    -> GUID
  {
    try prepareRoot()
    let place = "bundles/" + name
    for (file, source) in agents { try folder.write("\(place)/\(file)", source) }
    let words = ["deploy", folder(place), "--json"] + (isBroken ? ["--allow-broken"] : [])
    let outcome = try start(words).wait()
    let guid = outcome.json?["swarm_guid"]?.string.flatMap { GUID($0) }
    return try #require(guid, "\(outcome)")
  }
}
