/// A version of the Model Context Protocol, and what differs between them.
///
/// Sources: https://modelcontextprotocol.io/specification, one tree for each version.
enum MCPVersion: String, CaseIterable, Comparable {
  case november2024 = "2024-11-05"
  case march2025 = "2025-03-26"
  case june2025 = "2025-06-18"
  case november2025 = "2025-11-25"
  case july2026 = "2026-07-28"

  static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  /// Whether each request says its version, and there is no `initialize`.
  var isStateless: Bool { self >= .july2026 }
  /// Whether an array of messages is a batch; later versions know none.
  var hasBatches: Bool { self <= .march2025 }
  /// Whether tools and prompts have titles.
  var hasTitles: Bool { self >= .june2025 }
  /// Whether tools have annotations, and progress a message.
  var hasAnnotations: Bool { self >= .march2025 }
  /// What is answered for a resource that there is not.
  var noSuchResource: Int { isStateless ? -32602 : -32002 }

  /// What a client is offered that asks for a version that there is not.
  static let offered = MCPVersion.november2025
  /// Those that say their version with each request.
  static let stateless = allCases.filter(\.isStateless)

  /// Whether this version has a method, and it is served.
  func has(_ method: String) -> Bool {
    Self.common.contains(method)
      || (isStateless ? Self.modern : Self.handshake).contains(method)
  }

  private static let common: Set = [
    "tools/list", "tools/call", "prompts/list", "prompts/get", "resources/list", "resources/read",
    "resources/templates/list",
  ]
  private static let handshake: Set = [
    "initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe",
  ]
  private static let modern: Set = ["server/discover", "subscriptions/listen"]

  /// The methods whose results say how long they hold, where versions are stateless.
  static let cacheable: Set = [
    "server/discover", "tools/list", "prompts/list", "resources/list", "resources/read",
    "resources/templates/list",
  ]

  /// Whether some version has a method.
  static func knows(_ method: String) -> Bool { allCases.contains { $0.has(method) } }
}

/// How grave a log message is, the least first (RFC 5424).
enum MCPLogLevel: String, CaseIterable, Comparable {
  case debug, info, notice, warning, error, critical, alert, emergency

  static func < (left: Self, right: Self) -> Bool { left.place < right.place }

  private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Keys of `_meta`.
enum MCPMeta {
  static let version = "io.modelcontextprotocol/protocolVersion"
  static let capabilities = "io.modelcontextprotocol/clientCapabilities"
  static let logLevel = "io.modelcontextprotocol/logLevel"
  static let server = "io.modelcontextprotocol/serverInfo"
  static let subscription = "io.modelcontextprotocol/subscriptionId"
  static let progress = "progressToken"
}
