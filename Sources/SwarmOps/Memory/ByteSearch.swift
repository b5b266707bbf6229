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
  private let excluded: FilePath?
  private static let chunk = 1 << 20

  /// Prepares a search.
  ///
  /// - Parameters:
  ///   - guid: What to look for.
  ///   - excluded: A folder that is left out, such as one that is about to be deleted.
  init(_ guid: GUID, excluding excluded: FilePath? = nil) {
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

  /// Searches everything below a folder, which may be a link itself; those in it are read, never
  /// followed.
  ///
  /// What vanishes meanwhile is not there.
  mutating func search(_ folder: some SystemPath) { search(folder.filePath, isTop: true) }

  private mutating func search(_ folder: FilePath, isTop: Bool) {
    let names: [FilePath]
    do throws(SwarmError) {
      names = try FileSystem.names(in: folder, followLinks: isTop)
    } catch {
      if !error.isMissing {
        findings.append(
          Finding(path: folder.text, reason: "it cannot be listed, so it was not searched"))
      }
      return
    }
    for name in names {
      let path = folder / name
      if path == excluded { continue }
      if contains(name.bytes) {
        findings.append(Finding(path: path.text, reason: "its name holds the GUID"))
      }
      guard let status = try? FileSystem.status(path) else { continue }
      switch status.kind {
      case .folder: search(path, isTop: false)
      case .file: searchFile(path, size: status.size)
      case .link:
        if let target = FileSystem.linkTarget(path), contains(target) {
          findings.append(Finding(path: path.text, reason: "it is a link to a path with the GUID"))
        }
      case .other: break
      }
    }
  }

  private mutating func searchFile(_ path: FilePath, size: Int) {
    let unread = Finding(path: path.text, reason: "it cannot be read, so it was not searched")
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
          file.number, path: path, count: min(Self.chunk, size.addingSaturated(1)))
      else {
        findings.append(unread)
        return
      }
      if part.isEmpty { break }
      bytes += part.count
      let text = rest.isEmpty ? part : rest + part
      if contains(text) {
        findings.append(Finding(path: path.text, reason: "its content holds the GUID"))
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
