/// One member of a memory object: an id and whatever an agent put there.
package struct MemoryEntry: Sendable, Equatable {
  /// The member's key.
  package let id: String
  /// Where exactly its value stands in the file, in bytes.
  package let range: Range<Int>
}

/// What people want to see of an entry, found in the fields that agents use.
package struct EntryFields: Sendable, Equatable {
  /// When it was made, where it says so.
  package let date: EntryDate?
  /// What kind of memory it is; empty where it says nothing.
  package let type: String
  /// The remembered text, or the entry's own JSON where it has no text.
  package let content: String
  /// Words to find it by.
  package let tags: [String]

  /// Reads the fields of an entry.
  ///
  /// - Parameter entry: The entry's value, of any type.
  package init(_ entry: JSONValue) {
    date = EntryDate(of: entry)
    func first(_ keys: [String]) -> String? {
      for key in keys {
        if let text = entry[key]?.string { return text }
      }
      return nil
    }
    type = first(["type", "memory_type", "theme", "category", "kind"]) ?? ""
    let text = entry.string ?? first(["content", "message", "text", "memory", "value", "summary"])
    content = text ?? String(decoding: entry.serialized(), as: UTF8.self)
    tags = entry["tags"]?.array?.compactMap(\.string) ?? first(["tags"]).map { [$0] } ?? []
  }
}

extension JSONValue {
  /// Whether each word occurs in some string or number of this value, keys not counted.
  ///
  /// - Parameter words: Words in lower case.
  func containsAll(_ words: [String]) -> Bool {
    var left = words[...]
    search(&left)
    return left.isEmpty
  }

  private func search(_ words: inout ArraySlice<String>) {
    if words.isEmpty { return }
    switch self {
    case .string(let text): words = Self.missing(words, in: text)
    case .number(let number): words = Self.missing(words, in: number.text)
    case .bool(let value): words = Self.missing(words, in: value ? "true" : "false")
    case .null: break
    case .array(let elements): for element in elements { element.search(&words) }
    case .object(let object): for (_, value) in object { value.search(&words) }
    }
  }

  private static func missing(_ words: ArraySlice<String>, in text: String)
    -> ArraySlice<String>
  {
    let text = text.lowercased()
    return words.filter { !text.contains($0) }[...]
  }
}
