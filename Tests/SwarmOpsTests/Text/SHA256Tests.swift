import Testing

@testable import SwarmOps

/// The vectors are those of FIPS 180-2, appendix B, and of NIST's "SHA256ShortMsg" file.
@Suite struct SHA256Tests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
        + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
  ])
  func publishedVectorsMatch(text: String, digest: String) {
    #expect(SHA256.hex(of: Array(text.utf8)) == digest)
  }

  @Test func aMillionLettersMatch() {
    let bytes = [UInt8](repeating: 0x61, count: 1_000_000)
    #expect(
      SHA256.hex(of: bytes)
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func aDigestHas32Bytes() {
    var digest = SHA256()
    let bytes = digest.finalize()
    #expect(bytes.count == 32)
    #expect(bytes.prefix(4) == [0xE3, 0xB0, 0xC4, 0x42])
  }

  @Test func cuttingTheInputAnywhereChangesNothing() {
    let bytes = (0..<200).map { UInt8($0 * 7 & 255) }
    for length in [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 200] {
      let whole = Array(bytes.prefix(length))
      let expected = SHA256.hex(of: whole)
      for cut in 0...length {
        var digest = SHA256()
        whole[..<cut].withUnsafeBytes { digest.update($0) }
        whole[cut...].withUnsafeBytes { digest.update($0) }
        #expect(SHA256.hex(digest.finalize()) == expected, "\(length) bytes cut at \(cut)")
      }
      var byByte = SHA256()
      for byte in whole { [byte].withUnsafeBytes { byByte.update($0) } }
      #expect(SHA256.hex(byByte.finalize()) == expected)
    }
  }

  @Test func lengthsAroundABlockMatchSha256sum() {
    // printf 'a%.0s' $(seq N) | sha256sum
    let expected = [
      55: "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318",
      56: "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a",
      64: "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb",
    ]
    for (length, digest) in expected {
      #expect(SHA256.hex(of: [UInt8](repeating: 0x61, count: length)) == digest)
    }
  }
}
