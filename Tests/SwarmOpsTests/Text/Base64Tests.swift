import Foundation
import Testing

@testable import SwarmOps

@Suite struct Base64Tests {
  @Test func agreesWithFoundationForEveryLength() {
    for count in 0..<70 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 200) }
      let text = Base64.encode(bytes)
      #expect(text == Data(bytes).base64EncodedString())
      #expect(Base64.decode(text) == bytes)
    }
  }

  @Test(arguments: ["A", "AA=A", "AAA", "====", "AA*=", "A==="])
  func refusesWhatIsNone(_ text: String) {
    #expect(Base64.decode(text) == nil)
  }
}
