import SwarmOps

/// The agents of a swarm as tools of a model.
struct MCPTools {
  /// One tool.
  struct Tool {
    let name: String
    let title: String?
    let description: String
    let schema: JSONObject
    let annotations: JSONObject

    /// The tool as a version's list has it.
    func json(_ version: MCPVersion) -> JSONValue {
      var json: JSONObject = ["name": .string(name)]
      if version.hasTitles, let title { json["title"] = .string(title) }
      json["description"] = .string(description)
      json["inputSchema"] = .object(schema)
      if version.hasAnnotations, !annotations.isEmpty {
        json["annotations"] = .object(annotations)
      }
      return .object(json)
    }
  }

  /// The most tools on one page.
  static let pageLength = 100
  /// Bytes after which a page ends.
  static let pageBytes = 512 << 10

  /// The tools by name, in order.
  let tools: [Tool]
  /// Names of agents that no model could call.
  let leftOut: [String]

  /// Chooses the agents that can be tools.
  ///
  /// - Parameters:
  ///   - agents: The agents of the swarm.
  ///   - manifest: The swarm's manifest, which has their titles.
  ///   - only: The names that are wanted, or `nil` for all.
  init(_ agents: [AgentRecord], manifest: SwarmManifest, only: Set<String>?) {
    let usable = agents.filter { agent in
      agent.state == .ok && (only?.contains(agent.name) ?? true)
    }
    var titles: [String: String] = [:]
    for entry in manifest.fields["agents"]?.array ?? [] {
      guard let file = entry["filename"]?.string, let title = entry["display_name"]?.string else {
        continue
      }
      titles[file] = title
    }
    tools = usable.filter(\.isTool)
      .map { agent in
        Tool(
          name: agent.name, title: agent.annotations["title"]?.string ?? titles[agent.fileName],
          description: agent.description, schema: ToolSchema.object(for: agent.parameters),
          annotations: agent.annotations)
      }
      .sorted { $0.name < $1.name }
    leftOut = usable.filter { !$0.isTool }.map(\.name)
  }

  /// Whether there is a tool of a name.
  func has(_ name: String) -> Bool { tools.contains { $0.name == name } }

  /// One page of the list.
  ///
  /// - Parameters:
  ///   - cursor: What the page before gave as `nextCursor`, or `nil` for the first.
  ///   - version: The version to write it in.
  /// - Returns: The result of `tools/list`.
  /// - Throws: The error for a cursor that was never given.
  func page(_ cursor: JSONValue?, _ version: MCPVersion) throws(JSONRPCError) -> JSONObject {
    var rest = tools[...]
    switch cursor {
    case nil, .null?: break
    case .string(let text)? where text.hasPrefix(Self.cursorPrefix):
      // By name, so that it leads on even where tools have come or gone meanwhile.
      let last = String(text.dropFirst(Self.cursorPrefix.count))
      rest = rest.drop { $0.name <= last }
    default: throw .invalidParameters("the cursor is none that was given")
    }
    var page: [JSONValue] = []
    var bytes = 0
    while let tool = rest.first, page.count < Self.pageLength, bytes < Self.pageBytes {
      let json = tool.json(version)
      bytes += json.serialized().count
      page.append(json)
      rest.removeFirst()
    }
    var result: JSONObject = ["tools": .array(page)]
    if !rest.isEmpty, let last = page.last?["name"]?.string {
      result["nextCursor"] = .string(Self.cursorPrefix + last)
    }
    return result
  }

  private static let cursorPrefix = "after:"

  /// The error for a tool that there is not.
  static func noSuchTool(_ name: String) -> JSONRPCError {
    .invalidParameters("there is no tool \"\(name.prefix(100))\"")
  }
}
