/// The version of the program.
enum Version {
  /// Semantic version; the newest heading of CHANGELOG.md.
  static let current = "0.1.0"
}
