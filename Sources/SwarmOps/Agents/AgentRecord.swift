/// What is known of one agent without running it.
public struct AgentRecord: Sendable, Equatable {
  /// Whether an agent can be used, and if not, why (spec section 3).
  public enum State: String, Sendable {
    /// It can be run.
    case ok
    /// Its file is not Python.
    case syntax
    /// Its file, or something that the file imports, cannot be executed.
    case `import`
    /// Its file defines no agent.
    case noClass = "no_class"
    /// Its class cannot be instantiated.
    case instantiation
    /// Another file's agent has its name and comes first.
    case duplicateName = "duplicate_name"
  }

  /// The agent's name; empty where its file gives none.
  public let name: String
  /// The file that defines it.
  public let fileName: String
  /// The class that makes it; empty where its file gives none.
  public let className: String
  /// Whether it can be used.
  public var state: State
  /// What is wrong, or a warning about a usable agent; empty where there is nothing to say.
  public var message: String
  /// The line of the file that is wrong, counted from 1.
  public let line: Int?
  /// The module that was not found.
  public let missingModule: String?
  /// What it says of itself.
  public let description: String
  /// The schema of its arguments as it gives it, or `nil`.
  public let parameters: JSONValue?
  /// Whether it has something to say in `system_context()`.
  public let hasContext: Bool
  /// The packages that it declares to need.
  public let requires: [String]
  /// The environment variables that it declares to need.
  public let requiresEnvironment: [String]

  /// Reads a frame of the host's `load` mode; `nil` for frames that say something else.
  init?(frame: JSONObject) {
    guard let file = frame["file"]?.string, let type = frame["type"]?.string else { return nil }
    fileName = file
    line = frame["line"]?.int
    missingModule = frame["missing_module"]?.string
    requires = Self.strings(frame["requires"])
    requiresEnvironment = Self.strings(frame["requires_env"])
    switch type {
    case "agent":
      name = frame["name"]?.string ?? ""
      className = frame["class"]?.string ?? ""
      state = .ok
      message = frame["warning"]?.string ?? ""
      description = frame["description"]?.string ?? ""
      parameters = frame["metadata"]?["parameters"]
      hasContext = frame["has_context"]?.bool ?? false
    case "failed":
      (name, className, description, parameters, hasContext) = ("", "", "", nil, false)
      state = frame["state"]?.string.flatMap(State.init(rawValue:)) ?? .import
      message = frame["message"]?.string ?? ""
    default: return nil
    }
  }

  private static func strings(_ value: JSONValue?) -> [String] {
    value?.array?.compactMap(\.string) ?? []
  }
}
