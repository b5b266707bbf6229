/// What a memory and an imported one make together: every entry of the first, and those of the
/// second whose ids the first does not have.
struct MergedMemory {
  private var files: [MemoryArchive.File]
  /// The files that are new or have new content.
  private(set) var changed: [MemoryArchive.File] = []
  private(set) var added: [String] = []
  private(set) var same: [String] = []
  private(set) var conflicts: [String] = []
  var isChange: Bool { !changed.isEmpty }

  /// Merges.
  ///
  /// - Parameters:
  ///   - current: The files that are there; `nil` where there is no namespace.
  ///   - incoming: The imported memory.
  ///   - path: Where the memory is, for errors.
  init(_ current: [MemoryArchive.File]?, _ incoming: MemoryArchive.Memory, path: String)
    throws(SwarmError)
  {
    files = current ?? []
    for file in incoming.files {
      guard let place = files.firstIndex(where: { $0.path == file.path }) else {
        if file.path == SwarmLayout.memoryName {
          added += try Self.edit(file.bytes(), "the imported memory").members.map(\.key)
        } else {
          added.append(file.path.text)
        }
        changed.append(file)
        continue
      }
      if file.path == SwarmLayout.memoryName {
        try mergeEntries(file.bytes(), into: place, path: path)
      } else if try files[place].isSame(as: file) {
        same.append(file.path.text)
      } else {
        conflicts.append(file.path.text)
      }
    }
  }

  private mutating func mergeEntries(_ bytes: [UInt8], into place: Int, path: String)
    throws(SwarmError)
  {
    let source = try Self.edit(bytes, "the imported memory")
    let current = try files[place].bytes()
    if !current.contains(where: { $0 > 0x20 }) {
      changed.append(MemoryArchive.File(path: FilePath(SwarmLayout.memoryName), bytes: bytes))
      added += source.members.map(\.key)
      return
    }
    let target = try Self.edit(current, path + "/" + SwarmLayout.memoryName)
    var known: [JSONKey: Range<Int>] = [:]
    for member in target.members { known[JSONKey(member.key)] = member.value }
    var cores: [[UInt8]] = []
    for member in source.members {
      guard let range = known[JSONKey(member.key)] else {
        known[JSONKey(member.key)] = 0..<0
        cores.append(source.core(member))
        added.append(member.key)
        continue
      }
      let (old, new) = (Array(current[range]), Array(bytes[member.value]))
      if old == new || Self.isSame(old, new) {
        same.append(member.key)
      } else {
        conflicts.append(member.key)
      }
    }
    if cores.isEmpty { return }
    changed.append(
      MemoryArchive.File(
        path: FilePath(SwarmLayout.memoryName),
        bytes: target.members.isEmpty ? bytes : target.adding(cores)))
  }

  private static func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard let left = try? JSONValue.parse(left, options: .allowNonFinite),
      let right = try? JSONValue.parse(right, options: .allowNonFinite)
    else { return false }
    return left.isEquivalent(to: right)
  }

  private static func edit(_ bytes: [UInt8], _ what: String) throws(SwarmError) -> MemoryEdit {
    do throws(JSONSyntaxError) {
      return try MemoryEdit(bytes)
    } catch {
      throw SwarmError(
        .badData, "\(what) is not a JSON object, so nothing can be added by id: \(error)",
        hint: .omit(.merge, to: "everything is replaced"))
    }
  }
}
