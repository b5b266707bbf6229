/// Why a call failed, as the host tells it.
struct HostFailure: Sendable {
  /// The kind of failure, such as `load`; `nil` for an exception of `perform`.
  private let category: String?
  private let message: String
  private let trace: String?
  /// A module that could not be imported.
  private let missingModule: String?
  /// The name of the exception's class.
  private let exception: String?
  /// What of a file failed that does not load, such as `syntax`.
  private let loadState: String
  private let line: Int?
  /// What the host noted besides.
  let notes: SandboxNotes

  /// Reads the header of an `error` frame.
  init(_ header: JSONObject) {
    category = header["category"]?.string
    message = header["message"]?.string ?? ""
    trace = header["trace"]?.string
    missingModule = header["missing_module"]?.string
    exception = header["exception"]?.string
    loadState = header["state"]?.string ?? "import"
    line = header["line"]?.int
    notes = SandboxNotes(header)
  }

  /// The error that it stands for.
  ///
  /// - Parameters:
  ///   - agent: The agent's name.
  ///   - file: The agent's file.
  ///   - python: The interpreter that ran it.
  func error(agent: String, file: String, python: PythonInterpreter) -> SwarmError {
    // A file that does not load has given no name yet.
    let agent = agent.isEmpty ? file : agent
    if let module = missingModule {
      return SwarmError(
        .setup,
        "agent \(agent) needs the Python module \(module), which \(python.path) does not have",
        hint: .either([
          .all([
            "install it for that interpreter",
            .run(.requirements("<swarm>"), "lists what the agents need"),
          ]),
          .use(.python, to: "name one that has it"),
        ]),
        path: python.path, trace: trace)
    }
    switch category {
    case "load":
      let place = line.map { " (line \($0))" } ?? ""
      return SwarmError(
        .agentNotLoadable, "\(file) cannot be loaded: \(loadState)\(place): \(message)",
        hint: "fix the file in its bundle and deploy again", trace: trace)
    case "arguments":
      return SwarmError(
        .badArgument, "agent \(agent) does not take these arguments: \(message)",
        hint: "its perform method and its metadata disagree, or an argument is missing",
        trace: trace)
    case "output_too_large": return HostEnding.tooMuchOutput("agent \(agent)")
    case "exit":
      return SwarmError(.agentFailed, "agent \(agent): \(message)", trace: trace)
    default:
      let exception = exception.map { $0 + ": " } ?? ""
      return SwarmError(
        .agentFailed, "agent \(agent) raised \(exception)\(message); its memory was not changed",
        trace: trace)
    }
  }
}
