import Foundation

@testable import SwarmOps

/// Sources of agents that many tests use.
enum Sources {
  /// The folder of the package.
  static let repository = #filePath.components(separatedBy: "/Tests/")[0]

  /// An agent that returns its arguments as JSON.
  static let echo = agent(
    "Echo",
    parameters: """
      {"type": "object", "properties": {
        "text": {"type": "string"}, "n": {"type": "integer", "minimum": 1, "maximum": 5},
        "x": {"type": "number"}, "flag": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string"}}, "obj": {"type": "object"},
        "mode": {"type": "string", "enum": ["a", "b"]}}, "required": []}
      """,
    body: "import json; return json.dumps(kwargs, sort_keys=True, ensure_ascii=False)")

  /// An agent that keeps `text` under `key` and returns the whole memory.
  static let keep = agent(
    "Keep",
    body: """
      import json, os
              path = os.environ["BRAINSTEM_MEMORY_PATH"]
              memory = json.load(open(path)) if os.path.exists(path) else {}
              if "key" in kwargs:
                  memory[kwargs["key"]] = kwargs.get("text", "")
                  json.dump(memory, open(path, "w"))
              return json.dumps(memory, sort_keys=True)
      """)

  /// The source of an agent with one expression or a few statements as its `perform`.
  static func agent(
    _ name: String, parameters: String = #"{"type": "object", "properties": {}}"#,
    top: String = "", body: String
  ) -> String {
    """
    from agents.basic_agent import BasicAgent
    \(top)

    class \(name.filter { $0.isLetter || $0.isNumber })Agent(BasicAgent):
        def __init__(self):
            super().__init__(\(quoted(name)), {
                "name": \(quoted(name)), "description": "about \(name)",
                "parameters": \(parameters.replacing("true", with: "True"))})

        def perform(self, **kwargs):
            \(body)

    """
  }

  private static func quoted(_ text: String) -> String {
    String(decoding: JSONValue.string(text).serialized(), as: UTF8.self)
  }

  /// A JSON bundle of agents, files in the order of their names.
  static func bundle(
    name: String = "test", guid: String? = nil, _ agents: [String: String],
    extra: JSONObject = [:]
  ) -> JSONObject {
    var bundle: JSONObject = ["schema": "rapp-swarm/1.0", "name": .string(name)]
    if let guid { bundle["swarm_guid"] = .string(guid) }
    bundle["agents"] = .array(
      agents.sorted { $0.key < $1.key }.map {
        ["filename": .string($0.key), "source": .string($0.value)]
      })
    for (key, value) in extra { bundle[key] = value }
    return bundle
  }

  /// A JSON text.
  static func text(_ object: JSONObject) -> String {
    String(decoding: JSONValue.object(object).serialized(), as: UTF8.self)
  }
}

extension Program {
  /// Everything but our own caches and the bundles that tests write: what a person would call the
  /// state of the root.
  func state() throws -> [String: String] {
    try folder.snapshot(excluding: "root/.swarmctl").filter { $0.key.hasPrefix("root/swarms") }
  }
}
