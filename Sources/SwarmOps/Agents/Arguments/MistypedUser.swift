/// Arguments that were meant to say for whom a call is, under a name that the agent does not know.
///
/// Passed on, they would select nobody, and the call would work on the memory of anonymous calls.
enum MistypedUser {
  /// The names that mean a user whatever their value, letters and digits alone.
  private static let names: Set<String> = [
    "user", "userid", "userguid", "useruuid", "username", "usr", "usrid", "usrguid", "foruser",
    "asuser",
  ]
  /// The names that mean a user where the value is one.
  private static let vagueNames: Set<String> = ["guid", "uid", "uuid", "id", "owner", "account"]

  /// Whether an argument that the schema does not know was meant as the user of the call.
  static func isMeant(by name: String, _ value: JSONValue) -> Bool {
    let plain = String(name.lowercased().filter { $0.isLetter || $0.isNumber })
    if names.contains(plain) { return true }
    if plain.count >= 6, Suggestion.closest(to: plain, among: ["userguid"]) != nil { return true }
    guard let text = value.string else { return false }
    let isUser = GUID(text) != nil || text.lowercased() == GUID.anonymousSentinel
    return isUser && (plain.hasPrefix("user") || vagueNames.contains(plain))
  }

  /// How a user is named instead.
  static let hint = Hint.use(.user, to: "say for whom the call is")
}
