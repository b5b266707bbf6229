import SwarmOps

extension SandboxOptions {
  /// What the options of a command line say (`CommandTable.sandbox`); nothing where it has none.
  init(_ arguments: ParsedArguments) {
    self.init()
    level = arguments[.sandbox]
    readable = arguments[.allowRead].map(WorkingFolder.absoluteFolder)
    writable = arguments[.allowWrite].map(WorkingFolder.absoluteFolder)
    variables = arguments[.passEnvironment]
    memoryLimit = arguments[.maxMemory]
    diskLimit = arguments[.maxDisk]
  }
}
