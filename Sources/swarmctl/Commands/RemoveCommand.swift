import SwarmOps

/// `remove`: swarms and all memory in them.
enum RemoveCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let arguments = context.arguments
    var swarms: [GUID] = []
    for word in arguments.words(.swarm) {
      let swarm: GUID
      do throws(SwarmError) {
        swarm = try context.store.resolve(word, allowsPrefix: false)
      } catch {
        if error.code == .noSuchSwarm, arguments[.ignoreNotFound] { continue }
        throw error
      }
      if !swarms.contains(swarm) { swarms.append(swarm) }
    }
    let doomed = try swarms.map { swarm throws(SwarmError) in
      Doomed(
        swarm: swarm, name: (try? context.store.manifest(swarm))?.name ?? "",
        usage: try SwarmUsage(of: swarm, layout: context.store.layout),
        snapshots: try SwarmSnapshot.all(of: swarm, layout: context.store.layout).count,
        versions: try MemoryVersions(store: context.store).usage(swarm))
    }
    for one in doomed {
      try SwarmRemoval(store: context.store, locks: context.lockOptions).check(one.swarm)
    }
    let isDryRun = arguments[.dryRun]
    if !isDryRun { try confirm(doomed, context) }
    let removal = SwarmRemoval(store: context.store, locks: context.lockOptions)
    var removed: [String] = []
    for one in doomed where !isDryRun {
      do throws(SwarmError) {
        try removal.remove(one.swarm)
        removed.append("\(one.swarm)")
      } catch {
        // What is gone must be said: the rest of the answer is the error.
        guard !removed.isEmpty else { throw error }
        var error = error
        error.message += "; removed before that: \(removed.joined(separator: ", "))"
        throw error
      }
    }
    let rows = doomed.map(\.json)
    return Report(
      json: ["removed": .array(rows), "dry_run": .bool(isDryRun)], rows: rows,
      names: doomed.map { "\($0.swarm)" },
      text: doomed.map { "\(isDryRun ? "would remove" : "removed") \($0.text)\n" }.joined(),
      done: removed.isEmpty ? nil : "removed: \(removed.joined(separator: ", "))")
  }

  private struct Doomed {
    let swarm: GUID
    let name: String
    let usage: SwarmUsage
    let snapshots: Int
    let versions: (count: Int, bytes: Int)

    var text: String {
      (name.isEmpty ? "damaged swarm \(swarm)" : "swarm \(VisibleText.line(name)) (\(swarm))")
        + " with the memory of \(usage.users) "
        + (usage.users == 1 ? "user" : "users") + (usage.hasShared ? " and shared" : "")
        + ", \(HumanSize.text(usage.bytes))"
        + (versions.count == 0
          ? ""
          : ", \(versions.count) earlier \(versions.count == 1 ? "version" : "versions") of it")
        + (snapshots == 0 ? "" : ", \(snapshots) \(snapshots == 1 ? "snapshot" : "snapshots")")
    }

    var json: JSONValue {
      [
        "swarm_guid": .string("\(swarm)"), "name": .string(name),
        "users": .number(JSONNumber(usage.users)), "bytes": .number(JSONNumber(usage.bytes)),
        "snapshots": .count(snapshots), "versions": .count(versions.count),
        "version_bytes": .count(versions.bytes),
      ]
    }
  }

  private static func confirm(_ doomed: [Doomed], _ context: CommandContext) throws(SwarmError) {
    if context.arguments[.yes] { return }
    for one in doomed {
      let word = one.name.isEmpty ? "\(one.swarm)" : one.name
      context.output.tell("this removes \(one.text), for good")
      // The name that is asked for must be on the screen also with -q.
      try Confirmation.check(
        context.terminal.confirmTyped(
          "type the swarm's name (\(word)) to remove it", expected: word), one.text)
    }
  }
}
