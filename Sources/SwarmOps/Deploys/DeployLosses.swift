/// What a deploy takes away that may not have been meant.
package struct DeployLosses: Sendable, Equatable {
  /// Files below `agents/` that were made since the last deploy, and go.
  package let madeFiles: [String]
  /// The agent files of a bundle from another place, all of which go; empty where that is not so.
  package let otherAgents: [String]
  /// Where the bundle of the last deploy came from; empty where that is not known.
  package let lastOrigin: String

  /// Whether nothing is lost.
  package var isEmpty: Bool { madeFiles.isEmpty && otherAgents.isEmpty }

  /// Finds out what is lost.
  ///
  /// - Parameters:
  ///   - bundle: The new agents and files.
  ///   - origin: Where they come from.
  ///   - isFoundByName: Whether nothing but its name says that the bundle belongs to this swarm.
  ///   - current: What is in place.
  init(
    _ bundle: SwarmBundle, from origin: String, isFoundByName: Bool, _ current: DeployedState
  ) {
    var kept: Set<JSONKey> = []
    for agent in bundle.agents where current.holds(agent.source, at: agent.fileName) {
      kept.insert(JSONKey(agent.fileName))
    }
    for helper in bundle.helpers where current.holds(helper.source, at: helper.path) {
      kept.insert(JSONKey(helper.path))
    }
    madeFiles = current.made.filter { !kept.contains(JSONKey($0)) }
    lastOrigin = current.manifest?.deploy?.origin ?? ""
    let old = current.agentFiles
    let new = Set(bundle.agents.map { JSONKey($0.fileName) })
    let isFromElsewhere = isFoundByName && (lastOrigin.isEmpty || lastOrigin != origin)
    otherAgents =
      isFromElsewhere && old.isDisjoint(with: new)
      ? old.map(\.text).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } : []
  }

  /// What is lost, one sentence a kind.
  package var sentences: [String] {
    var sentences: [String] = []
    if !otherAgents.isEmpty {
      let last = lastOrigin.isEmpty ? "another place" : lastOrigin
      sentences.append(
        "the last bundle of this name came from \(last), and none of its agents stays: "
          + Self.list(otherAgents))
    }
    if !madeFiles.isEmpty {
      sentences.append("made since the last deploy, and going: " + Self.list(madeFiles))
    }
    return sentences
  }

  /// The first names; of many, how many more there are.
  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(10).joined(separator: ", ")
    return names.count > 10 ? shown + " and \(names.count - 10) more" : shown
  }
}
