import SwarmOps

extension SandboxOptions {
  /// What the options of a command line say (`CommandTable.sandbox`); nothing where it has none.
  init(_ arguments: ParsedArguments) {
    self.init()
    level = arguments.text("sandbox").flatMap { Level(rawValue: $0) }
    readable = arguments.texts("allow-read").map(WorkingFolder.absoluteFolder)
    writable = arguments.texts("allow-write").map(WorkingFolder.absoluteFolder)
    variables = arguments.texts("pass-env")
    memoryLimit = arguments.bytes("max-memory")
    diskLimit = arguments.bytes("max-disk")
  }
}
