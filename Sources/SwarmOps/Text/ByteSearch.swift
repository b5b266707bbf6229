/// Looks for a GUID, in any case, in the names and raw bytes of everything below a folder.
struct ByteSearch {
  /// Somewhere it still is, or may be.
  struct Finding: Equatable {
    let path: String
    let reason: String
  }

  /// What was found.
  private(set) var findings: [Finding] = []
  /// Files that were read to their end.
  private(set) var files = 0
  /// Bytes that were read.
  private(set) var bytes = 0

  private let needle: [UInt8]
  private let shifts: [Int]
  private let excluded: String?
  private static let chunk = 1 << 20

  /// Prepares a search.
  ///
  /// - Parameters:
  ///   - guid: What to look for.
  ///   - excluded: A folder that is left out, such as one that is about to be deleted.
  init(_ guid: GUID, excluding excluded: String? = nil) {
    needle = Array(guid.description.utf8)
    self.excluded = excluded
    // Horspool: how far the window may go by its last byte.
    var shifts = [Int](repeating: needle.count, count: 256)
    for (index, byte) in needle.dropLast().enumerated() {
      let shift = needle.count - 1 - index
      shifts[Int(byte)] = shift
      if (0x61...0x66).contains(byte) { shifts[Int(byte & ~0x20)] = shift }
    }
    self.shifts = shifts
  }

  /// Searches everything below a folder; symbolic links are read, never followed.
  mutating func search(_ folder: String) {
    let names: [String]
    do throws(SwarmError) {
      names = try FileSystem.list(folder)
    } catch {
      findings.append(Finding(path: folder, reason: "it cannot be listed, so it was not searched"))
      return
    }
    for name in names.sorted() {
      let path = folder + "/" + name
      if path == excluded { continue }
      if contains(Array(name.utf8)) {
        findings.append(Finding(path: path, reason: "its name holds the GUID"))
      }
      guard let status = try? FileSystem.status(path) else {
        if name.contains("\u{FFFD}") {
          findings.append(
            Finding(path: path, reason: "its name is not UTF-8, so it was not searched"))
        }
        continue
      }
      switch status.kind {
      case .folder: search(path)
      case .file: searchFile(path, size: status.size)
      case .link:
        if let target = FileSystem.linkTarget(path), contains(target) {
          findings.append(Finding(path: path, reason: "it is a link to a path with the GUID"))
        }
      case .other: break
      }
    }
  }

  private mutating func searchFile(_ path: String, size: Int) {
    let unread = Finding(path: path, reason: "it cannot be read, so it was not searched")
    let file: Descriptor
    do throws(SwarmError) {
      guard let opened = try FileSystem.openForReading(path) else { return }
      file = opened
    } catch {
      findings.append(unread)
      return
    }
    var rest: [UInt8] = []
    while true {
      guard
        let part = try? FileSystem.readSome(
          file.number, path: path, count: min(Self.chunk, size + 1))
      else {
        findings.append(unread)
        return
      }
      if part.isEmpty { break }
      bytes += part.count
      let text = rest.isEmpty ? part : rest + part
      if contains(text) {
        findings.append(Finding(path: path, reason: "its content holds the GUID"))
        return
      }
      // What may be the beginning of a GUID that the next part ends.
      rest = Array(text.suffix(needle.count - 1))
    }
    files += 1
  }

  /// Whether the GUID occurs, in any case.
  func contains(_ text: [UInt8]) -> Bool {
    let length = needle.count
    guard text.count >= length else { return false }
    return text.withUnsafeBufferPointer { text in
      needle.withUnsafeBufferPointer { needle in
        shifts.withUnsafeBufferPointer { shifts in
          var end = length - 1
          while end < text.count {
            let last = text[end]
            if Self.lower(last) == needle[length - 1] {
              var index = length - 2
              while index >= 0, Self.lower(text[end - length + 1 + index]) == needle[index] {
                index -= 1
              }
              if index < 0 { return true }
            }
            end += shifts[Int(last)]
          }
          return false
        }
      }
    }
  }

  @inline(__always)
  private static func lower(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 6 ? byte | 0x20 : byte
  }
}
