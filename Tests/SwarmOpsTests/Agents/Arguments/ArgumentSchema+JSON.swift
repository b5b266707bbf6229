import SwarmOps

extension ArgumentSchema {
  /// Reads a schema written in a test; a slip of the test must not pass for sloppy metadata.
  init(json: String) {
    do {
      self.init(parameters: try JSONValue.parse(json))
    } catch {
      preconditionFailure("the test's schema is not JSON: \(error)\n\(json)")
    }
  }
}
