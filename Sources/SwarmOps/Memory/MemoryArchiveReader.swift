/// Reads a document piece by piece into the folder of an operation: what its files hold, and of a
/// document that is none of ours the document itself.
///
/// Our own says what it is before it says what it holds. One that a program has sorted does not: what
/// was passed over then is read again from the copy.
final class MemoryArchiveReader {
  private let staging: StagingFolder
  private let stream: JSONStream
  private let copy: DocumentCopy
  private var isExport: Bool
  private var memories: [MemoryArchive.Memory]?
  private var hasMemories = false
  private var status: String?
  private var stagedFiles = 0

  /// The bytes of a document that are not known to be one of ours.
  private final class DocumentCopy {
    let path: String
    private(set) var size = 0
    private var file: NewFile?

    init(_ path: String) { self.path = path }

    func begin() throws(SwarmError) { file = try NewFile(path) }

    func add(_ bytes: [UInt8]) throws(SwarmError) {
      size = size.addingSaturated(bytes.count)
      try file?.write(bytes)
    }

    func close() throws(SwarmError) { try file?.close() }

    func drop() {
      file = nil
      try? FileSystem.removeFile(path)
    }
  }

  private init(
    in staging: StagingFolder, isExport: Bool, next: @escaping () throws(SwarmError) -> [UInt8]
  ) throws(SwarmError) {
    let copy = DocumentCopy(staging.path + "/document")
    if !isExport { try copy.begin() }
    self.staging = staging
    self.copy = copy
    self.isExport = isExport
    stream = try JSONStream("the document") { () throws(SwarmError) in
      let piece = try next()
      try copy.add(piece)
      return piece
    }
  }

  /// Reads a document.
  ///
  /// - Parameters:
  ///   - staging: The folder of the operation.
  ///   - namespace: Whose memory a document becomes that is no export.
  ///   - next: Gives the next bytes; none at the end.
  /// - Throws: ``SwarmError/Code/badData`` that names the place, or the key path, of what is wrong.
  static func read(
    in staging: StagingFolder, for namespace: Namespace,
    next: @escaping () throws(SwarmError) -> [UInt8]
  ) throws(SwarmError) -> MemoryArchive {
    let reader = try MemoryArchiveReader(in: staging, isExport: false, next: next)
    try reader.readDocument()
    try reader.copy.close()
    guard reader.isExport else { return reader.archive(asMemoryOf: namespace) }
    if let memories = try reader.checkedMemories() {
      return MemoryArchive(memories: memories, isExport: true, staging: staging)
    }
    let file = try InputPieces(path: reader.copy.path)
    let again = try MemoryArchiveReader(in: staging, isExport: true) { () throws(SwarmError) in
      try file.next()
    }
    try again.readDocument()
    again.copy.drop()
    guard let memories = try again.checkedMemories() else {
      throw wrong("memories", "must be an array")
    }
    return MemoryArchive(memories: memories, isExport: true, staging: staging)
  }

  private func archive(asMemoryOf namespace: Namespace) -> MemoryArchive {
    let file = MemoryArchive.File(
      path: FilePath(SwarmLayout.memoryName),
      content: .file(FilePath(copy.path), size: copy.size))
    return MemoryArchive(
      memories: [MemoryArchive.Memory(namespace: namespace, files: [file])], isExport: false,
      staging: staging)
  }

  /// The memories of one of our documents; `nil` where they were passed over.
  private func checkedMemories() throws(SwarmError) -> [MemoryArchive.Memory]? {
    if !hasMemories { throw Self.wrong("memories", "must be an array") }
    if status == "error" {
      throw SwarmError(
        .badData, "the document is not whole: its export ended with an error",
        hint: "export again")
    }
    return memories
  }

  private func readDocument() throws(SwarmError) {
    if try stream.kind() == .object {
      try stream.forEachMember { key throws(SwarmError) in try readMember(key) }
    } else {
      try stream.skipValue()
    }
    try stream.finish()
  }

  private func readMember(_ key: String) throws(SwarmError) {
    switch key {
    case "schema":
      if try readText(atMost: 64) == MemoryArchive.schema { isExport = true }
      if isExport, !hasMemories { copy.drop() }
    case "status": status = try readText(atMost: 64)
    case "memories":
      hasMemories = true
      if isExport { memories = try readMemories() } else { try stream.skipValue() }
    default: try stream.skipValue()
    }
  }

  // MARK: Memories

  private func readMemories() throws(SwarmError) -> [MemoryArchive.Memory] {
    guard try stream.kind() == .array else { throw Self.wrong("memories", "must be an array") }
    var memories: [MemoryArchive.Memory] = []
    var seen: Set<Namespace> = []
    try stream.forEachElement { index throws(SwarmError) in
      let memory = try readMemory("memories[\(index)]")
      guard seen.insert(memory.namespace).inserted else {
        throw Self.wrong("memories[\(index)].user_guid", "occurs twice")
      }
      memories.append(memory)
    }
    return memories
  }

  private func readMemory(_ key: String) throws(SwarmError) -> MemoryArchive.Memory {
    var namespace: Namespace?
    var files: [MemoryArchive.File]?
    if try stream.kind() != .object { throw Self.wrong(key, "must be an object") }
    try stream.forEachMember { member throws(SwarmError) in
      switch member {
      case "user_guid":
        namespace = try readText(atMost: 64).flatMap { Namespace(folderName: $0) }
      case "files": files = try readFiles(key)
      default: try stream.skipValue()
      }
    }
    guard let namespace else {
      throw Self.wrong("\(key).user_guid", "must be a GUID or \"shared\"")
    }
    guard let files else { throw Self.wrong("\(key).files", "must be an array") }
    return MemoryArchive.Memory(namespace: namespace, files: files)
  }

  private func readFiles(_ key: String) throws(SwarmError) -> [MemoryArchive.File] {
    guard try stream.kind() == .array else {
      throw Self.wrong("\(key).files", "must be an array")
    }
    var files: [MemoryArchive.File] = []
    var paths: Set<FilePath> = []
    try stream.forEachElement { index throws(SwarmError) in
      let file = try readFile("\(key).files[\(index)]")
      guard paths.insert(file.path).inserted else {
        throw Self.wrong("\(key).files[\(index)].path", "occurs twice")
      }
      files.append(file)
    }
    for inside in paths {
      var path = inside
      while let folder = path.folder {
        path = folder
        if paths.contains(path) {
          throw Self.wrong(key, "\(path) cannot be a file and the folder of \(inside)")
        }
      }
    }
    return files
  }

  // MARK: Files

  /// What a string of the document holds, in a file of the operation's folder.
  private struct Staged {
    let path: String
    let size: Int
    let digest: String
  }

  private func readFile(_ key: String) throws(SwarmError) -> MemoryArchive.File {
    var (name, exactName): ([UInt8]?, [UInt8]?)
    var (text, base64): (Staged?, Staged?)
    var digest: String?
    if try stream.kind() != .object { throw Self.wrong(key, "must be an object") }
    try stream.forEachMember { member throws(SwarmError) in
      switch member {
      // A path of three bytes for one has four digits for each three of them.
      case "path": name = try readText(atMost: 3 * 4096).map { Array($0.utf8) }
      case "path_base64": exactName = try readText(atMost: 2 * 4096).flatMap(Base64.decode)
      case "sha256": digest = try readText(atMost: 1 << 16)
      case "text": text = try stage { $0 }
      case "base64":
        var decoder = Base64.Decoder()
        base64 = try stage { decoder.decode($0) }
        if !decoder.isComplete { base64 = nil }
      default: try stream.skipValue()
      }
    }
    guard let path = (exactName ?? name).map(FilePath.init(bytes:)), Self.isPlain(path) else {
      throw Self.wrong("\(key).path", "must be a plain path below the memory's folder")
    }
    guard let content = text ?? base64 else {
      throw Self.wrong(key, "needs a string `text` or `base64`")
    }
    if let digest, digest.lowercased() != content.digest {
      throw Self.wrong("\(key).sha256", "does not match: the document was changed")
    }
    return MemoryArchive.File(
      path: path, content: .file(FilePath(content.path), size: content.size))
  }

  /// Writes a string's content to a file of its own; `nil` for what is no string, or where
  /// `decode` gives nothing for a piece.
  private func stage(_ decode: ([UInt8]) -> [UInt8]?) throws(SwarmError) -> Staged? {
    guard try stream.kind() == .string else {
      try stream.skipValue()
      return nil
    }
    stagedFiles += 1
    let file = try NewFile("\(staging.path)/file-\(stagedFiles)")
    var (hash, size, isRight) = (SHA256(), 0, true)
    try stream.string { piece throws(SwarmError) in
      guard let bytes = decode(piece) else {
        isRight = false
        return
      }
      size += bytes.count
      bytes.withUnsafeBytes { hash.update($0) }
      try file.write(bytes)
    }
    try file.close()
    guard isRight else { return nil }
    return Staged(path: file.path, size: size, digest: SHA256.hex(hash.finalize()))
  }

  /// A short string, or `nil` for anything else.
  private func readText(atMost limit: Int) throws(SwarmError) -> String? {
    guard try stream.kind() == .string else {
      try stream.skipValue()
      return nil
    }
    let (text, isWhole) = try stream.text(atMost: limit)
    return isWhole ? text : nil
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
