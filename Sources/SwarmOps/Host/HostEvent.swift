/// What the host says: each key of the wire in this direction is spelled here, in ``HostFailure`` and
/// ``SandboxNotes``, and in the host's Python.
///
/// A process that runs agents can send anything, so nothing is believed that makes no sense.
enum HostEvent {
  /// An agent's answer, and what its call made of the memory.
  struct Result {
    /// What `perform` returned.
    let output: AgentAnswer.Output
    /// How long it took; zero where that is not told.
    let duration: Duration
    /// What the call made of the copy of the memory; of calls in warm processes alone.
    let memory: Memory
    /// Whether the process makes no further call.
    let isLast: Bool
    /// Names of processes that the call left behind, which were ended.
    let leftBehind: [String]
    /// What the host noted besides.
    let notes: SandboxNotes
  }

  /// What a call made of the copy of the memory.
  enum Memory {
    /// Nothing.
    case same
    /// New content, which need not be JSON.
    case new([UInt8])
    /// It was removed.
    case gone
    /// There are other files, or something that has to be looked at.
    case files
  }

  /// A forked process is ready for calls.
  case ready(process: Int32)
  /// A call was made. `number` is zero in a process of its own.
  case result(number: Int, Result)
  /// A call failed.
  case failure(number: Int, HostFailure)
  /// A call was not begun: the copy of the memory is not what was left there.
  case stale(number: Int)
  /// What an agent had to say before a conversation.
  case context(agent: String, text: String?, problem: String?, SandboxNotes)
  /// A file is being loaded.
  case loading(file: String)
  /// What was found in a file: an agent, a failure, or a requirement.
  case found(JSONObject)
  /// Nothing more comes.
  case end

  /// Bytes that the host would never send.
  struct Malformed: Error {}

  /// The error for a frame that the host would never send.
  static let garbled = SwarmError(
    .internalError, "the agent host sent what cannot be understood")

  /// Reads a frame of a process that was started for one conversation.
  ///
  /// - Throws: ``garbled``.
  static func read(_ frame: HostFrame) throws(SwarmError) -> HostEvent {
    do throws(Malformed) {
      return try HostEvent(frame)
    } catch {
      throw garbled
    }
  }

  /// Reads a frame.
  init(_ frame: HostFrame) throws(Malformed) {
    guard let header = (try? JSONValue.parse(frame.header))?.object else { throw Malformed() }
    let number = header["n"]?.int ?? 0
    guard number >= 0 else { throw Malformed() }
    switch header["type"]?.string {
    case "ready":
      guard let id = header["pid"]?.int.flatMap({ Int32(exactly: $0) }), id > 1 else {
        throw Malformed()
      }
      self = .ready(process: id)
    case "result": self = .result(number: number, try Result(header, frame.body))
    case "error": self = .failure(number: number, HostFailure(header))
    case "stale": self = .stale(number: number)
    case "context":
      let kind = header["kind"]?.string
      self = .context(
        agent: header["agent"]?.string ?? "",
        text: kind == "text" ? String(decoding: frame.body, as: UTF8.self) : nil,
        problem: kind == "error" ? header["message"]?.string ?? "it raised" : nil,
        SandboxNotes(header))
    case "loading": self = .loading(file: header["file"]?.string ?? "")
    case "end": self = .end
    default: self = .found(header)
    }
  }
}

extension HostEvent.Result {
  fileprivate init(_ header: JSONObject, _ body: [UInt8]) throws(HostEvent.Malformed) {
    // Without a size all of the body is output.
    let size = header["output"]?.int ?? body.count
    guard size >= 0, size <= body.count else { throw HostEvent.Malformed() }
    let bytes = Array(body[..<size])
    output = header["kind"]?.string == "text" ? .text(bytes) : .json(bytes)
    duration = .microseconds(min(max(header["us"]?.int ?? 0, 0), 1 << 50))
    isLast = header["last"]?.bool ?? false
    leftBehind = (header["left"]?.array ?? []).compactMap(\.string)
    notes = SandboxNotes(header)
    switch header["state"]?.string {
    case nil, "same": memory = .same
    case "new": memory = .new(Array(body[size...]))
    case "gone": memory = .gone
    case "files": memory = .files
    default: throw HostEvent.Malformed()
    }
  }
}
