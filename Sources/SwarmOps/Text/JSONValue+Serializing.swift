extension JSONValue {
  /// Writes the value as UTF-8.
  ///
  /// Only what must be escaped is; other text stays as it is. Numbers keep their text.
  ///
  /// - Parameters:
  ///   - pretty: Whether to break lines and indent by two spaces, as Python's `indent=2` does;
  ///     without it there is no white space at all.
  ///   - sortedKeys: Whether to order members by the code points of their keys.
  /// - Returns: The text, without a line feed at its end.
  public func serialized(pretty: Bool = false, sortedKeys: Bool = false) -> [UInt8] {
    var writer = JSONWriter(pretty: pretty, sortedKeys: sortedKeys)
    writer.write(self)
    return writer.output
  }

  /// The value in one line without white space.
  public var compactString: String { String(decoding: serialized(), as: UTF8.self) }
}

/// Appends JSON to a buffer.
private struct JSONWriter {
  let pretty: Bool
  let sortedKeys: Bool
  var output: [UInt8] = []
  private var depth = 0

  init(pretty: Bool, sortedKeys: Bool) {
    self.pretty = pretty
    self.sortedKeys = sortedKeys
  }

  mutating func write(_ value: JSONValue) {
    switch value {
    case .null: output += "null".utf8
    case .bool(let value): output += (value ? "true" : "false").utf8
    case .number(let number): output += number.text.utf8
    case .string(let string): write(string)
    case .array(let elements): write(elements)
    case .object(let object): write(object)
    }
  }

  private mutating func write(_ elements: [JSONValue]) {
    output.append(0x5B)
    depth += 1
    for (index, element) in elements.enumerated() {
      if index > 0 { output.append(0x2C) }
      breakLine()
      write(element)
    }
    depth -= 1
    if !elements.isEmpty { breakLine() }
    output.append(0x5D)
  }

  private mutating func write(_ object: JSONObject) {
    output.append(0x7B)
    depth += 1
    var isFirst = true
    for (key, value) in sortedKeys ? sorted(object) : Array(object) {
      if !isFirst { output.append(0x2C) }
      isFirst = false
      breakLine()
      write(key)
      output.append(0x3A)
      if pretty { output.append(0x20) }
      write(value)
    }
    depth -= 1
    if !isFirst { breakLine() }
    output.append(0x7D)
  }

  /// The order of UTF-8 bytes is the order of code points, which is Python's `sort_keys`.
  private func sorted(_ object: JSONObject) -> [JSONObject.Element] {
    object.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }

  private mutating func breakLine() {
    guard pretty else { return }
    output.append(0x0A)
    output.append(contentsOf: repeatElement(0x20, count: 2 * depth))
  }

  private mutating func write(_ string: String) {
    output.append(0x22)
    var string = string
    string.withUTF8 { bytes in
      var plainStart = 0
      for index in bytes.indices {
        let byte = bytes[index]
        guard byte < 0x20 || byte == 0x22 || byte == 0x5C else { continue }
        output.append(contentsOf: bytes[plainStart..<index])
        plainStart = index + 1
        escape(byte)
      }
      output.append(contentsOf: bytes[plainStart...])
    }
    output.append(0x22)
  }

  private mutating func escape(_ byte: UInt8) {
    output.append(0x5C)
    switch byte {
    case 0x08: output.append(0x62)
    case 0x09: output.append(0x74)
    case 0x0A: output.append(0x6E)
    case 0x0C: output.append(0x66)
    case 0x0D: output.append(0x72)
    case 0x22, 0x5C: output.append(byte)
    default:
      let low = byte & 0x0F
      output += "u00".utf8
      output.append(0x30 + byte >> 4)
      output.append(low < 10 ? 0x30 + low : 0x57 + low)
    }
  }
}
