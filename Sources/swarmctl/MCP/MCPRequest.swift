import SwarmOps

/// A request that was understood as far as it is the same for all methods.
struct MCPRequest {
  /// What it is called here: a client may use one id twice.
  let number: Int
  /// What its client calls it.
  let id: JSONRPCID
  let method: String
  let parameters: JSONObject
  /// The version that its answer is written in.
  let version: MCPVersion
  /// From which level on log messages are wanted for it, where requests say so.
  let logLevel: MCPLogLevel?
  /// What progress of it is reported under, where that is wanted.
  let progressToken: JSONValue?

  /// Finds out what version a request speaks, and whether that has its method.
  ///
  /// - Parameters:
  ///   - number: What to call it.
  ///   - id: What its client calls it.
  ///   - method: Its method.
  ///   - parameters: Its parameters.
  ///   - negotiated: The version that `initialize` has agreed on, or `nil`.
  /// - Throws: The error to answer with.
  init(
    _ number: Int, id: JSONRPCID, method: String, parameters: JSONObject, negotiated: MCPVersion?
  ) throws(JSONRPCError) {
    guard MCPVersion.knows(method) else { throw .noSuchMethod(method) }
    let meta = parameters["_meta"]?.object
    version = try Self.version(method, meta, negotiated)
    guard version.has(method) else { throw .noSuchMethod(method) }
    (self.number, self.id, self.method, self.parameters) = (number, id, method, parameters)
    logLevel =
      version.isStateless
      ? meta?[MCPMeta.logLevel]?.string.flatMap(MCPLogLevel.init(rawValue:)) : nil
    switch meta?[MCPMeta.progress] {
    case .string(let token)?: progressToken = .string(token)
    case .number(let token)?: progressToken = .number(token)
    default: progressToken = nil
    }
  }

  private static func version(
    _ method: String, _ meta: JSONObject?, _ negotiated: MCPVersion?
  ) throws(JSONRPCError) -> MCPVersion {
    // What follows decides on the version of the session.
    if method == "initialize" { return negotiated ?? .offered }
    guard let claimed = meta?[MCPMeta.version] else {
      if method == "server/discover" || method == "subscriptions/listen" {
        throw .invalidParameters(
          "params._meta lacks \"\(MCPMeta.version)\" and \"\(MCPMeta.capabilities)\"")
      }
      if let negotiated { return negotiated }
      if method == "ping" { return .offered }
      throw .invalidRequest(
        "send initialize first, or give each request \"\(MCPMeta.version)\" in params._meta")
    }
    guard let text = claimed.string else {
      throw .invalidParameters("\"\(MCPMeta.version)\" is \(claimed.typeName), not a string")
    }
    if let negotiated, negotiated.rawValue == text { return negotiated }
    guard let version = MCPVersion(rawValue: text), version.isStateless else {
      throw JSONRPCError(
        code: -32022, message: "protocol version \(text.prefix(100)) is not supported",
        data: [
          "supported": .array(MCPVersion.stateless.map { .string($0.rawValue) }),
          "requested": .string(text),
        ])
    }
    guard meta?[MCPMeta.capabilities]?.object != nil else {
      throw .invalidParameters("params._meta lacks \"\(MCPMeta.capabilities)\", an object")
    }
    return version
  }
}
