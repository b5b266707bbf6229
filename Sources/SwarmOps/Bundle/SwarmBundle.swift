/// A swarm in transit: what a bundle of any form holds, checked.
package struct SwarmBundle: Sendable, Equatable {
  /// The schema that is read and written.
  package static let schema = "rapp-swarm/1.0"
  /// The most agents of one bundle; as many helper modules and data files are allowed.
  package static let maximumAgents = 1_000
  /// The most bytes of one bundle: sources, data files, soul and everything said about them.
  package static let maximumBytes = 64 << 20
  /// The most bytes of a bundle's JSON text.
  ///
  /// Escaping makes text longer, at most three times for any script when a writer escapes all that
  /// is not ASCII (`\u0436` for the two bytes of "ж"), so no bundle within ``maximumBytes`` is lost.
  package static let maximumDocumentBytes = 3 * maximumBytes

  /// The swarm to create or update, when the bundle says which.
  package var swarmGUID: GUID?
  /// The swarm's name: not empty, at most 255 characters, none of them a control character.
  package var name: String
  /// What the swarm is for.
  package var purpose: String
  /// The system prompt.
  package var soul: String
  /// When the bundle was made, as its maker wrote it.
  package var createdAt: String?
  /// Who made the bundle.
  package var createdBy: String?
  /// The agents in the order of the source; those of a folder by file name.
  package var agents: [BundledAgent]
  /// Python modules that agents import and that are no agents, and data files that they name.
  package var helpers: [BundledFile]
  /// Top-level fields that mean nothing here; they come back on export.
  package var otherFields: JSONObject

  /// Makes a bundle.
  ///
  /// - Parameters:
  ///   - swarmGUID: The swarm to create or update.
  ///   - name: The swarm's name.
  ///   - purpose: What the swarm is for.
  ///   - soul: The system prompt.
  ///   - createdAt: When the bundle was made.
  ///   - createdBy: Who made the bundle.
  ///   - agents: The agents.
  ///   - helpers: Python modules that the agents import, and data files.
  ///   - otherFields: Unknown top-level fields.
  package init(
    swarmGUID: GUID? = nil, name: String, purpose: String = "", soul: String = "",
    createdAt: String? = nil, createdBy: String? = nil, agents: [BundledAgent],
    helpers: [BundledFile] = [], otherFields: JSONObject = [:]
  ) {
    self.swarmGUID = swarmGUID
    self.name = name
    self.purpose = purpose
    self.soul = soul
    self.createdAt = createdAt
    self.createdBy = createdBy
    self.agents = agents
    self.helpers = helpers
    self.otherFields = otherFields
  }
}

/// One agent file of a bundle.
package struct BundledAgent: Sendable, Equatable {
  /// A plain `*_agent.py` name (see ``AgentFileName``).
  package let fileName: String
  /// The file's bytes, valid UTF-8 in every bundle that was read.
  package let source: [UInt8]
  /// SHA-256 of ``source``, in lower case hexadecimal.
  package let sha256: String
  /// What the bundle says about the agent: `name`, `display_name`, `description`, unknown fields.
  package let fields: JSONObject

  /// Makes an agent file and computes its hash.
  ///
  /// - Parameters:
  ///   - fileName: A plain `*_agent.py` name.
  ///   - source: The file's bytes.
  ///   - fields: What is said about the agent, without `filename`, `source` and `sha256`.
  package init(fileName: String, source: [UInt8], fields: JSONObject = [:]) {
    self.fileName = fileName
    self.source = source
    self.fields = fields
    sha256 = SHA256.hex(of: source)
  }
}

/// One helper module or data file of a bundle.
package struct BundledFile: Sendable, Equatable {
  /// The path below `agents/`, such as `helpers.py` or `lib/text.py` (see ``HelperPath``).
  package let path: String
  /// The file's bytes; those of a module are valid UTF-8 in every bundle that was read.
  package let source: [UInt8]
  /// SHA-256 of ``source``, in lower case hexadecimal.
  package let sha256: String

  /// Makes a file and computes its hash.
  ///
  /// - Parameters:
  ///   - path: The path below `agents/`.
  ///   - source: The file's bytes.
  package init(path: String, source: [UInt8]) {
    self.path = path
    self.source = source
    sha256 = SHA256.hex(of: source)
  }
}
