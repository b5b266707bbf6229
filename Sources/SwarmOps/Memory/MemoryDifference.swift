/// What differs between two states of one memory: entries by their ids, and files beside it.
package struct MemoryDifference: Sendable {
  /// One entry that differs.
  package struct Entry: Sendable {
    /// Its id.
    package let id: String
    /// What it was; `nil` where it was not there.
    package let before: JSONValue?
    /// What it became; `nil` where it is not there any more.
    package let after: JSONValue?
  }

  /// One file beside `memory.json` that differs; or the memory itself, where it has no entries that
  /// could be told apart.
  package struct File: Sendable {
    /// Its path in the namespace.
    package let path: String
    /// Its bytes before; `nil` where it was not there.
    package let before: Int?
    /// Its bytes after; `nil` where it is not there any more.
    package let after: Int?
  }

  /// The entries that differ: those that went and changed in the order of the first state, then new
  /// ones in the order of the second.
  package private(set) var entries: [Entry] = []
  /// The files that differ, by path.
  package private(set) var files: [File] = []

  /// Whether both states are the same.
  package var isEmpty: Bool { entries.isEmpty && files.isEmpty }

  /// Compares files, given by their paths in the namespace and on disk.
  init(_ before: [FilePath: FilePath], _ after: [FilePath: FilePath]) throws(SwarmError) {
    for name in Set(before.keys).union(after.keys).sorted() {
      let (old, new) = (before[name], after[name])
      if let old, let new, try FileComparison.haveSameContent(old, new) { continue }
      if name == SwarmLayout.memoryName, try addEntries(old, new) { continue }
      files.append(File(path: name.text, before: try Self.size(old), after: try Self.size(new)))
    }
  }

  private static func size(_ path: FilePath?) throws(SwarmError) -> Int? {
    guard let path else { return nil }
    return try FileSystem.status(path)?.size
  }

  /// Compares entries; `false` where one of both has none.
  private mutating func addEntries(_ old: FilePath?, _ new: FilePath?) throws(SwarmError) -> Bool {
    guard let first = try Self.members(old), let second = try Self.members(new) else {
      return false
    }
    for (id, value) in first {
      let now = second[id]
      if now != value { entries.append(Entry(id: id, before: value, after: now)) }
    }
    for (id, value) in second where first[id] == nil {
      entries.append(Entry(id: id, before: nil, after: value))
    }
    return true
  }

  private static func members(_ path: FilePath?) throws(SwarmError) -> JSONObject? {
    guard let path else { return [:] }
    let document = MemoryDocument(
      bytes: try FileSystem.read(path, followLinks: false), path: path.text)
    switch document.content {
    case .empty: return [:]
    case .entries(let entries):
      return JSONObject(entries.map { (key: $0.id, value: document.value($0)) })
    case .other, .invalid: return nil
    }
  }
}
