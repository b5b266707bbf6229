import Testing

@testable import SwarmOps

/// JSON that is read piece by piece is the same as JSON that is read at once.
@Suite struct JSONStreamTests {
  private static let pieces = [1, 2, 3, 5, 7, 1000]

  private func stream(_ bytes: [UInt8], pieces: Int) throws -> JSONStream {
    var position = 0
    return try JSONStream("the text") {
      let end = min(position + pieces, bytes.count)
      defer { position = end }
      return Array(bytes[position..<end])
    }
  }

  private func isAccepted(_ bytes: [UInt8]) -> [Bool] {
    func succeeds(_ body: () throws -> Void) -> Bool { (try? body()) != nil }
    var answers: [Bool] = []
    for pieces in Self.pieces {
      let skipped = succeeds {
        let stream = try stream(bytes, pieces: pieces)
        try stream.skipValue()
        try stream.finish()
      }
      let walked = succeeds {
        let stream = try stream(bytes, pieces: pieces)
        try walk(stream)
        try stream.finish()
      }
      answers += [skipped, walked]
    }
    return answers
  }

  /// Reads a value by its parts.
  private func walk(_ stream: JSONStream) throws(SwarmError) {
    switch try stream.kind() {
    case .object: try stream.forEachMember { _ throws(SwarmError) in try walk(stream) }
    case .array: try stream.forEachElement { _ throws(SwarmError) in try walk(stream) }
    case .string: _ = try stream.text(atMost: 10)
    case .other: try stream.skipValue()
    }
  }

  private var all: [Bool] { Array(repeating: true, count: 2 * Self.pieces.count) }

  @Test(arguments: JSONConformanceTests.accepted)
  func jsonIsAccepted(text: String) {
    #expect(isAccepted(Array(text.utf8)) == all)
    #expect(isAccepted(Array(" \(text)\n".utf8)) == all)
    #expect(isAccepted(Array("{\"k\": [\(text), \(text)]}".utf8)) == all)
  }

  @Test(arguments: JSONConformanceTests.refused)
  func whatIsNoJSONIsRefused(text: String) throws {
    // What Python writes is read here.
    if ["NaN", "Infinity", "-Infinity"].contains(text) { return }
    #expect(isAccepted(Array(text.utf8)) == all.map { !$0 })
  }

  @Test(arguments: ["NaN", "Infinity", "-Infinity"])
  func whatPythonWritesForNumbersThatJSONLacksIsAccepted(text: String) {
    for text in [text, "[\(text)]", "{\"k\": [-1, \(text), -0.5]}"] {
      #expect(isAccepted(Array(text.utf8)) == all)
    }
  }

  @Test(arguments: JSONConformanceTests.invalidUTF8)
  func invalidUTF8IsRefused(bytes: [UInt8]) {
    for text in [[0x22] + bytes + [0x22], [0x22, 0x61] + bytes, [0x22] + bytes] {
      #expect(isAccepted(text) == all.map { !$0 })
    }
  }

  @Test(arguments: JSONConformanceTests.accepted.filter { $0.hasPrefix("\"") })
  func aStringIsDecodedAsAtOnce(text: String) throws {
    let whole = try #require(try JSONValue.parse(Array(text.utf8)).string)
    for pieces in Self.pieces {
      let (found, isWhole) = try stream(Array(text.utf8), pieces: pieces).text(atMost: 1000)
      #expect(isWhole && Array(found.utf8) == Array(whole.utf8))
    }
    let (short, isWhole) = try stream(Array(text.utf8), pieces: 2).text(atMost: 1)
    #expect(short.utf8.count <= 3 && isWhole == (whole.utf8.count <= 1))
  }

  @Test func aMistakeIsNamedWithItsPlace() {
    let text = Array("{\n  \"é\": [1,\n  tru]}".utf8)
    for pieces in Self.pieces {
      do throws(SwarmError) {
        try { () throws(SwarmError) in
          var position = 0
          let stream = try JSONStream("the text") { () throws(SwarmError) in
            let end = min(position + pieces, text.count)
            defer { position = end }
            return Array(text[position..<end])
          }
          try stream.skipValue()
        }()
        Issue.record("accepted")
      } catch {
        #expect(error.code == .badData)
        #expect(error.message.contains("line 3, column 3: expected a value"), "\(error.message)")
      }
    }
  }

  @Test func depthIsBounded() throws {
    let deep = [UInt8](repeating: 0x5B, count: JSONScanner.maximumDepth)
    let closing = [UInt8](repeating: 0x5D, count: JSONScanner.maximumDepth)
    let fits = try stream(deep + closing, pieces: 1000)
    try fits.skipValue()
    try fits.finish()
    #expect(throws: SwarmError.self) {
      try stream([0x5B] + deep + closing + [0x5D], pieces: 1000).skipValue()
    }
  }
}
