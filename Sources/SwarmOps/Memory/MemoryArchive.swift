/// Memory in transit: one JSON document that gives the same bytes back.
public struct MemoryArchive: Sendable {
  /// The most bytes that a document may have: what is longer is neither written nor read.
  public static let largestDocument = 256 << 20

  /// Why something is not written as a document.
  ///
  /// - Parameter what: What it would hold.
  /// - Returns: The error.
  public static func tooLarge(_ what: String) -> SwarmError {
    SwarmError(
      .refused,
      "\(what) would make a document of more than \(largestDocument >> 20) MiB, which no import reads",
      hint: "export one user at a time; of a memory that is larger by itself, copy the folder")
  }

  /// The schema of the document.
  public static let schema = "swarmctl-memory/1"

  /// One file of a namespace.
  public struct File: Sendable, Equatable {
    /// Its path below the namespace's folder, such as `memory.json`.
    public let path: FilePath
    /// Its bytes.
    public let bytes: [UInt8]
  }

  /// One namespace.
  public struct Memory: Sendable {
    /// The namespace.
    public let namespace: Namespace
    /// Its files, `memory.json` first.
    public let files: [File]

    /// The bytes of `memory.json`, where there is one.
    public var memory: [UInt8]? { files.first { $0.path == SwarmLayout.memoryName }?.bytes }

    /// This memory for another namespace.
    ///
    /// - Parameter namespace: The namespace.
    /// - Returns: The same files.
    public func moved(to namespace: Namespace) -> Memory {
      Memory(namespace: namespace, files: files)
    }

    /// Bytes of all its files.
    public var size: Int { files.reduce(0) { $0.addingSaturated($1.bytes.count) } }

    /// Writes the memory as it stands in the document, piece by piece; bytes that are no text are
    /// Base64.
    ///
    /// - Parameter sink: Takes the next bytes.
    /// - Throws: What `sink` throws.
    public func write(to sink: ([UInt8]) throws(SwarmError) -> Void) throws(SwarmError) {
      try sink(Array("{\"user_guid\":\"\(namespace.folderName)\",\"files\":[".utf8))
      for (index, file) in files.enumerated() {
        var head: JSONObject = [
          "path": .string(file.path.text), "bytes": .number(JSONNumber(file.bytes.count)),
          "sha256": .string(SHA256.hex(of: file.bytes)),
        ]
        if file.path.exactText == nil {
          head["path_base64"] = .string(Base64.encode(file.path.bytes))
        }
        let isText = String(validating: file.bytes, as: UTF8.self) != nil
        let start = index == 0 ? "" : ","
        let key = isText ? "text" : "base64"
        try sink(
          Array(start.utf8) + JSONValue.object(head).serialized().dropLast()
            + Array(",\"\(key)\":\"".utf8))
        var position = 0
        while position < file.bytes.count {
          var end = min(position + Self.pieceSize, file.bytes.count)
          // Not within a character.
          while isText, end < file.bytes.count, file.bytes[end] & 0xC0 == 0x80 { end -= 1 }
          let piece = Array(file.bytes[position..<end])
          if isText {
            let text = JSONValue.string(String(decoding: piece, as: UTF8.self)).serialized()
            try sink(Array(text.dropFirst().dropLast()))
          } else {
            try sink(Array(Base64.encode(piece).utf8))
          }
          position = end
        }
        try sink(Array("\"}".utf8))
      }
      try sink(Array("]}".utf8))
    }

    /// Whether the memory can be added to a document.
    ///
    /// - Parameter written: Bytes that the document has already.
    /// - Returns: Whether it stays within ``MemoryArchive/largestDocument``.
    public func isFitting(_ written: Int) -> Bool {
      // At most six bytes for one, and room for names and checksums.
      let most = size.multipliedSaturated(by: 6).addingSaturated(
        files.reduce(1024) { $0 + 1024 + 8 * $1.path.bytes.count })
      let room = MemoryArchive.largestDocument - written
      if most <= room { return true }
      var exact = 2
      do throws(SwarmError) {
        try write { bytes throws(SwarmError) in exact = exact.addingSaturated(bytes.count) }
      } catch {
        return false
      }
      return exact <= room
    }

    /// A multiple of three, for Base64.
    private static let pieceSize = 3 << 18
  }

  /// The memories.
  public let memories: [Memory]

  /// Makes an archive.
  ///
  /// - Parameter memories: The memories.
  public init(memories: [Memory]) { self.memories = memories }

  /// The only memory of a document that is none of ours: bytes that become a `memory.json`.
  ///
  /// - Parameters:
  ///   - bytes: One JSON value.
  ///   - namespace: Whose memory it becomes.
  /// - Throws: ``SwarmError/Code/badData`` for what is not JSON.
  public init(memoryFile bytes: [UInt8], of namespace: Namespace) throws(SwarmError) {
    do throws(JSONSyntaxError) {
      try JSONScanner.validate(bytes, options: .allowNonFinite)
    } catch {
      throw SwarmError(.badData, "the document is not JSON: \(error)")
    }
    memories = [
      Memory(
        namespace: namespace, files: [File(path: FilePath(SwarmLayout.memoryName), bytes: bytes)])
    ]
  }

  /// Whether some bytes are a document of this schema.
  ///
  /// - Parameter bytes: A JSON text.
  /// - Returns: Whether its `schema` is ``schema``.
  public static func isArchive(_ bytes: [UInt8]) -> Bool {
    guard let members = try? JSONScanner.members(bytes, options: .allowNonFinite),
      let schema = members.last(where: { $0.key == "schema" })
    else { return false }
    return (try? JSONValue.parse(Array(bytes[schema.value])))?.string == Self.schema
  }

  /// Reads a document.
  ///
  /// - Parameter bytes: The document.
  /// - Throws: ``SwarmError/Code/badData`` that names the key path of what is wrong.
  public init(document bytes: [UInt8]) throws(SwarmError) {
    let value: JSONValue
    do throws(JSONSyntaxError) {
      value = try JSONValue.parse(bytes)
    } catch {
      throw SwarmError(.badData, "the document is not JSON: \(error)")
    }
    guard let list = value["memories"]?.array else {
      throw Self.wrong("memories", "must be an array")
    }
    if value["status"]?.string == "error" {
      throw SwarmError(
        .badData, "the document is not whole: its export ended with an error",
        hint: "export again")
    }
    var memories: [Memory] = []
    var seen: Set<Namespace> = []
    for (index, json) in list.enumerated() {
      let memory = try Self.memory(json, "memories[\(index)]")
      guard seen.insert(memory.namespace).inserted else {
        throw Self.wrong("memories[\(index)].user_guid", "occurs twice")
      }
      memories.append(memory)
    }
    self.memories = memories
  }

  private static func memory(_ json: JSONValue, _ key: String) throws(SwarmError) -> Memory {
    guard let name = json["user_guid"]?.string, let namespace = Namespace(folderName: name) else {
      throw wrong("\(key).user_guid", "must be a GUID or \"shared\"")
    }
    guard let list = json["files"]?.array else { throw wrong("\(key).files", "must be an array") }
    var files: [File] = []
    var paths: Set<FilePath> = []
    for (index, file) in list.enumerated() {
      let key = "\(key).files[\(index)]"
      let name =
        file["path_base64"]?.string.map(Base64.decode)
        ?? file["path"]?.string.map { Array($0.utf8) }
      guard let path = name.map(FilePath.init(bytes:)), isPlain(path) else {
        throw wrong("\(key).path", "must be a plain path below the memory's folder")
      }
      guard paths.insert(path).inserted else { throw wrong("\(key).path", "occurs twice") }
      let bytes: [UInt8]
      if let text = file["text"]?.string {
        bytes = Array(text.utf8)
      } else if let found = file["base64"]?.string.flatMap(Base64.decode) {
        bytes = found
      } else {
        throw wrong(key, "needs a string `text` or `base64`")
      }
      if let sum = file["sha256"]?.string, sum.lowercased() != SHA256.hex(of: bytes) {
        throw wrong("\(key).sha256", "does not match: the document was changed")
      }
      files.append(File(path: path, bytes: bytes))
    }
    for inside in paths {
      var path = inside
      while let folder = path.folder {
        path = folder
        if paths.contains(path) {
          throw wrong(key, "\(path) cannot be a file and the folder of \(inside)")
        }
      }
    }
    return Memory(namespace: namespace, files: files)
  }

  /// Whether a path stays below the folder it begins in.
  static func isPlain(_ path: FilePath) -> Bool {
    guard path.bytes.count < 4096, !path.bytes.contains(0) else { return false }
    return path.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .map { FilePath(bytes: $0) }
      .allSatisfy { !$0.bytes.isEmpty && $0 != "." && $0 != ".." && $0.bytes.count <= 255 }
  }

  private static func wrong(_ key: String, _ what: String) -> SwarmError {
    SwarmError(.badData, "the document is not a memory export: \(key) \(what)")
  }
}
