#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// System calls that Swift cannot name on every platform, looked up in the C library once.
///
/// The C library's own header hides them behind `_GNU_SOURCE`, which Swift does not set, or
/// declares them variadic.
enum PlatformCalls {
  private static func symbol<Function>(_ name: String, as type: Function.Type) -> Function? {
    dlsym(nil, name).map { unsafeBitCast($0, to: type) }
  }

  #if os(Linux)
    private typealias RenameAt2 =
      @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
    private static let renameAt2 = symbol("renameat2", as: RenameAt2.self)
    private static let renameNoReplace: UInt32 = 1
    private static let renameExchange: UInt32 = 2
  #endif

  /// Exchanges two paths of one file system in one step.
  ///
  /// The corresponding C functions are `renameat2` with `RENAME_EXCHANGE` (Linux) and
  /// `renamex_np` with `RENAME_SWAP` (macOS).
  static func exchange(_ first: String, _ second: String) throws(SystemError) {
    #if os(Linux)
      guard let renameAt2 else { throw SystemError(number: ENOSYS) }
      try systemCall { renameAt2(AT_FDCWD, first, AT_FDCWD, second, renameExchange) }
    #else
      try systemCall { renamex_np(first, second, UInt32(RENAME_SWAP)) }
    #endif
  }

  /// Renames and fails with `EEXIST` where something has the new name already.
  ///
  /// The corresponding C functions are `renameat2` with `RENAME_NOREPLACE` (Linux) and
  /// `renamex_np` with `RENAME_EXCL` (macOS).
  static func renameWithoutReplacing(_ old: String, _ new: String) throws(SystemError) {
    #if os(Linux)
      guard let renameAt2 else { throw SystemError(number: ENOSYS) }
      try systemCall { renameAt2(AT_FDCWD, old, AT_FDCWD, new, renameNoReplace) }
    #else
      try systemCall { renamex_np(old, new, UInt32(RENAME_EXCL)) }
    #endif
  }

  #if os(Linux)
    private typealias CopyFileRange =
      @convention(c) (
        Int32, UnsafeMutablePointer<off_t>?, Int32, UnsafeMutablePointer<off_t>?, Int, UInt32
      ) -> Int
    private static let copyFileRangeCall = symbol("copy_file_range", as: CopyFileRange.self)
  #endif

  /// Copies up to `count` bytes inside the kernel, sharing blocks where the file system can.
  ///
  /// The corresponding C function is `copy_file_range`.
  ///
  /// - Returns: The bytes copied, 0 at the end of the source, or `nil` where the call is of no use.
  static func copyFileRange(from source: Int32, to target: Int32, count: Int) -> Int? {
    #if os(Linux)
      guard let copyFileRangeCall else { return nil }
      let copied = try? systemCall { copyFileRangeCall(source, nil, target, nil, count, 0) }
      return copied
    #else
      return nil
    #endif
  }

  #if os(Linux)
    private typealias AddCloseFrom =
      @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
    private static let addCloseFrom = symbol(
      "posix_spawn_file_actions_addclosefrom_np", as: AddCloseFrom.self)
  #endif

  /// Makes a spawned child start without any descriptor from `first` on.
  ///
  /// The corresponding C function is `posix_spawn_file_actions_addclosefrom_np` (Linux); macOS has
  /// the spawn flag `POSIX_SPAWN_CLOEXEC_DEFAULT` instead.
  static func closeDescriptors(
    from first: Int32, _ actions: inout posix_spawn_file_actions_t
  ) -> Int32 {
    #if os(Linux)
      return addCloseFrom?(&actions, first) ?? 0
    #else
      return 0
    #endif
  }

  #if os(Linux)
    private typealias ProcessControl = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32
    private static let processControl = symbol("prctl", as: ProcessControl.self)
    private static let setChildSubreaper: Int32 = 36
  #endif

  /// Makes orphaned descendants children of this process instead of init's, so that a run can find
  /// and end what an agent left behind.
  ///
  /// Linux only (`prctl`, `PR_SET_CHILD_SUBREAPER`).
  static func adoptOrphans() {
    #if os(Linux)
      _ = processControl?(setChildSubreaper, 1, 0, 0, 0)
    #endif
  }

  /// Makes the kernel send SIGKILL to a process group when the last writer of a pipe has closed it.
  ///
  /// It holds as long as any process has `descriptor` or a duplicate open. Linux only (`fcntl` with
  /// `F_SETOWN`, `F_SETSIG`, `O_ASYNC`).
  ///
  /// - Parameters:
  ///   - group: The process group.
  ///   - descriptor: The pipe's reading end, into which nobody ever writes.
  static func kill(group: pid_t, whenWritersClose descriptor: Int32) {
    #if os(Linux)
      _ = fcntl(descriptor, 8, -group)  // F_SETOWN
      _ = fcntl(descriptor, 10, SIGKILL)  // F_SETSIG
      _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_ASYNC)
    #endif
  }

  #if os(Linux)
    private typealias FileSystemStatus =
      @convention(c) (UnsafePointer<CChar>, UnsafeMutableRawPointer) -> Int32
    private static let fileSystemStatus = symbol("statfs", as: FileSystemStatus.self)
  #endif

  /// The name of the network file system that holds `path`, or `nil` for a local one.
  ///
  /// The corresponding C function is `statfs`; the numbers are those of `linux/magic.h`.
  static func networkFileSystem(of path: String) -> String? {
    #if os(Linux)
      guard let fileSystemStatus else { return nil }
      return withUnsafeTemporaryAllocation(byteCount: 256, alignment: 8) { buffer in
        guard let base = buffer.baseAddress, fileSystemStatus(path, base) == 0 else { return nil }
        switch UInt32(truncatingIfNeeded: base.load(as: Int.self)) {
        case 0x6969: return "NFS"
        case 0xFF53_4D42, 0xFE53_4D42: return "SMB"
        case 0x517B: return "SMB"
        case 0x0102_1997: return "9P"
        case 0x6573_5546: return "FUSE"
        case 0x0BD0_0BD0: return "Lustre"
        case 0x4750_4653: return "GPFS"
        case 0x00C3_6400: return "Ceph"
        default: return nil
        }
      }
    #else
      var status = statfs()
      guard statfs(path, &status) == 0 else { return nil }
      return status.f_flags & UInt32(MNT_LOCAL) == 0 ? "network" : nil
    #endif
  }
}
