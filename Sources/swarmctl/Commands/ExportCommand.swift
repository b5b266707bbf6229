import SwarmOps

/// `export`: a swarm as a bundle again.
enum ExportCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let arguments = context.arguments
    let (context, swarm) = try context.reading()
    if let file = arguments[.file] { try Confirmation.ofReplacing(file, context) }
    let bundle = try SwarmExport(store: context.store, locks: context.lockOptions).bundle(swarm)
    if let folder = arguments[.folder] {
      try bundle.write(toFolder: folder)
      return written(bundle, swarm, to: folder)
    }
    let document = bundle.document(
      swarm: swarm, createdAt: bundle.createdAt, createdBy: bundle.createdBy)
    let bytes = document.serialized(pretty: true) + [UInt8(ascii: "\n")]
    if let file = arguments[.file] {
      try OutputFile.replace(file, bytes)
      return written(bundle, swarm, to: file)
    }
    // The bundle is the answer in every format: it is a JSON document itself.
    let output = context.output
    if output.prints(.document) {
      try output.writeRaw(withStatus(document))
    } else if output.prints(.rows) {
      try output.writeRaw(document.serialized() + [UInt8(ascii: "\n")])
    } else {
      try output.writeRaw(bytes)
    }
    return nil
  }

  /// The bundle with the `status` that every document of `-o json` has; a deploy leaves it out again.
  private static func withStatus(_ document: JSONValue) -> [UInt8] {
    var object = document.object ?? [:]
    if object["status"] == nil { object["status"] = "ok" }
    return JSONValue.object(object).serialized(pretty: true) + [UInt8(ascii: "\n")]
  }

  private static func written(_ bundle: SwarmBundle, _ swarm: GUID, to path: String) -> Report {
    Report(
      json: [
        "swarm_guid": .string("\(swarm)"), "name": .string(bundle.name),
        "agent_count": .number(JSONNumber(bundle.agents.count)), "path": .string(path),
      ],
      names: [path],
      text:
        "exported swarm \(VisibleText.line(bundle.name)) (\(swarm)) to \(VisibleText.line(path))")
  }
}
