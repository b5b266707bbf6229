/// Memory in transit: one JSON document that gives the same bytes back (spec section 7).
public struct MemoryArchive: Sendable {
  /// The schema of the document.
  public static let schema = "swarmctl-memory/1"

  /// One file of a namespace.
  public struct File: Sendable, Equatable {
    /// Its path below the namespace's folder, such as `memory.json`.
    public let path: String
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

    /// The memory as it stands in the document; bytes that are no text are Base64.
    public var json: JSONValue {
      let files = files.map { file -> JSONValue in
        var json: JSONObject = [
          "path": .string(file.path), "bytes": .number(JSONNumber(file.bytes.count)),
          "sha256": .string(SHA256.hex(of: file.bytes)),
        ]
        if let text = String(validating: file.bytes, as: UTF8.self) {
          json["text"] = .string(text)
        } else {
          json["base64"] = .string(Base64.encode(file.bytes))
        }
        return .object(json)
      }
      return [
        "user_guid": .string(namespace.folderName), "files": .array(files),
      ]
    }
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
      Memory(namespace: namespace, files: [File(path: SwarmLayout.memoryName, bytes: bytes)])
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
    var paths: Set<String> = []
    for (index, file) in list.enumerated() {
      let key = "\(key).files[\(index)]"
      guard let path = file["path"]?.string, isPlain(path) else {
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
      var path = inside[...]
      while let slash = path.lastIndex(of: "/") {
        path = path[..<slash]
        if paths.contains(String(path)) {
          throw wrong(key, "\(path) cannot be a file and the folder of \(inside)")
        }
      }
    }
    return Memory(namespace: namespace, files: files)
  }

  /// Whether a path stays below the folder it begins in.
  static func isPlain(_ path: String) -> Bool {
    guard path.utf8.count < 4096, !path.utf8.contains(0) else { return false }
    return path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
      !$0.isEmpty && $0 != "." && $0 != ".." && $0.utf8.count <= 255
    }
  }

  private static func wrong(_ key: String, _ what: String) -> SwarmError {
    SwarmError(.badData, "the document is not a memory export: \(key) \(what)")
  }
}
