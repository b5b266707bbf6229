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

  /// The summaries of swarms.
  ///
  /// - Parameter guids: The swarms, in their order.
  /// - Returns: A summary for each, in that order.
  func summaries(of guids: [GUID]) -> [SwarmSummary] {
    if guids.isEmpty { return [] }
    let folder = FileSystem.statusFollowingLinks(layout.swarms)
    var known = remembered()
    var isNew = known.lines.count != guids.count
    var lines: [Line] = []
    lines.reserveCapacity(guids.count)
    for guid in guids {
      let status = FileSystem.statusFollowingLinks(layout.manifest(guid))
      let identity = status.map { Identity($0) } ?? Identity()
      let line = known.line(of: guid)
      if let line, line.identity == identity, line.summary.damage == nil {
        lines.append(line)
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
      lines.append(Line(identity: identity, summary: summary))
      isNew = isNew || line?.identity != identity || summary.damage == nil
    }
    if remembers, let folder {
      let header = Self.header + Identity(folder).digits
      if isNew || known.header != header { write(header, lines, folder) }
    }
    return lines.map(\.summary)
  }

  private func write(_ header: String, _ lines: [Line], _ folder: FileStatus) {
    // A folder that has just changed may change again under the same time.
    let isYoung = folder.isYoung(at: Timestamp.nanoseconds())
    let text = lines.map(\.text).joined()
    CacheFile.write(
      layout.swarmIndex, Array("\(isYoung ? Self.header : header)\n\(text)".utf8), layout: layout)
  }

  /// The summaries that are remembered, true or not any more.
  ///
  /// - Parameter guids: The swarms, in their order.
  func remembered(of guids: [GUID]) -> [SwarmSummary] {
    var known = remembered()
    return guids.compactMap { known.line(of: $0)?.summary }.filter { $0.damage == nil }
  }

  /// What the file says of one swarm.
  private struct Line {
    let identity: Identity
    /// A damaged swarm is looked at anew each time.
    let summary: SwarmSummary

    init(identity: Identity, summary: SwarmSummary) {
      self.identity = identity
      self.summary = summary
    }

    /// Reads a line; `nil` where nobody wrote it who knows how.
    init?(_ line: UnsafeRawBufferPointer) {
      guard line.count > summaryStart,
        let guid = GUID(String(decoding: line[..<guidLength], as: UTF8.self)),
        let fields = (try? JSONValue.parse(Array(line[summaryStart...])))?.array
      else { return nil }
      identity = Identity(
        digits: UnsafeRawBufferPointer(rebasing: line[(guidLength + 1)..<(summaryStart - 1)]))
      summary =
        SwarmSummary(guid: guid, indexed: fields[...]) ?? SwarmSummary(guid: guid, damage: "")
    }

    var text: String {
      let fields = summary.damage == nil ? summary.indexed : []
      return "\(summary.guid) \(identity.digits) \(JSONValue.array(fields).compactString)\n"
    }
  }

  /// What the file says, looked up in the order of the GUIDs, which is that of its lines.
  private struct Known {
    let header: String
    let lines: [Line]
    private var next = 0

    init(header: String = "", lines: [Line] = []) {
      self.header = header
      self.lines = lines
    }

    mutating func line(of guid: GUID) -> Line? {
      while next < lines.count, lines[next].summary.guid < guid { next += 1 }
      return next < lines.count && lines[next].summary.guid == guid ? lines[next] : nil
    }
  }

  private func remembered() -> Known {
    guard let bytes = try? FileSystem.readIfPresent(layout.swarmIndex) else { return Known() }
    return bytes.withUnsafeBytes { bytes in
      guard let end = bytes.offset(of: Self.newline) else { return Known() }
      var lines: [Line] = []
      var rest = bytes[(end + 1)...]
      while let end = UnsafeRawBufferPointer(rebasing: rest).offset(of: Self.newline) {
        if let line = Line(UnsafeRawBufferPointer(rebasing: rest.prefix(end))) {
          lines.append(line)
        }
        rest = rest.dropFirst(end + 1)
      }
      return Known(header: String(decoding: bytes[..<end], as: UTF8.self), lines: lines)
    }
  }
}
