/// A memory file as it was seen or written, by which a change by another program shows.
struct MemoryVersion: Sendable {
  /// What the file system said of it.
  let status: FileStatus
  /// Of its content, where it was so young that it could change again under the same time.
  private let checksum: Checksum?

  /// Describes a file.
  ///
  /// - Parameters:
  ///   - status: Its status, taken just now.
  ///   - content: Its bytes.
  init(_ status: FileStatus, content: [UInt8]) {
    self.status = status
    checksum = status.isYoung(at: Timestamp.nanoseconds()) ? Checksum(of: content) : nil
  }

  private init(old status: FileStatus) { (self.status, checksum) = (status, nil) }

  /// This version, which was just compared: once it is not young, its status says enough.
  var aged: MemoryVersion {
    checksum == nil || status.isYoung(at: Timestamp.nanoseconds())
      ? self : MemoryVersion(old: status)
  }

  /// Whether a file is this version still.
  ///
  /// - Parameters:
  ///   - found: Its status now.
  ///   - path: Where it is.
  func isStill(_ found: FileStatus?, at path: String) throws(SwarmError) -> Bool {
    guard let found, found.hasContent(of: status) else { return false }
    guard let checksum else { return true }
    return try FileSystem.readIfPresent(path, followLinks: false).map(Checksum.init(of:))
      == checksum
  }
}
