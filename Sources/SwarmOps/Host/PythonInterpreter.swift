/// A Python interpreter that can run agents.
public struct PythonInterpreter: Sendable, Equatable {
  /// The program that was named, or the real one behind a version manager's shim.
  package let path: String
  /// Its version, such as `3.11.2`.
  package let version: String

  /// The oldest version that the host works with, as major and minor.
  package static let oldest = (major: 3, minor: 9)

  /// Where to look for an interpreter.
  public struct Selection: Sendable {
    /// What the person named for this call (`--python`).
    public var chosen: String?
    /// What the environment names (`SWARMCTL_PYTHON`).
    public var preferred: String?
    /// The folders to search for `python3`, in order.
    public var searchPath: [String]
    /// What version managers go by, such as the value of `PYENV_VERSION`; part of what is
    /// remembered about a shim.
    public var managerState: String

    /// Makes a selection.
    ///
    /// - Parameters:
    ///   - chosen: What the person named for this call.
    ///   - preferred: What the environment names.
    ///   - searchPath: The folders to search for `python3`.
    ///   - managerState: What version managers go by.
    public init(
      chosen: String? = nil, preferred: String? = nil, searchPath: [String],
      managerState: String = ""
    ) {
      self.chosen = chosen
      self.preferred = preferred
      self.searchPath = searchPath
      self.managerState = managerState
    }
  }

  /// Finds the interpreter to use.
  ///
  /// - Parameters:
  ///   - selection: Where to look.
  ///   - swarmSetting: What the swarm itself names (`deploy --python`).
  ///   - environment: The environment to ask candidates in.
  ///   - layout: The root whose cache remembers what was found out.
  ///   - remembers: Whether the cache may be written.
  /// - Throws: ``SwarmError/Code/setup`` where there is none, or the named one is of no use.
  static func find(
    _ selection: Selection, swarmSetting: String?, environment: EnvironmentVariables,
    layout: SwarmLayout, remembers: Bool = true
  ) throws(SwarmError) -> PythonInterpreter {
    let memory = InterpreterMemory(
      layout: layout, managerState: selection.managerState, remembers: remembers)
    let named = [
      (selection.chosen, "asked for"), (selection.preferred, "set for this session"),
      (swarmSetting, "the swarm's own setting"),
    ]
    for case (let name?, let source) in named where !name.isEmpty {
      let candidates = name.contains("/") ? [name] : selection.searchPath.map { $0 + "/" + name }
      guard let path = candidates.first(where: isProgram) else {
        throw SwarmError(
          .setup,
          "the Python interpreter \(name.shortenedPath) (\(source)) does not exist or is no "
            + "program",
          hint: .use(.python, to: "name one"), path: name.shortenedPath)
      }
      return try memory.interpreter(path, environment: environment)
    }
    var failures: [String] = []
    for folder in selection.searchPath {
      let path = (folder.isEmpty ? "." : folder) + "/python3"
      guard isProgram(path) else { continue }
      do throws(SwarmError) {
        return try memory.interpreter(path, environment: environment)
      } catch {
        failures.append(error.message)
      }
    }
    let oldest = "\(oldest.major).\(oldest.minor)"
    throw SwarmError(
      .setup,
      failures.isEmpty
        ? "no python3 on the path"
        : "no usable python3 on the path: " + failures.joined(separator: "; "),
      hint: .either(["install Python \(oldest) or later", .use(.python, to: "name one")]))
  }

  private static func isProgram(_ path: String) -> Bool {
    FileSystem.statusFollowingLinks(path)?.kind == .file && FileSystem.isExecutable(path)
  }

  /// Asks a program what it is.
  ///
  /// A version manager's shim is seen through by the answer's own path: it costs some 40 ms at every
  /// start. Every other program is run as it was named, whatever it says of itself.
  static func ask(_ path: String, environment: EnvironmentVariables) throws(SwarmError)
    -> PythonInterpreter
  {
    let question =
      "import sys;print('\\n'.join([sys.executable or '', '%d.%d.%d'%sys.version_info[:3]]))"
    let answer: (output: [UInt8], termination: ChildProcess.Termination)
    do throws(SwarmError) {
      answer = try ProgramOutput.capture(
        path, arguments: ["-I", "-S", "-c", question], environment: environment,
        timeout: .seconds(20))
    } catch {
      throw SwarmError(
        .setup, "\(path) cannot be started as Python",
        hint: .use(.python, to: "name another"), path: path,
        underlying: error.underlying ?? error.message, errno: error.errno)
    }
    let lines = String(decoding: answer.output, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    guard answer.termination == .exited(0), lines.count >= 2, lines[0].hasPrefix("/") else {
      throw SwarmError(
        .setup, "\(path) does not answer like Python: it \(answer.termination.text)",
        hint: .use(.python, to: "name another"), path: path)
    }
    let version = String(lines[1])
    let numbers = version.split(separator: ".").compactMap { Int($0) }
    guard numbers.count == 3, (numbers[0], numbers[1]) >= (oldest.major, oldest.minor) else {
      throw SwarmError(
        .setup, "\(path) is Python \(version); \(oldest.major).\(oldest.minor) or later is needed",
        hint: .use(.python, to: "name another"), path: path)
    }
    let isShim = VersionManagerShim.isShim(path)
    return PythonInterpreter(path: isShim ? String(lines[0]) : path, version: version)
  }
}

/// What was found out about interpreters, remembered until their files change.
struct InterpreterMemory {
  /// Changes with what is remembered, so that another version's memory is not read.
  private static let format = "2"

  let layout: SwarmLayout
  let managerState: String
  /// Whether what was found out is written down; a dry run writes nothing.
  var remembers = true

  /// What `path` is, from memory or by asking it.
  func interpreter(_ path: String, environment: EnvironmentVariables) throws(SwarmError)
    -> PythonInterpreter
  {
    guard let identity = identity(path) else {
      throw SwarmError(.setup, "\(path) does not exist", path: path)
    }
    let key = "\(Self.format) \(path) \(identity) \(managerState)"
    var known = CacheFile.read(layout.interpreters) ?? JSONObject()
    if let entry = known[key], let real = entry["path"]?.string,
      let version = entry["version"]?.string, let realIdentity = entry["identity"]?.string,
      self.identity(real) == realIdentity
    {
      return PythonInterpreter(path: real, version: version)
    }
    let found = try PythonInterpreter.ask(path, environment: environment)
    guard remembers else { return found }
    if known.count > 50 { known = JSONObject() }
    known[key] = .object([
      "path": .string(found.path), "version": .string(found.version),
      "identity": .string(self.identity(found.path) ?? ""),
    ])
    CacheFile.write(layout.interpreters, known, layout: layout)
    return found
  }

  private func identity(_ path: String) -> String? {
    FileSystem.statusFollowingLinks(path).map {
      "\($0.device):\($0.inode):\($0.size):\($0.modified)"
    }
  }
}
