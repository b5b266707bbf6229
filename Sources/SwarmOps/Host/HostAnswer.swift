/// What the host's frames say.
enum HostAnswer {
  /// The header of a frame.
  ///
  /// - Throws: ``SwarmError/Code/internalError`` for bytes that the host would never send.
  static func header(_ frame: HostFrame) throws(SwarmError) -> JSONObject {
    guard let header = (try? JSONValue.parse(frame.header))?.object else {
      throw SwarmError(.internalError, "the agent host sent a frame that is not JSON")
    }
    return header
  }

  /// The error that an `error` frame of a run stands for.
  ///
  /// - Parameters:
  ///   - header: The frame's header.
  ///   - agent: The agent's name.
  ///   - file: The agent's file.
  ///   - python: The interpreter that ran it.
  static func error(_ header: JSONObject, agent: String, file: String, python: PythonInterpreter)
    -> SwarmError
  {
    let message = header["message"]?.string ?? ""
    // A file that does not load has given no name yet.
    let agent = agent.isEmpty ? file : agent
    let trace = header["trace"]?.string
    if let module = header["missing_module"]?.string {
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
    switch header["category"]?.string {
    case "load":
      let state = header["state"]?.string ?? "import"
      let line = header["line"]?.int.map { " (line \($0))" } ?? ""
      return SwarmError(
        .agentNotLoadable, "\(file) cannot be loaded: \(state)\(line): \(message)",
        hint: "mend the file in its bundle and deploy again", trace: trace)
    case "arguments":
      return SwarmError(
        .badArgument, "agent \(agent) does not take these arguments: \(message)",
        hint: "its perform method and its metadata disagree, or an argument is missing",
        trace: trace)
    case "output_too_large": return outputTooLarge(agent)
    case "exit":
      return SwarmError(.agentFailed, "agent \(agent): \(message)", trace: trace)
    default:
      let exception = header["exception"]?.string.map { $0 + ": " } ?? ""
      return SwarmError(
        .agentFailed, "agent \(agent) raised \(exception)\(message); its memory was not changed",
        trace: trace)
    }
  }

  /// The error for an agent past the output limit.
  static func outputTooLarge(_ agent: String) -> SwarmError {
    SwarmError(
      .agentFailed,
      "agent \(agent) printed or returned more than \(HostProcess.outputLimit >> 20) MiB; "
        + "its memory was not changed")
  }
}
