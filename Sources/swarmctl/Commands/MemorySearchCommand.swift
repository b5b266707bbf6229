import SwarmOps

/// `memory search`: entries that contain every word.
enum MemorySearchCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let arguments = context.arguments
    let (context, swarm) = try context.reading()
    let words = arguments.words(.words)
      .flatMap { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
    if words.isEmpty { throw SwarmError(.usage, "there is no word to search for") }
    let reader = MemoryReader(store: context.store, locks: context.lockOptions)
    let isAll = arguments[.allUsers]
    var namespaces: [Namespace]
    if isAll {
      let export = MemoryExport(store: context.store, locks: context.lockOptions)
      let (found, left) = try export.namespaces(swarm)
      for one in left { context.output.warn("not searched: \(one)") }
      namespaces = found
    } else {
      namespaces = [try context.namespaceByPrefix(reader, swarm)]
    }

    let stream = try ListStream(
      context.output, key: "entries",
      columns: (isAll ? [.init("USER")] : []) + MemoryRow.columns,
      fields: ["swarm_guid": .string("\(swarm)")],
      selection: RowSelection(arguments, sorts: false))
    var torn: [SwarmError] = []
    for namespace in namespaces where !context.output.standardOutput.isClosed {
      let document: MemoryDocument?
      do throws(SwarmError) {
        document = try reader.read(swarm, namespace)
      } catch {
        // One bad namespace does not end a search of all of them.
        guard isAll else { throw error }
        context.output.warn("not searched: \(error.message)")
        continue
      }
      guard let document else {
        if isAll { continue }
        throw MemoryReader.noMemory(swarm, namespace, called: arguments[word: .swarm])
      }
      if case .invalid = document.content, let error = document.syntaxError { torn.append(error) }
      let hits = MemoryReader.search(words, in: document.readable, of: namespace)
      for row in MemoryRow.newestFirst(hits.map(MemoryRow.init)) {
        let isRead = try stream.row(
          json: row.json, cells: (isAll ? [namespace.folderName] : []) + row.cells,
          name: row.id ?? namespace.folderName)
        if !isRead { break }
      }
    }
    let notes =
      stream.count == 0 ? ["no entry has \(words.joined(separator: " and ").shortened)"] : []
    guard let first = torn.first else {
      try stream.end(notes: notes)
      return nil
    }
    // What could be read was shown, and an answer that may lack something is none to rely on.
    for error in torn { context.output.warn("searched in part: \(error.message)") }
    try stream.end(
      fields: [
        "status": "error", "code": .string(first.code.rawValue), "message": .string(first.message),
        "unread": .array(torn.compactMap(\.path).map { .string($0) }),
      ], notes: notes)
    return Report(exitStatus: first.code.exitStatus, isWritten: true)
  }
}
