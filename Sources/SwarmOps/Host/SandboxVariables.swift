/// Which environment variables agents see.
struct SandboxVariables: Sendable {
  /// What agents are given.
  let passed: EnvironmentVariables
  /// The names of those that were kept from them.
  let withheld: Set<String>

  private static let ordinary: Set<String> = [
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "TZ", "LANG",
  ]

  /// Chooses from an environment.
  ///
  /// - Parameters:
  ///   - all: The environment.
  ///   - names: What is passed besides what always is.
  ///   - temporary: The private temporary folder, the value of `TMPDIR`; `nil` for none.
  init(_ all: EnvironmentVariables, passing names: Set<String>, temporary: String?) {
    var entries: [[UInt8]] = []
    var withheld: Set<String> = []
    for entry in all.entries {
      let name = String(decoding: entry.prefix { $0 != 0x3D }, as: UTF8.self)
      if name == "TMPDIR" { continue }
      if Self.ordinary.contains(name) || name.hasPrefix("LC_") || names.contains(name) {
        entries.append(entry)
      } else {
        withheld.insert(name)
      }
    }
    if let temporary { entries.append(Array("TMPDIR=\(temporary)".utf8)) }
    passed = EnvironmentVariables(entries: entries)
    self.withheld = withheld
  }

  /// Passes everything.
  init(all: EnvironmentVariables) {
    (passed, withheld) = (all, [])
  }
}
