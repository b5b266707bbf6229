/// Reads the files of one folder bundle: never through a link, never more than is allowed in all.
struct BundleFiles {
  /// The folder, for messages about the whole.
  let folder: String
  /// Whether links and special files are refused; otherwise they count as absent.
  let isStrict: Bool
  private var remaining: Int

  /// Starts reading a folder.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - isStrict: Whether it is a bundle, to which the rules of a deploy apply.
  init(_ folder: String, isStrict: Bool) {
    self.folder = folder
    self.isStrict = isStrict
    remaining = isStrict ? SwarmBundle.maximumBytes : .max
  }

  /// What a path names, or `nil` where nothing is or where it does not count.
  func kind(_ path: String) throws(SwarmError) -> FileStatus.Kind? {
    guard let status = try FileSystem.status(path) else { return nil }
    switch status.kind {
    case .file, .folder: return status.kind
    case .link, .other:
      guard isStrict else { return nil }
      throw Self.special(path, status.kind)
    }
  }

  /// The error about a link, device or FIFO.
  static func special(_ path: String, _ kind: FileStatus.Kind) -> SwarmError {
    SwarmError(
      .badBundle,
      kind == .link
        ? "\(path) is a symbolic link" : "\(path) is a device, FIFO or socket",
      hint: kind == .link
        ? "a bundle holds regular files only: put a copy of the file in its place"
        : "a bundle holds regular files only: move it elsewhere", path: path)
  }

  /// The names in a folder that do not start with a dot, in byte order, after a check that none of
  /// them is a link or a special file.
  func names(_ folder: String) throws(SwarmError) -> [String] {
    var names: [String] = []
    for name in try FileSystem.list(folder) where name.utf8.first != UInt8(ascii: ".") {
      guard try kind(folder + "/" + name) == nil else {
        names.append(name)
        continue
      }
      // Names that are not UTF-8 arrive with replacement characters and are not found again.
      if isStrict && name.utf8.ends(with: ".py") && name.unicodeScalars.contains("\u{FFFD}") {
        throw SwarmError(
          .badBundle, "\(folder) holds a file whose name is not UTF-8: \(name.quoted)",
          hint: "rename the file", path: folder)
      }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The content of a regular file, checked to be UTF-8; `nil` where no regular file is.
  mutating func readText(_ path: String) throws(SwarmError) -> [UInt8]? {
    guard let bytes = try read(path) else { return nil }
    if let position = TextPosition.ofInvalidUTF8(in: bytes) {
      throw SwarmError(
        isStrict ? .badBundle : .badData, "\(path): \(position): invalid UTF-8",
        hint: "save the file as UTF-8", path: path)
    }
    return bytes
  }

  /// The content of a regular file; `nil` where no regular file is.
  mutating func read(_ path: String) throws(SwarmError) -> [UInt8]? {
    guard let status = try FileSystem.status(path) else { return nil }
    guard status.kind == .file else {
      if isStrict && status.kind != .folder { throw Self.special(path, status.kind) }
      return nil
    }
    // Before reading, so that a huge file costs nothing.
    guard status.size <= remaining else { throw SwarmBundle.tooLarge(folder) }
    let bytes: [UInt8]?
    do {
      bytes = try FileSystem.readIfPresent(path, limit: remaining, followLinks: false)
    } catch {
      throw error.code == .badData ? SwarmBundle.tooLarge(folder) : error
    }
    remaining -= bytes?.count ?? 0
    return bytes
  }
}

/// A place in a text, as editors count.
struct TextPosition: CustomStringConvertible {
  /// The line, 1-based.
  let line: Int
  /// The column, 1-based, in Unicode scalars.
  let column: Int

  var description: String { "line \(line), column \(column)" }

  /// Where a text stops being UTF-8, or `nil` where it does not.
  static func ofInvalidUTF8(in bytes: [UInt8]) -> TextPosition? {
    bytes.withUnsafeBytes { raw in
      var offset = 0
      var line = 1
      var column = 1
      while offset < raw.count {
        let byte = raw[offset]
        let length = byte < 0x80 ? 1 : UTF8Check.sequenceLength(in: raw, at: offset)
        if length == 0 { return TextPosition(line: line, column: column) }
        column = byte == 0x0A ? 1 : column + 1
        if byte == 0x0A { line += 1 }
        offset += length
      }
      return nil
    }
  }
}
