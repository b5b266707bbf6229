#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the file system says about one file, without following a symbolic link.
package struct FileStatus: Sendable, Hashable {
  /// What kind of thing a path names.
  package enum Kind: Sendable, Hashable {
    /// A regular file.
    case file
    /// A folder.
    case folder
    /// A symbolic link.
    case link
    /// A device, FIFO or socket.
    case other
  }

  /// What kind of thing this is.
  package let kind: Kind
  /// Device and inode number.
  package let device: UInt64
  /// Inode number on ``device``.
  package let inode: UInt64
  /// Size in bytes.
  package let size: Int
  /// Whether some of its bytes take no place on the disk.
  let isSparse: Bool
  /// Last change of the content, in nanoseconds since 1970; the nearest that can be said for a time
  /// before 1678 or after 2262.
  package let modified: Int64
  /// Last change of content or status, in nanoseconds since 1970.
  package let changed: Int64
  /// How many names it has.
  let links: Int
  /// Permission bits.
  package let permissions: UInt16
  /// The owner's user number.
  package let owner: UInt32

  init(_ status: stat) {
    #if canImport(Darwin)
      let modification = status.st_mtimespec
      let change = status.st_ctimespec
    #else
      let modification = status.st_mtim
      let change = status.st_ctim
    #endif
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFLNK: .link
      default: .other
      }
    device = UInt64(truncatingIfNeeded: status.st_dev)
    inode = UInt64(truncatingIfNeeded: status.st_ino)
    size = Int(status.st_size)
    modified = Timestamp.nanoseconds(of: modification)
    changed = Timestamp.nanoseconds(of: change)
    // In blocks of 512 bytes, whatever the block size of the file system.
    isSparse = Int(status.st_blocks).multipliedReportingOverflow(by: 512).partialValue < size
    links = Int(clamping: status.st_nlink)
    permissions = UInt16(status.st_mode & 0o7777)
    owner = status.st_uid
  }

  /// Whether both are the same file or folder, whatever was done to it meanwhile.
  func isSame(as other: FileStatus) -> Bool { device == other.device && inode == other.inode }

  /// How coarse the kernel's file times may be, in nanoseconds.
  private static let coarseTime: Int64 = 50_000_000

  /// Whether the file was changed so lately that it could change again under the same time.
  ///
  /// A time that is still to come is not young: any change would replace it by the present one.
  ///
  /// - Parameter now: When the status was taken, or some time before, in nanoseconds since 1970.
  func isYoung(at now: Int64) -> Bool {
    modified > now - Self.coarseTime
      && modified < Timestamp.nanoseconds().addingSaturated(Self.coarseTime)
  }

  /// Whether both are the same file with the same content, whatever names it was given meanwhile.
  ///
  /// Renaming changes the status and not the content.
  func hasContent(of earlier: FileStatus) -> Bool {
    kind == earlier.kind && device == earlier.device && inode == earlier.inode
      && size == earlier.size && modified == earlier.modified
  }

  /// Whether both are the same file with, as far as the status tells, the same content.
  func isUnchanged(since earlier: FileStatus) -> Bool {
    kind == earlier.kind && device == earlier.device && inode == earlier.inode
      && size == earlier.size && modified == earlier.modified && changed == earlier.changed
  }
}
