/// Takes entries out of the text of a JSON object and puts entries in, leaving every other byte of
/// every entry as it was: numbers, escapes, order and layout survive.
struct MemoryEdit {
  /// One member as it stands in the text.
  struct Member {
    let key: String
    /// White space after the comma or brace before it.
    let lead: Range<Int>
    /// Key, colon and value.
    let core: Range<Int>
    /// The value alone.
    let value: Range<Int>
    /// White space before the comma or brace after it.
    let trail: Range<Int>
  }

  private let bytes: [UInt8]
  private let open: Int
  private let close: Int
  let members: [Member]

  /// Finds the members.
  ///
  /// - Throws: What is wrong with a text that is not one JSON object.
  init(_ bytes: [UInt8]) throws(JSONSyntaxError) {
    self.bytes = bytes
    let found = try JSONScanner.members(bytes, options: .allowNonFinite)
    open = bytes.firstIndex(of: UInt8(ascii: "{")) ?? 0
    close = bytes.lastIndex(of: UInt8(ascii: "}")) ?? bytes.count - 1
    func skipSpace(_ start: Int) -> Int {
      var position = start
      while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
        position += 1
      }
      return position
    }
    var members: [Member] = []
    members.reserveCapacity(found.count)
    var start = open + 1
    for (key, value) in found {
      let coreStart = skipSpace(start)
      let end = skipSpace(value.upperBound)
      members.append(
        Member(
          key: key, lead: start..<coreStart, core: coreStart..<value.upperBound, value: value,
          trail: value.upperBound..<end))
      start = end + 1
    }
    self.members = members
  }

  /// The text without the members that `isUnwanted` picks.
  func removing(where isUnwanted: (Member) -> Bool) -> [UInt8] {
    joined(members.filter { !isUnwanted($0) }, adding: [])
  }

  /// The text with more members at its end, each given as the text of key, colon and value.
  func adding(_ cores: [[UInt8]]) -> [UInt8] { joined(members, adding: cores) }

  /// The text with another value of a member.
  func replacing(_ member: Member, with value: [UInt8]) -> [UInt8] {
    Array(bytes[..<member.value.lowerBound]) + value + Array(bytes[member.value.upperBound...])
  }

  /// The text of a member's key, colon and value.
  func core(_ member: Member) -> [UInt8] { Array(bytes[member.core]) }

  private func joined(_ kept: [Member], adding cores: [[UInt8]]) -> [UInt8] {
    var text = Array(bytes[...open])
    guard let first = members.first, let last = members.last, !(kept.isEmpty && cores.isEmpty)
    else {
      for (index, core) in cores.enumerated() { text += (index == 0 ? [] : [0x2C, 0x20]) + core }
      return text + bytes[close...]
    }
    text.reserveCapacity(bytes.count + cores.reduce(0) { $0 + $1.count + 8 })
    var isFirst = true
    for member in kept {
      if !isFirst { text.append(0x2C) }
      text += bytes[isFirst ? first.lead : member.lead] + bytes[member.core]
      if member.core != last.core { text += bytes[member.trail] }
      isFirst = false
    }
    // A lone member on one line says nothing of what stands between two.
    let between = members.count > 1 || last.lead.count > 1 ? Array(bytes[last.lead]) : [0x20]
    for core in cores {
      if !isFirst { text.append(0x2C) }
      text += (isFirst ? Array(bytes[first.lead]) : between) + core
      isFirst = false
    }
    return text + bytes[last.trail] + bytes[close...]
  }
}
