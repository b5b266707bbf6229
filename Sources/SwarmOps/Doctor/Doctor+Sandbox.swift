extension Doctor {
  /// Says what this system can give of the sandbox, and what is missing.
  mutating func examineSandbox() {
    fact("sandbox", SandboxSupport.summary)
    let missing = SandboxSupport.missing
    guard !missing.isEmpty else { return }
    find(
      .sandboxIncomplete, .warning,
      "agents cannot be kept from everything that the sandbox promises: "
        + missing.joined(separator: "; "),
      path: nil,
      advice:
        "run strangers' agents on Linux 6.12 or later, with Landlock, and in containers allow the "
        + "system calls landlock_* and seccomp; until then the level strict refuses to run any")
  }
}
