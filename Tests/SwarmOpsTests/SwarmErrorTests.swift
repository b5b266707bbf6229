import SwarmOps
import Testing

@testable import swarmctl

@Test func everyErrorCodeHasADocumentedExitStatus() {
  let documented: Set<Int32> = [1, 64, 65, 66, 70, 74, 75, 76, 77, 78, 124, 129, 130, 143]
  for code in SwarmError.Code.allCases {
    #expect(documented.contains(code.exitStatus), "\(code)")
  }
}
