import SwarmOps

// The options of the table by their typed names, in order of their types.

extension FlagKey {
  static let allUsers = FlagKey("all-users")
  static let allowBroken = FlagKey("allow-broken")
  static let check = FlagKey("check")
  static let copiesOnDisk = FlagKey("copies-on-disk")
  static let debug = FlagKey("debug")
  static let diff = FlagKey("diff")
  static let dryRun = FlagKey("dry-run")
  static let entries = FlagKey("entries")
  static let failFast = FlagKey("fail-fast")
  static let failed = FlagKey("failed")
  static let fix = FlagKey("fix")
  static let force = FlagKey("force")
  static let ignoreNotFound = FlagKey("ignore-not-found")
  static let json = FlagKey("json")
  static let local = FlagKey("local")
  static let man = FlagKey("man")
  static let memory = FlagKey("memory")
  static let merge = FlagKey("merge")
  static let new = FlagKey("new")
  static let noInput = FlagKey("no-input")
  static let noValidate = FlagKey("no-validate")
  static let ordered = FlagKey("ordered")
  static let quiet = FlagKey("quiet")
  static let remove = FlagKey("remove")
  static let reset = FlagKey("reset")
  static let shared = FlagKey("shared")
  static let strict = FlagKey("strict")
  static let strictArguments = FlagKey("strict-args")
  static let tools = FlagKey("tools")
  static let withContent = FlagKey("with-content")
  static let yes = FlagKey("yes")
}

extension ArgumentKey where Value == String? {
  static var agent: Self { Self("agent") { $0 } }
  static var arguments: Self { Self("args") { $0 } }
  static var by: Self { Self("by") { $0 } }
  static var content: Self { Self("content") { $0 } }
  static var file: Self { Self("file") { $0 } }
  static var folder: Self { Self("folder") { $0 } }
  static var html: Self { Self("html") { $0 } }
  static var name: Self { Self("name") { $0 } }
  /// The id that a new entry is to have.
  static var newEntry: Self { Self("entry") { $0 } }
  static var python: Self { Self("python") { $0 } }
  static var resume: Self { Self("resume") { $0 } }
  static var root: Self { Self("root") { $0 } }
  /// The field that rows are sorted by, with `-` before it for the other way round.
  static var sort: Self { Self("sort") { $0 } }
  static var type: Self { Self("type") { $0 } }
  static var user: Self { Self("user") { $0 } }
  static var value: Self { Self("value") { $0 } }
}

extension ArgumentKey where Value == [String] {
  static var agents: Self { Self(every: "agents") }
  static var allowRead: Self { Self(every: "allow-read") }
  static var allowWrite: Self { Self(every: "allow-write") }
  static var entryIDs: Self { Self(every: "entry") }
  static var filters: Self { Self(every: "filter") }
  static var passEnvironment: Self { Self(every: "pass-env") }
  static var tags: Self { Self(every: "tag") }
}

extension ArgumentKey where Value == Int? {
  static var from: Self { Self("from", ValueReader.count) }
  static var importance: Self { Self("importance", ValueReader.count) }
  static var jobs: Self { Self("jobs", ValueReader.count) }
  static var largerThan: Self { Self("larger-than", ValueReader.bytes) }
  static var limit: Self { Self("limit", ValueReader.count) }
  static var maxDisk: Self { Self("max-disk", ValueReader.bytes) }
  static var maxMemory: Self { Self("max-memory", ValueReader.bytes) }
  static var to: Self { Self("to", ValueReader.count) }
  static var version: Self { Self("version", ValueReader.count) }
}

extension ArgumentKey where Value == Duration {
  static var lockTimeout: Self { Self(CommandTable.lockTimeout, ValueReader.duration) }
  /// How long a call may take; zero for no limit.
  static var timeout: Self { Self(CommandTable.timeout, ValueReader.duration) }
}

extension ArgumentKey where Value == Duration? {
  static var olderThan: Self { Self("older-than", ValueReader.age) }
  static var since: Self { Self("since", ValueReader.age) }
}

extension ArgumentKey where Value == GUID? {
  static var guid: Self { Self("guid") { GUID($0) } }
}

extension ArgumentKey where Value == BatchShard? {
  static var shard: Self {
    Self("shard") { text in
      ValueReader.shard(text).flatMap { BatchShard(index: $0.index, count: $0.count) }
    }
  }
}

extension ArgumentKey where Value == SandboxOptions.Level? {
  static var sandbox: Self { Self("sandbox") { SandboxOptions.Level(rawValue: $0) } }
}

extension ArgumentKey where Value == UserRecords.Order? {
  static var usersSort: Self { Self("sort") { UserRecords.Order(rawValue: $0) } }
}

extension ArgumentKey where Value == MCPClientConfiguration.Client? {
  static var printConfig: Self {
    Self("print-config") { MCPClientConfiguration.Client(rawValue: $0) }
  }
}

extension ArgumentKey where Value == OutputFormat {
  static var output: Self { Self(CommandTable.output) { OutputFormat(rawValue: $0) } }
}

extension ArgumentKey where Value == ColorChoice {
  static var color: Self { Self(CommandTable.color) { ColorChoice(rawValue: $0) } }
}
