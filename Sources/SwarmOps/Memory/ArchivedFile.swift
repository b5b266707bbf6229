extension MemoryArchive {
  /// One file of a namespace in transit.
  package struct File: Sendable {
    /// Where the bytes are.
    enum Content: Sendable {
      case bytes([UInt8])
      /// In a regular file of so many bytes.
      case file(FilePath, size: Int)
    }

    /// Its path below the namespace's folder, such as `memory.json`.
    package let path: FilePath
    let content: Content

    /// A multiple of three, for Base64.
    private static let pieceSize = 3 << 16

    /// Bytes of it.
    package var size: Int {
      switch content {
      case .bytes(let bytes): bytes.count
      case .file(_, let size): size
      }
    }

    init(path: FilePath, content: Content) {
      self.path = path
      self.content = content
    }

    /// A file whose bytes are at hand.
    ///
    /// - Parameters:
    ///   - path: Its path below the namespace's folder.
    ///   - bytes: Its bytes.
    package init(path: FilePath, bytes: [UInt8]) {
      self.init(path: path, content: .bytes(bytes))
    }

    /// All of its bytes, for what is looked at as a whole.
    func bytes() throws(SwarmError) -> [UInt8] {
      switch content {
      case .bytes(let bytes): bytes
      case .file(let path, _): try FileSystem.read(path, followLinks: false)
      }
    }

    /// Whether two files have the same name and hold the same bytes.
    func isSame(as other: File) throws(SwarmError) -> Bool {
      guard path == other.path, size == other.size else { return false }
      if case (.file(let one, _), .file(let another, _)) = (content, other.content) {
        return try FileComparison.haveSameContent(one, another)
      }
      return try bytes() == other.bytes()
    }

    private func forEachPiece(_ body: ([UInt8]) throws(SwarmError) -> Void) throws(SwarmError) {
      switch content {
      case .file(let path, _): try FilePieces.forEach(of: path, size: Self.pieceSize, body)
      case .bytes(let bytes):
        var position = 0
        repeat {
          let end = min(position + Self.pieceSize, bytes.count)
          try body(Array(bytes[position..<end]))
          position = end
        } while position < bytes.count
      }
    }

    // MARK: As it stands in a document

    /// Writes the file as it stands in a document, piece by piece; bytes that are no text, or would
    /// be twice as many as text, are Base64.
    ///
    /// - Parameters:
    ///   - separator: What stands before it.
    ///   - sink: Takes the next bytes; where the file cannot be read to its end, what was begun is
    ///     closed, so that it stays JSON.
    /// - Throws: What `sink` throws, ``SwarmError/Code/io``, or ``SwarmError/Code/busy`` for a file
    ///   that changed while it was read.
    func write(after separator: String, to sink: ([UInt8]) throws(SwarmError) -> Void)
      throws(SwarmError)
    {
      var look = TextLook()
      try forEachPiece { look.update($0) }
      let (isText, digest, size) = look.result
      var head: JSONObject = [
        "path": .string(path.text), "bytes": .number(JSONNumber(size)), "sha256": .string(digest),
      ]
      if path.exactText == nil { head["path_base64"] = .string(Base64.encode(path.bytes)) }
      let key = isText ? "text" : "base64"
      try sink(
        Array(separator.utf8) + JSONValue.object(head).serialized().dropLast()
          + Array(",\"\(key)\":\"".utf8))
      let closing = Array("\"}".utf8)
      do throws(SwarmError) {
        try writeContent(isText: isText, size: size, to: sink)
      } catch {
        try? sink(closing)
        throw error
      }
      try sink(closing)
    }

    private func writeContent(
      isText: Bool, size: Int, to sink: ([UInt8]) throws(SwarmError) -> Void
    ) throws(SwarmError) {
      var (written, rest) = (0, [UInt8]())
      try forEachPiece { piece throws(SwarmError) in
        written += piece.count
        guard isText else { return try sink(Array(Base64.encode(piece).utf8)) }
        // Not within a character.
        let end = Self.lastWholeCharacter(of: piece)
        let text = String(decoding: rest + piece[..<end], as: UTF8.self)
        rest = Array(piece[end...])
        try sink(Array(JSONValue.string(text).serialized().dropFirst().dropLast()))
      }
      guard written == size, rest.isEmpty else {
        throw SwarmError(
          .busy, "\(path.text) changed while it was written out", hint: "try again")
      }
    }

    /// Where the characters of a piece of UTF-8 end that are in it as a whole.
    private static func lastWholeCharacter(of piece: [UInt8]) -> Int {
      var start = piece.count
      while start > 0, piece.count - start < 4 {
        start -= 1
        let byte = piece[start]
        if byte & 0xC0 == 0x80 { continue }
        let length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
        return start + length <= piece.count ? piece.count : start
      }
      return piece.count
    }
  }

  /// Whether bytes that come in pieces are text, and what else is said of them beforehand.
  private struct TextLook {
    private var hash = SHA256()
    private var size = 0
    private var escaped = 0
    private var isUTF8 = true
    /// The beginning of a character whose end is in the next piece.
    private var rest: [UInt8] = []

    mutating func update(_ piece: [UInt8]) {
      size += piece.count
      piece.withUnsafeBytes { hash.update($0) }
      guard isUTF8 else { return }
      let text = rest.isEmpty ? piece : rest + piece
      text.withUnsafeBytes { bytes in
        var index = 0
        while index < bytes.count {
          let byte = bytes[index]
          if byte < 0x80 {
            switch byte {
            case 0x08, 0x09, 0x0A, 0x0C, 0x0D, 0x22, 0x5C: escaped += 2
            case 0..<0x20: escaped += 6
            default: escaped += 1
            }
            index += 1
            continue
          }
          let length = UTF8Check.sequenceLength(in: bytes, at: index)
          if length == 0 { break }
          escaped += length
          index += length
        }
        rest = Array(bytes[index...])
        // What is no beginning of a character either will not become one.
        if rest.count > 3 { isUTF8 = false }
      }
    }

    var result: (isText: Bool, digest: String, size: Int) {
      var hash = hash
      return (
        isUTF8 && rest.isEmpty && escaped <= 2 * size + 64, SHA256.hex(hash.finalize()), size
      )
    }
  }
}
