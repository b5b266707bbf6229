/// What one memory was before a change.
package struct EarlierVersion: Sendable, Equatable {
  /// How it was kept.
  enum Kind: String, Sendable {
    /// The file `memory.json` alone.
    case file = "json"
    /// There was no memory.
    case none
    /// Several files, or files beside `memory.json`: a folder.
    case set
  }

  /// Its number; of two, the greater one is the later.
  package let number: Int
  /// When the change took its place, in nanoseconds since 1970.
  package let replacedAt: Int64
  /// Bytes of what the change replaced.
  package let bytes: Int
  /// What made the change: an agent's name, or a verb such as `import`.
  package let by: String
  /// What the change left, to tell whether anybody else changed it since.
  let left: MemoryMark
  let kind: Kind
  /// Where it is kept.
  package private(set) var path: String
  private let folder: String

  /// Whether there was no memory.
  package var isNone: Bool { kind == .none }

  /// Reads the name that a version has on disk; `nil` for anything else.
  init?(name: String, in folder: String) {
    guard let dot = name.lastIndex(of: "."),
      let kind = Kind(rawValue: String(name[name.index(after: dot)...]))
    else { return nil }
    let fields = name[..<dot].split(separator: "-", maxSplits: 4, omittingEmptySubsequences: false)
    guard fields.count == 5, let number = Int(fields[0]), number > 0,
      let replacedAt = Int64(fields[1]), let bytes = Int(fields[2]), bytes >= 0,
      let left = MemoryMark(text: fields[3])
    else { return nil }
    self.number = number
    self.replacedAt = replacedAt
    self.bytes = bytes
    self.left = left
    by = String(fields[4])
    self.folder = folder
    self.kind = kind
    path = folder + "/" + name
  }

  /// Describes a version that is about to be kept.
  init(
    number: Int, bytes: Int, by: String, left: MemoryMark, kind: Kind, in folder: String
  ) {
    self.number = number
    self.bytes = bytes
    self.left = left
    self.kind = kind
    self.by = Self.word(by)
    self.folder = folder
    replacedAt = Timestamp.nanoseconds()
    path = ""
    path = self.path(leaving: left)
  }

  /// Where it is once what the change left is known.
  func path(leaving left: MemoryMark) -> String {

    "\(folder)/\(number)-\(replacedAt)-\(bytes)-\(left.text)-\(self.by).\(kind.rawValue)"
  }

  /// A name as it can stand in a file's name.
  private static func word(_ text: String) -> String {
    var word = ""
    for scalar in text.unicodeScalars.prefix(64) {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "-", "_": word.unicodeScalars.append(scalar)
      default: word += "_"
      }
    }
    return word.isEmpty ? "_" : word
  }
}

/// Size and time of a memory file, or that there is none: by them a later change shows.
struct MemoryMark: Sendable, Equatable {
  /// Bytes and nanoseconds since 1970, or `nil` where there is no memory.
  private let file: (size: Int, modified: Int64)?

  init(_ status: FileStatus?) { file = status.map { ($0.size, $0.modified) } }

  init?(text: Substring) {
    if text == "0" {
      file = nil
      return
    }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let size = Int(parts[0]), let modified = Int64(parts[1]) else {
      return nil
    }
    file = (size, modified)
  }

  var text: String { file.map { "\($0.size).\($0.modified)" } ?? "0" }

  static func == (one: MemoryMark, other: MemoryMark) -> Bool { one.text == other.text }
}
