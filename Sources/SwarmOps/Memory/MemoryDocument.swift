/// The content of one `memory.json`, taken for what it is.
package struct MemoryDocument: Sendable {
  /// What the bytes are.
  package enum Content: Sendable {
    /// A JSON object: its entries in the order of the file, the last of a repeated id alone.
    case entries([MemoryEntry])
    /// JSON, but not an object.
    case other
    /// No bytes, or white space alone.
    case empty
    /// Not JSON.
    case invalid(JSONSyntaxError)
  }

  /// The file's own bytes.
  package let bytes: [UInt8]
  /// The file.
  package let path: String
  /// What is odd about where it lies, or `nil`.
  package let oddity: String?
  /// What the bytes are.
  package let content: Content

  /// Looks at the bytes of a memory.
  ///
  /// - Parameters:
  ///   - bytes: The file's bytes.
  ///   - path: The file.
  ///   - oddity: What is odd about where it lies.
  init(bytes: [UInt8], path: String, oddity: String? = nil) {
    self.bytes = bytes
    self.path = path
    self.oddity = oddity
    guard let first = bytes.first(where: { $0 > 0x20 }) else {
      content = .empty
      return
    }
    do throws(JSONSyntaxError) {
      guard first == UInt8(ascii: "{") else {
        try JSONScanner.validate(bytes, options: .allowNonFinite)
        content = .other
        return
      }
      let members = try JSONScanner.members(bytes, options: .allowNonFinite)
      var places: [JSONKey: Int] = [:]
      var entries: [MemoryEntry] = []
      entries.reserveCapacity(members.count)
      for (key, range) in members {
        let entry = MemoryEntry(id: key, range: range)
        if let place = places.updateValue(entries.count, forKey: JSONKey(key)) {
          entries[place] = entry
          places[JSONKey(key)] = place
        } else {
          entries.append(entry)
        }
      }
      content = .entries(entries)
    } catch {
      content = .invalid(error)
    }
  }

  /// The value of an entry; nested deeper than values are built, its text as a string.
  ///
  /// - Parameter entry: An entry of this document.
  /// - Returns: The value.
  package func value(_ entry: MemoryEntry) -> JSONValue {
    let text = Array(bytes[entry.range])
    return (try? JSONValue.parse(text, options: .allowNonFinite))
      ?? .string(String(decoding: text, as: UTF8.self))
  }

  /// How many entries it has; `nil` for what has none that could be counted.
  package var count: Int? {
    switch content {
    case .entries(let entries): entries.count
    case .other: try? JSONScanner.topLevelCount(bytes, options: .allowNonFinite)
    case .empty: 0
    case .invalid: nil
    }
  }

  /// What can still be read of a memory that is torn; this memory itself where it is not.
  package var readable: MemoryDocument {
    guard case .invalid = content else { return self }
    return MemoryDocument(bytes: MemorySalvage(bytes).document, path: path, oddity: oddity)
  }

  /// The error that a reader who needs JSON gets, or `nil`.
  package var syntaxError: SwarmError? {
    switch content {
    case .entries, .other: nil
    case .empty:
      SwarmError(
        .badData, "\(path) is empty: it holds no JSON value", hint: .run(.wipe, "removes it"),
        path: path)
    case .invalid(let error):
      SwarmError(
        .badData,
        "\(path) is not JSON (line \(error.line), column \(error.column): \(error.message))",
        hint: .omit(.format, to: "it is shown as it is"), path: path)
    }
  }
}
