/// Escapes such as `\ud800` that are half of a pair: they stand for no character, and become U+FFFD
/// where a text is made of them.
enum LoneSurrogates {
  /// Whether there is one in the source of a JSON string, or of anything longer that is JSON.
  ///
  /// - Parameter source: Bytes that were read before, so their form is known to be right.
  static func areIn(_ source: ArraySlice<UInt8>) -> Bool {
    var rest = source
    while let backslash = rest.firstIndex(of: UInt8(ascii: "\\")) {
      rest = rest[backslash...]
      guard let unit = codeUnit(rest) else {
        rest = rest.dropFirst(2)
        continue
      }
      rest = rest.dropFirst(6)
      switch unit {
      case 0xD800..<0xDC00:
        guard let low = codeUnit(rest), (0xDC00..<0xE000).contains(low) else { return true }
        rest = rest.dropFirst(6)
      case 0xDC00..<0xE000: return true
      default: break
      }
    }
    return false
  }

  /// The number of an escape `\uXXXX` that the bytes begin with.
  private static func codeUnit(_ bytes: ArraySlice<UInt8>) -> UInt32? {
    let start = bytes.startIndex
    guard bytes.count >= 6, bytes[start] == UInt8(ascii: "\\"),
      bytes[start + 1] == UInt8(ascii: "u")
    else { return nil }
    return UInt32(String(decoding: bytes.dropFirst(2).prefix(4), as: UTF8.self), radix: 16)
  }
}

extension LoneSurrogates {
  /// The members with strings that have one, of a top-level object and of objects in its arrays.
  ///
  /// - Parameters:
  ///   - bytes: The JSON text.
  ///   - options: What to accept beyond RFC 8259.
  /// - Returns: Their key paths, such as `name` or `agents[3].source`.
  static func keyPaths(in bytes: [UInt8], options: JSONReadingOptions) -> Set<String> {
    guard areIn(bytes[...]) else { return [] }
    var paths: Set<String> = []
    collect(bytes[...], "", options, into: &paths)
    return paths
  }

  private static func collect(
    _ object: ArraySlice<UInt8>, _ prefix: String, _ options: JSONReadingOptions,
    into paths: inout Set<String>
  ) {
    for (key, range) in (try? JSONScanner.members(Array(object), options: options)) ?? [] {
      let start = object.startIndex
      let value = object[(start + range.lowerBound)..<(start + range.upperBound)]
      // Of a key that occurs twice the last one counts.
      paths.remove(prefix + key)
      guard areIn(value) else { continue }
      switch value.first {
      case UInt8(ascii: "\""): paths.insert(prefix + key)
      case UInt8(ascii: "[") where prefix.isEmpty:
        let elements = (try? JSONScanner.elements(Array(value))) ?? []
        for (index, range) in elements.enumerated() {
          let start = value.startIndex
          collect(
            value[(start + range.lowerBound)..<(start + range.upperBound)], "\(key)[\(index)].",
            [], into: &paths)
        }
      default: break
      }
    }
  }
}
