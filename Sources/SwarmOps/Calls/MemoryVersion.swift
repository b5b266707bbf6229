/// A memory file as it was seen or written, by which a change by another program shows.
struct MemoryVersion: Sendable {
  /// What the file system said of it.
  let status: FileStatus
  /// Of its content, where the status does not say enough.
  private let checksum: Checksum?
  /// Whether it was so young that it could change again under the same time.
  private let isYoung: Bool
  private let isShared: Bool

  /// Describes a file.
  ///
  /// - Parameters:
  ///   - status: Its status, taken just now.
  ///   - content: Its bytes.
  ///   - isShared: Whether it is on a root that several machines share: a file server may set its time
  ///     once more, some seconds after it was written.
  init(_ status: FileStatus, content: [UInt8], isShared: Bool) {
    self.status = status
    isYoung = status.isYoung(at: Timestamp.nanoseconds())
    self.isShared = isShared
    checksum = isYoung || isShared ? Checksum(of: content) : nil
  }

  private init(old version: MemoryVersion) {
    (status, isYoung, isShared) = (version.status, false, version.isShared)
    checksum = isShared ? version.checksum : nil
  }

  /// This version, which was just compared: once it is not young, its status says enough.
  var aged: MemoryVersion {
    isYoung && !status.isYoung(at: Timestamp.nanoseconds()) ? MemoryVersion(old: self) : self
  }

  /// Whether a file is this version still.
  ///
  /// - Parameters:
  ///   - found: Its status now.
  ///   - path: Where it is.
  func isStill(_ found: FileStatus?, at path: String) throws(SwarmError) -> Bool {
    guard let found else { return false }
    let looksSame = found.hasContent(of: status)
    guard let checksum, looksSame ? isYoung : isShared && found.kind == .file else {
      return looksSame
    }
    return try FileSystem.readIfPresent(path, followLinks: false).map(Checksum.init(of:))
      == checksum
  }
}
