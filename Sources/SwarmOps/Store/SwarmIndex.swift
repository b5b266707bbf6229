/// The summaries of all swarms, remembered by the identity of each manifest.
///
/// Finding a swarm by name among a thousand must not read a thousand manifests, nor make a thousand
/// values. What is found is always checked against the manifest itself, and a swarm that was added,
/// removed or deployed is seen by the time of the folder of swarms. One thing is left to ``summaries(of:)``
/// and to whatever destroys: a manifest that another program edits where it lies, so that two swarms
/// have one name.
///
/// The file is a line for the folder of swarms and a line for each swarm: GUID, identity of the
/// manifest in 64 hexadecimal digits, and the summary as a JSON array, empty for a damaged swarm.
struct SwarmIndex {
  let layout: SwarmLayout
  /// Whether what was found out is written down; a dry run writes nothing.
  var remembers = true

  private static let header = "swarms 4 "
  private static let guidLength = 36
  private static let identityLength = 64
  /// Where a line's summary begins: after GUID, space, identity, space.
  private static let summaryStart = guidLength + 1 + identityLength + 1
  private static let newline = UInt8(ascii: "\n")
  /// A manifest's path from the swarm's folder, as C has it.
  private static let manifestPath = Array("/\(SwarmLayout.manifestName)\0".utf8)

  // MARK: Finding

  /// The swarms that a word fits, straight from the file.
  ///
  /// - Parameters:
  ///   - word: A name, or the beginning of a GUID.
  ///   - allowsPrefix: Whether the beginning of a GUID counts.
  ///   - checksAll: Whether every manifest must be as it was, not only those that fit.
  /// - Returns: The swarms, or `nil` where the file is missing or something has changed since it was
  ///   written.
  func find(_ word: String, allowsPrefix: Bool, checksAll: Bool) -> [GUID]? {
    guard let bytes = try? FileSystem.readIfPresent(layout.swarmIndex),
      let folder = try? FileSystem.openFolder(layout.swarms),
      let status = try? FileSystem.status(of: folder.number, path: layout.swarms)
    else { return nil }
    let header = Array((Self.header + Identity(status).digits).utf8)
    let name = Array("[".utf8) + JSONValue.string(word).serialized() + Array(",".utf8)
    let prefix = Array(word.lowercased().utf8)
    return bytes.withUnsafeBytes { bytes -> [GUID]? in
      guard bytes.starts(with: header), bytes.count > header.count,
        bytes[header.count] == Self.newline
      else { return nil }
      var found: [GUID] = []
      var start = header.count + 1
      while start < bytes.count {
        let line = UnsafeRawBufferPointer(rebasing: bytes[start...])
        guard let end = line.offset(of: Self.newline), end > Self.summaryStart else { return nil }
        let summary = line[Self.summaryStart..<end]
        let fits = summary.starts(with: name) || (allowsPrefix && line.starts(with: prefix))
        guard !(fits || checksAll) || Self.isCurrent(line, in: folder.number) else { return nil }
        if fits, let guid = GUID(String(decoding: line[..<Self.guidLength], as: UTF8.self)) {
          found.append(guid)
        }
        start += end + 1
      }
      return found
    }
  }

  /// Whether the manifest of a line is the file that the line was made from.
  private static func isCurrent(_ line: UnsafeRawBufferPointer, in folder: Int32) -> Bool {
    withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { path in
      path.copyBytes(from: line[..<guidLength])
      path[guidLength...].copyBytes(from: manifestPath)
      guard let name = path.baseAddress?.assumingMemoryBound(to: CChar.self) else { return false }
      let identity = FileSystem.status(of: name, in: folder).map { Identity($0) } ?? Identity()
      return identity
        == Identity(
          digits: UnsafeRawBufferPointer(
            rebasing: line[(guidLength + 1)..<(guidLength + 1 + identityLength)]))
    }
  }

  /// What tells one state of a file from another.
  private struct Identity: Equatable {
    private var inode: UInt64 = 0
    private var size: UInt64 = 0
    private var modified: UInt64 = 0
    private var changed: UInt64 = 0

    /// Nothing is there.
    init() {}

    init(_ status: FileStatus) {
      inode = status.inode
      size = UInt64(truncatingIfNeeded: status.size)
      modified = UInt64(truncatingIfNeeded: status.modified)
      changed = UInt64(truncatingIfNeeded: status.changed)
    }

    /// Reads 64 digits as ``digits`` writes them.
    init(digits: UnsafeRawBufferPointer) {
      guard digits.count == identityLength else { return }
      func word(_ start: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in start..<(start + 16) {
          // Letters have the bit 0x40, and a low half that is nine less than their value.
          let digit = digits[index]
          word = word << 4 | UInt64((digit & 0xf) &+ (digit >> 6) &* 9)
        }
        return word
      }
      (inode, size, modified, changed) = (word(0), word(16), word(32), word(48))
    }

    var digits: String {
      [inode, size, modified, changed].map { word in
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
      }.joined()
    }
  }

  // MARK: Summaries

  /// The summaries, in the order of the GUIDs.
  func summaries(of guids: [GUID]) -> [SwarmSummary] {
    if guids.isEmpty { return [] }
    let folder = FileSystem.statusFollowingLinks(layout.swarms)
    let (header, known) = remembered()
    var found: [SwarmSummary] = []
    found.reserveCapacity(guids.count)
    var lines = ""
    var isNew = known.count != guids.count
    for guid in guids {
      let status = FileSystem.statusFollowingLinks(layout.manifest(guid))
      let identity = status.map { Identity($0) } ?? Identity()
      if let line = known[guid], line.identity == identity, let summary = line.summary {
        found.append(summary)
        lines += line.text
        continue
      }
      let summary: SwarmSummary
      do throws(SwarmError) {
        summary = SwarmSummary(
          guid: guid, manifest: try SwarmManifest.read(layout.manifest(guid)))
      } catch {
        // A folder that may not be looked into hides a manifest: that is another thing to fix.
        let isMissing = status == nil && error.code == .badData
        let reason = error.underlying.map { "\(error.message): \($0)" } ?? error.message
        summary = SwarmSummary(
          guid: guid, damage: isMissing ? "\(SwarmLayout.manifestName) is missing" : reason)
      }
      found.append(summary)
      let fields = summary.damage == nil ? summary.indexed : []
      let text = "\(guid) \(identity.digits) \(JSONValue.array(fields).compactString)\n"
      isNew = isNew || known[guid]?.text != text
      lines += text
    }
    guard remembers, let folder else { return found }
    let current = Self.header + Identity(folder).digits
    if isNew || header != current { write(current, lines, folder) }
    return found
  }

  private func write(_ header: String, _ lines: String, _ folder: FileStatus) {
    // A folder that has just changed may change again under the same time.
    let isYoung = folder.isYoung(at: Timestamp.nanoseconds())
    CacheFile.write(
      layout.swarmIndex, Array("\(isYoung ? Self.header : header)\n\(lines)".utf8),
      layout: layout)
  }

  /// The summaries that are remembered, true or not any more.
  func remembered(of guids: [GUID]) -> [SwarmSummary] {
    let lines = remembered().lines
    return guids.compactMap { lines[$0]?.summary }
  }

  private struct Line {
    let text: String
    let identity: Identity
    /// `nil` for a damaged swarm, which is looked at anew each time.
    let summary: SwarmSummary?
  }

  private func remembered() -> (header: String, lines: [GUID: Line]) {
    guard let bytes = try? FileSystem.readIfPresent(layout.swarmIndex) else { return ("", [:]) }
    var lines: [GUID: Line] = [:]
    let parts = bytes.split(separator: Self.newline)
    for part in parts.dropFirst() where part.count > Self.summaryStart {
      let start = part.startIndex
      guard
        let guid = GUID(String(decoding: part[start..<(start + Self.guidLength)], as: UTF8.self)),
        let fields = (try? JSONValue.parse(Array(part[(start + Self.summaryStart)...])))?.array
      else { continue }
      lines[guid] = Line(
        text: String(decoding: part, as: UTF8.self) + "\n",
        identity: part[(start + Self.guidLength + 1)..<(start + Self.summaryStart - 1)]
          .withUnsafeBytes { Identity(digits: $0) },
        summary: SwarmSummary(guid: guid, indexed: fields[...]))
    }
    return (String(decoding: parts.first ?? [], as: UTF8.self), lines)
  }
}
