import Foundation
import Testing

@testable import SwarmOps

/// The app for Azure Functions, driven by the library that Azure's own workers run apps with.
///
/// What it is asked stands in `cloud/azure-functions/tests`.
@Suite(.enabled(if: PythonPackages.azure != nil, "the package index cannot be reached"))
struct AzureFunctionsTests {
  @Test(.timeLimit(.minutes(5)), arguments: ["--local", "--shared"])
  func theAppKeepsItsPromises(_ kind: String) throws {
    let packages = try #require(PythonPackages.azure)
    let program = try Program()
    expect(try program("root", kind), status: 0)
    let tests = Sources.repository + "/cloud/azure-functions/tests"
    let outcome = try program.start(
      ["-m", "unittest", "discover", "-s", tests], executable: packages.python,
      environment: ["SWARMCTL": Program.path, "PYTHONDONTWRITEBYTECODE": "1"]
    ).wait()
    expect(outcome, status: 0)
    #expect(outcome.stderr.contains("Ran "), "\(outcome)")
  }
}
