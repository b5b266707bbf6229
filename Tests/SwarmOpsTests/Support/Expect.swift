import Testing

@testable import SwarmOps
@testable import swarmctl

/// Expects a status, showing the whole session where it is another.
func expect(
  _ outcome: Program.Outcome, status: Int32, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(outcome.status == status, "\(outcome)", sourceLocation: sourceLocation)
}

/// Expects an error code in the JSON document on standard output, and that code's status.
func expect(
  _ outcome: Program.Outcome, code: SwarmError.Code,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(
    outcome.json?["code"]?.string == code.rawValue, "\(outcome)", sourceLocation: sourceLocation)
  #expect(outcome.status == code.exitStatus, "\(outcome)", sourceLocation: sourceLocation)
}
