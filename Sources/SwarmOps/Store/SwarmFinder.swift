/// Finds the swarm that a person means among those of a root.
struct SwarmFinder {
  let store: SwarmStore
  /// Whether the beginning of a GUID will do; never where something is destroyed.
  let allowsPrefix: Bool
  private var layout: SwarmLayout { store.layout }

  /// Finds the one swarm that a word fits.
  ///
  /// - Parameter reference: A GUID, the beginning of one, or a name.
  /// - Returns: The swarm, which exists.
  /// - Throws: ``SwarmError/Code/noSuchSwarm`` or ``SwarmError/Code/ambiguous``, with candidates.
  func find(_ reference: String) throws(SwarmError) -> GUID {
    if let guid = GUID(reference) {
      try store.checkRoot()
      if try FileSystem.status(layout.swarm(guid)) != nil { return guid }
    }
    let index = SwarmIndex(layout: layout)
    let prefix = reference.lowercased()
    let mayBePrefix = allowsPrefix && prefix.utf8.count >= 4
    let found = index.find(reference, allowsPrefix: mayBePrefix, checksAll: !allowsPrefix)
    if let found, found.count == 1 {
      return found[0]
    }
    let (guids, _) = try store.folderNames()
    let swarms = index.summaries(of: guids)
    let matches = swarms.filter { swarm in
      (swarm.damage == nil && swarm.name == reference)
        || (mayBePrefix && swarm.guid.description.hasPrefix(prefix))
    }
    if matches.count == 1 { return matches[0].guid }
    if !matches.isEmpty {
      throw SwarmError(
        .ambiguous, "\"\(reference.shortened)\" fits \(matches.count) swarms",
        hint: "use the GUID of one of them",
        available: matches.map(candidate))
    }
    throw SwarmError(
      .noSuchSwarm, "there is no swarm \"\(reference.shortened)\" in \(layout.root)",
      hint: advice(reference, swarms))
  }

  /// What to say to a word that fits no swarm.
  private func advice(_ reference: String, _ swarms: [SwarmSummary]) -> Hint {
    let prefix = reference.lowercased()
    let begun = swarms.first { swarm in
      !allowsPrefix && prefix.utf8.count >= 4 && swarm.guid.description.hasPrefix(prefix)
    }
    let close = Suggestion.closest(to: reference, among: swarms.map(\.name).filter { !$0.isEmpty })
    let damaged = swarms.filter { $0.damage != nil }.map(\.guid.description)
    if let begun {
      return "nothing is destroyed by a prefix: give \(begun.guid) in full, or the name"
    } else if let part = Self.partNamingSwarm(reference, swarms.map(\.name)) {
      return part.rest.isEmpty
        ? .didYouMean(part.name)
        : .run(.call(part.name, agent: part.rest), "calls an agent of that swarm")
    } else if let close {
      return .didYouMean(close)
    } else if !damaged.isEmpty {
      let more = damaged.count > 3 ? " and \(damaged.count - 3) more" : ""
      return "damaged swarms have no name: \(damaged.prefix(3).joined(separator: ", "))\(more)"
    } else if swarms.isEmpty {
      return .all([
        "there are no swarms yet",
        .either([.run(.deploy, "makes one"), .run(.quickstart, "shows one at work")]),
      ])
    } else {
      return .run(.list, "shows what there is")
    }
  }

  /// The swarm in `lab/` or `lab.SaveMemory`, and what follows it.
  private static func partNamingSwarm(_ reference: String, _ names: [String])
    -> (name: String, rest: String)?
  {
    guard let cut = reference.firstIndex(where: { "./:".contains($0) }) else { return nil }
    let name = String(reference[..<cut])
    guard !name.isEmpty, names.contains(name) else { return nil }
    return (name, String(reference[cut...].dropFirst()))
  }

  /// Swarms that fit one name, each with what tells it from the others.
  func candidates(_ swarms: [GUID]) -> [String] {
    SwarmIndex(layout: layout, remembers: false).summaries(of: swarms).map(candidate)
  }

  /// A swarm among several that fit: what tells it from the others.
  private func candidate(_ swarm: SwarmSummary) -> String {
    var text = "\(swarm.guid) \(swarm.name)"
    if !swarm.createdAt.isEmpty { text += ", made \(swarm.createdAt.shortened)" }
    guard let usage = try? SwarmUsage(of: swarm.guid, layout: layout) else { return text }
    text += ", \(usage.bytes) bytes of memory"
    guard let last = usage.lastUse else { return text }
    return text + ", last used \(Timestamp(seconds: last / 1_000_000_000).iso8601)"
  }
}
