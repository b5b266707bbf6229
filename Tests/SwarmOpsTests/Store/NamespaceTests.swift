import Testing

@testable import SwarmOps

@Suite struct NamespaceTests {
  @Test func aUserIsAGUIDInAnyCase() throws {
    let user = "A11CE000-0000-4000-8000-00000000000F"
    #expect(try Namespace(user: user).folderName == user.lowercased())
  }

  @Test func theSentinelIsShared() throws {
    #expect(try Namespace(user: GUID.anonymousSentinel) == .shared)
    #expect(Namespace.shared.folderName == "shared" && Namespace.shared.user == nil)
  }

  @Test(arguments: ["", "shared", "..", "a", "C0P110T0", "a11ce000-0000-4000-8000-00000000000"])
  func anythingElseIsRefusedAndNeverShared(_ text: String) {
    #expect {
      try Namespace(user: text)
    } throws: {
      ($0 as? SwarmError)?.code == .badUser
    }
  }
}
