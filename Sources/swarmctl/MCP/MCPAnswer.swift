import SwarmOps

/// What agents return, as results of `tools/call`.
enum MCPAnswer {
  /// An agent's output; one that says of itself that it failed is an error.
  static func result(_ answer: AgentAnswer) -> JSONObject {
    result(String(decoding: answer.output.bytes, as: UTF8.self), isError: answer.output.saysError)
  }

  /// Why a call failed, in the words of `run`.
  static func result(_ error: SwarmError) -> JSONObject {
    var text = error.humanText(style: Style(usesColor: false), showsTrace: false)
    if text.hasSuffix("\n") { text.removeLast() }
    return result(text, isError: true)
  }

  private static func result(_ text: String, isError: Bool) -> JSONObject {
    [
      "content": [["type": "text", "text": .string(text)]], "isError": .bool(isError),
    ]
  }
}

/// The resource that a session's memory is.
enum MCPMemory {
  static let uri = "rapp://memory"

  /// The resource as the list has it.
  static func resource(_ version: MCPVersion, _ user: String) -> JSONValue {
    var resource: JSONObject = [
      "uri": .string(uri), "name": "memory",
      "description": .string("What the agents remember for \(user), as JSON."),
      "mimeType": "application/json",
    ]
    if version.hasTitles { resource["title"] = "Memory" }
    return .object(resource)
  }
}
