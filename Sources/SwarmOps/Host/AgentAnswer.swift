/// What an agent returned.
public struct AgentAnswer: Sendable, Equatable {
  /// What `perform` returned.
  public enum Output: Sendable, Equatable {
    /// A string, as UTF-8.
    case text([UInt8])
    /// Something else, as JSON text.
    case json([UInt8])

    /// The bytes, of text or of JSON.
    public var bytes: [UInt8] {
      switch self {
      case .text(let bytes), .json(let bytes): bytes
      }
    }

    /// Whether it is a JSON object, or the text of one, whose `status` is `error`.
    public var saysError: Bool {
      let bytes = self.bytes
      // Most outputs are prose: only what begins like an object is looked into.
      guard bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "{"),
        let object = (try? JSONValue.parse(bytes, options: .allowNonFinite))?.object
      else { return false }
      return object["status"]?.string == "error"
    }
  }

  /// What `perform` returned.
  public let output: Output
  /// From the start of the agent's process to its answer.
  public let duration: Duration
  /// Whether the memory was changed.
  public internal(set) var isCommitted: Bool
  /// What the person should know about the arguments.
  public internal(set) var warnings: [String]
  /// What the sandbox refused, though the call worked.
  public internal(set) var refusals: [SandboxRefusal] = []
  /// What the agent was kept from.
  public internal(set) var sandbox = SandboxReach(.off, Fence.Reach())
}
