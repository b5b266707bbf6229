import Testing

@testable import SwarmOps

@Suite struct GUIDTests {
  private let text = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"

  @Test func anyCaseIsReadAndLowerCaseIsWritten() {
    #expect(GUID(text.uppercased())?.description == text)
    #expect(GUID(text) == GUID(text.uppercased()))
  }

  @Test(arguments: [
    "", "3f2504e0", "3f2504e04f8941d39a0c0305e82c3301", "3f2504e0-4f89-41d3-9a0c-0305e82c330",
    "3f2504e0-4f89-41d3-9a0c-0305e82c33011", "3f2504e0-4f89-41d3-9a0c-0305e82c330g",
    "{3f2504e0-4f89-41d3-9a0c-0305e82c3301}", " 3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    "3f2504e0-4f89-41d3-9a0c-0305e82c3301\n", "3f2504e04-f89-41d3-9a0c-0305e82c3301",
    "３f2504e0-4f89-41d3-9a0c-0305e82c3301", GUID.anonymousSentinel,
  ])
  func anythingElseIsNoGUID(_ text: String) {
    #expect(GUID(text) == nil)
  }

  @Test func mintedOnesAreRandomOfVersionFour() {
    let guids = Set((0..<200).map { _ in GUID.random() })
    #expect(guids.count == 200)
    for guid in guids {
      let characters = Array(guid.description)
      #expect(characters[14] == "4" && "89ab".contains(characters[19]))
      #expect(GUID(guid.description) == guid)
    }
  }

  @Test func theOrderIsThatOfTheText() {
    let guids = (0..<100).map { _ in GUID.random() }
    #expect(guids.sorted().map(\.description) == guids.map(\.description).sorted())
  }
}
