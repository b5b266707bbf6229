/// What can still be read of a torn memory file.
///
/// A program that writes in place and dies leaves the first part of its JSON, often with a rest of
/// the old content or zero bytes behind it. Every top-level entry that is whole is kept, byte for
/// byte, up to the first damage; nothing is guessed.
struct MemorySalvage {
  /// The entries as one JSON document.
  let document: [UInt8]
  /// How many entries were kept.
  let count: Int
  /// Whether the memory was a list instead of an object.
  let isArray: Bool

  /// Reads a torn text.
  ///
  /// - Parameter torn: The text, which is not JSON as a whole.
  init(_ torn: [UInt8]) {
    var kept = (count: 0, end: 0)
    var first = (offset: 0, isArray: false)
    torn.withUnsafeBytes { bytes in
      let options: JSONReadingOptions = [.allowNonFinite, .skipByteOrderMark]
      guard let lexer = try? JSONLexer(bytes, options), let start = try? lexer.firstValue() else {
        return
      }
      first = (start - lexer.start, start.pointee == 0x5B)
      /// Where the last value ends, and how many there are with it.
      var pending: (count: Int, end: Int)?
      func keep(_ value: JSONLexer.Position) throws(JSONFailure) -> JSONLexer.Position {
        if let pending { kept = pending }
        pending = nil
        let end = try lexer.skipValue(value, depth: 1)
        pending = (kept.count + 1, end - lexer.start)
        return end
      }
      switch start.pointee {
      case 0x7B:
        _ = try? lexer.forEachMember(start) { (_, value) throws(JSONFailure) in try keep(value) }
      case 0x5B:
        _ = try? lexer.forEachElement(start) { value throws(JSONFailure) in try keep(value) }
      default: return
      }
      // The last value is whole if it says so itself or something follows: `12` may have been
      // `123`.
      if let pending, Self.isWhole(bytes, at: pending.end) { kept = pending }
    }
    (count, isArray) = (kept.count, first.isArray)
    let closing: [UInt8] = isArray ? [0x5D] : [0x7D]
    document =
      kept.count == 0
      ? (isArray ? [0x5B] : [0x7B]) + closing
      : torn[first.offset..<kept.end] + [0x0A] + closing
  }

  private static func isWhole(_ bytes: UnsafeRawBufferPointer, at end: Int) -> Bool {
    guard end > 0 else { return false }
    if [0x22, 0x7D, 0x5D].contains(bytes[end - 1]) { return true }
    return end < bytes.count && [0x2C, 0x7D, 0x5D, 0x20, 0x0A, 0x0D].contains(bytes[end])
  }
}
