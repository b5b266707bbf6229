import SwarmOps

/// What a chat program must be told to start `swarmctl mcp`.
struct MCPClientConfiguration {
  /// The chat programs whose form of configuration is known.
  enum Client: String, CaseIterable {
    case claude, vscode, cursor, codex, generic

    /// Where the configuration goes, for people.
    var place: String {
      switch self {
      case .claude:
        "Claude Desktop: claude_desktop_config.json; Claude Code: .mcp.json in the project"
      case .vscode: ".vscode/mcp.json in the project, or `MCP: Open User Configuration`"
      case .cursor: "~/.cursor/mcp.json, or .cursor/mcp.json in the project"
      case .codex: "~/.codex/config.toml"
      case .generic: "wherever your program lists its MCP servers: a command on standard input"
      }
    }
  }

  /// What the server is called there.
  let name: String
  /// The program, as an absolute path.
  let command: String
  /// Its words.
  let arguments: [String]

  /// Describes a server.
  ///
  /// - Parameters:
  ///   - swarm: The swarm's name, of which what no client refuses is kept.
  ///   - command: The program, as an absolute path.
  ///   - arguments: Its words.
  init(swarm: String, command: String, arguments: [String]) {
    let plain = swarm.map { character in
      character.isASCII && (character.isLetter || character.isNumber) || character == "_"
        ? character : "-"
    }
    name = String(plain.prefix(64))
    (self.command, self.arguments) = (command, arguments)
  }

  /// What to paste: JSON, or TOML for Codex.
  ///
  /// - Parameter client: Whose form it has.
  func text(for client: Client) -> String {
    guard let json = json(for: client) else {
      // The strings of JSON are strings of TOML too.
      return """
        [mcp_servers.\(name)]
        command = \(JSONValue.string(command).compactString)
        args = \(JSONValue.array(arguments.map(JSONValue.string)).compactString)

        """
    }
    return String(decoding: json.serialized(pretty: true), as: UTF8.self) + "\n"
  }

  /// The configuration as JSON, or `nil` where it has another form.
  func json(for client: Client) -> JSONValue? {
    var server: JSONObject = [
      "command": .string(command), "args": .array(arguments.map(JSONValue.string)),
    ]
    switch client {
    case .claude: return ["mcpServers": [name: .object(server)]]
    case .cursor, .vscode:
      server = JSONObject([(key: "type", value: JSONValue.string("stdio"))] + Array(server))
      return client == .cursor
        ? ["mcpServers": [name: .object(server)]] : ["servers": [name: .object(server)]]
    case .codex: return nil
    case .generic:
      return .object(
        JSONObject(
          [(key: "name", value: .string(name)), (key: "transport", value: "stdio")]
            + Array(server)))
    }
  }
}
