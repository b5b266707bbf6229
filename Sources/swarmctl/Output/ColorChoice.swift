/// When to use colour (`--color`).
enum ColorChoice: String, Sendable, CaseIterable {
  case auto
  case always
  case never

  /// Decides whether one stream gets colour.
  ///
  /// The order is `--color`, then `NO_COLOR` (set and not empty, https://no-color.org), then
  /// `CLICOLOR_FORCE` (set and not `0`), then `TERM=dumb`, then whether it is a terminal.
  ///
  /// - Parameters:
  ///   - environment: The environment's variables.
  ///   - isTerminal: Whether the stream is a terminal.
  /// - Returns: Whether escape sequences may be written.
  func resolved(environment: [String: String], isTerminal: Bool) -> Bool {
    switch self {
    case .always: return true
    case .never: return false
    case .auto: break
    }
    if let value = environment["NO_COLOR"], !value.isEmpty { return false }
    if let value = environment["CLICOLOR_FORCE"], !value.isEmpty, value != "0" { return true }
    if environment["TERM"] == "dumb" { return false }
    return isTerminal
  }
}
