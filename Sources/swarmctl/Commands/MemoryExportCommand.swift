import SwarmOps

/// `memory export`: memory as one JSON document.
enum MemoryExportCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let arguments = context.arguments
    let (context, swarm) = try context.reading()
    let export = MemoryExport(store: context.store, locks: context.lockOptions)
    let reader = MemoryReader(store: context.store, locks: context.lockOptions)
    var namespaces: [Namespace]
    var left: [String] = []
    if arguments[.allUsers] {
      (namespaces, left) = try export.namespaces(swarm)
    } else {
      namespaces = [try context.namespaceByPrefix(reader, swarm)]
    }
    // The first one is opened before anything is written: a wrong user leaves no half document.
    let first = try namespaces.first.flatMap { namespace throws(SwarmError) in
      try export.open(swarm, namespace)
    }
    if first == nil, !arguments[.allUsers] {
      throw MemoryReader.noMemory(swarm, namespaces[0], called: arguments[word: .swarm])
    }
    let closing = Array(",\"status\":\"ok\"}\n".utf8)
    let name = (try? context.store.manifest(swarm))?.name ?? ""
    var count = 0
    func write(to sink: ([UInt8]) throws(SwarmError) -> Void) throws(SwarmError) {
      let head: JSONValue = [
        "schema": .string(MemoryArchive.schema), "swarm_guid": .string("\(swarm)"),
        "name": .string(name), "exported_at": .string(Timestamp.now().iso8601),
      ]
      try sink(Array(head.serialized().dropLast()) + Array(",\"memories\":[\n".utf8))
      for (index, namespace) in namespaces.enumerated() {
        guard let memory = try index == 0 ? first : export.open(swarm, namespace) else { continue }
        left += memory.left
        if count > 0 { try sink(Array(",\n".utf8)) }
        try memory.write(to: sink)
        count += 1
      }
      try sink(Array("\n]".utf8))
    }
    if let file = arguments[.file] {
      try Confirmation.ofReplacing(file, context)
      try OutputFile.replace(file) { sink throws(SwarmError) in
        try write(to: sink)
        try sink(closing)
      }
      return Report(
        json: [
          "swarm_guid": .string("\(swarm)"), "path": .string(file), "memories": .count(count),
        ],
        names: [file],
        text:
          "exported \(count) \(count == 1 ? "memory" : "memories") to \(VisibleText.line(file))",
        warnings: left.map { "not exported: \($0)" })
    }
    let output = context.output
    // What was begun is closed by whatever ends it, so that it stays one document.
    output.hasOpenDocument.withLock { $0 = output.isForPrograms }
    try write { bytes throws(SwarmError) in try output.writeRaw(bytes) }
    output.hasOpenDocument.withLock { $0 = false }
    try output.writeRaw(closing)
    for one in left { output.warn("not exported: \(one)") }
    return nil
  }
}
