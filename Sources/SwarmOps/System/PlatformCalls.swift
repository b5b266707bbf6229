#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

#if os(Linux)
  // The C library's header hides these behind `_GNU_SOURCE`, which Swift does not set, or declares
  // them variadic. They are linked by name and not looked up with `dlsym`, which finds nothing in
  // a fully static program.

  @_silgen_name("renameat2")
  private func renameAt2(
    _ oldFolder: Int32, _ old: UnsafePointer<CChar>, _ newFolder: Int32,
    _ new: UnsafePointer<CChar>, _ flags: UInt32
  ) -> Int32

  @_silgen_name("copy_file_range")
  private func copyFileRangeCall(
    _ source: Int32, _ sourceOffset: UnsafeMutablePointer<off_t>?, _ target: Int32,
    _ targetOffset: UnsafeMutablePointer<off_t>?, _ count: Int, _ flags: UInt32
  ) -> Int

  @_silgen_name("posix_spawn_file_actions_addclosefrom_np")
  private func addCloseFrom(
    _ actions: UnsafeMutablePointer<posix_spawn_file_actions_t>, _ first: Int32
  ) -> Int32

  @_silgen_name("syncfs")
  private func syncFileSystemCall(_ descriptor: Int32) -> Int32

  @_silgen_name("sync_file_range")
  private func syncFileRange(
    _ file: Int32, _ offset: off_t, _ count: off_t, _ flags: UInt32
  ) -> Int32

  @_silgen_name("getdents64")
  private func directoryEntries(
    _ folder: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int
  ) -> Int

  @_silgen_name("prctl")
  private func processControl(
    _ option: Int32, _ first: UInt, _ second: UInt, _ third: UInt, _ fourth: UInt
  ) -> Int32

  @_silgen_name("statfs")
  private func fileSystemStatus(
    _ path: UnsafePointer<CChar>, _ status: UnsafeMutableRawPointer
  ) -> Int32
#endif

/// System calls that Swift cannot name on every platform.
enum PlatformCalls {
  #if os(Linux)
    private static let renameNoReplace: UInt32 = 1
    private static let renameExchange: UInt32 = 2
  #endif

  /// Exchanges two paths of one file system in one step.
  ///
  /// The corresponding C functions are `renameat2` with `RENAME_EXCHANGE` (Linux) and
  /// `renamex_np` with `RENAME_SWAP` (macOS).
  static func exchange(_ first: some SystemPath, _ second: some SystemPath) throws(SystemError) {
    try systemCall {
      first.withSystemPath { first in
        second.withSystemPath { second in
          #if os(Linux)
            renameAt2(AT_FDCWD, first, AT_FDCWD, second, renameExchange)
          #else
            renamex_np(first, second, UInt32(RENAME_SWAP))
          #endif
        }
      }
    }
  }

  /// Renames, replacing what has the new name.
  ///
  /// The C function is `rename`.
  static func rename(_ old: some SystemPath, _ new: some SystemPath) throws(SystemError) {
    let _: Int32 = try systemCall {
      old.withSystemPath { old in
        new.withSystemPath { new in
          #if canImport(Glibc)
            Glibc.rename(old, new)
          #else
            Darwin.rename(old, new)
          #endif
        }
      }
    }
  }

  /// Renames and fails with `EEXIST` where something has the new name already.
  ///
  /// The corresponding C functions are `renameat2` with `RENAME_NOREPLACE` (Linux) and
  /// `renamex_np` with `RENAME_EXCL` (macOS).
  static func renameWithoutReplacing(_ old: some SystemPath, _ new: some SystemPath)
    throws(SystemError)
  {
    try systemCall {
      old.withSystemPath { old in
        new.withSystemPath { new in
          #if os(Linux)
            renameAt2(AT_FDCWD, old, AT_FDCWD, new, renameNoReplace)
          #else
            renamex_np(old, new, UInt32(RENAME_EXCL))
          #endif
        }
      }
    }
  }

  #if os(Linux)
    /// Reads what comes next in an open folder, as records of `struct linux_dirent64`.
    ///
    /// The corresponding C function is `getdents64`.
    ///
    /// - Returns: The bytes read; 0 at the end.
    static func readEntries(of folder: Int32, into buffer: UnsafeMutableRawBufferPointer)
      throws(SystemError) -> Int
    {
      guard let start = buffer.baseAddress else { return 0 }
      do throws(SystemError) {
        return try systemCall { directoryEntries(folder, start, buffer.count) }
      } catch {
        // Of a folder that was removed meanwhile nothing more comes.
        if error.number == ENOENT { return 0 }
        throw error
      }
    }
  #endif

  /// Copies up to `count` bytes inside the kernel, sharing blocks where the file system can.
  ///
  /// The corresponding C function is `copy_file_range`.
  ///
  /// - Returns: The bytes copied, 0 at the end of the source, or `nil` where the call is of no use.
  static func copyFileRange(from source: Int32, to target: Int32, count: Int) -> Int? {
    #if os(Linux)
      try? systemCall { copyFileRangeCall(source, nil, target, nil, count, 0) }
    #else
      return nil
    #endif
  }

  /// Lets the disk begin to write what a file has, which nobody waits for here.
  ///
  /// Linux only (`sync_file_range`, `SYNC_FILE_RANGE_WRITE`); elsewhere it does nothing.
  static func beginWriting(_ file: Int32) {
    #if os(Linux)
      _ = syncFileRange(file, 0, 0, 2)
    #endif
  }

  /// Waits until everything that was written to a file system has reached the disk.
  ///
  /// The corresponding C functions are `syncfs` (Linux) and `sync` (macOS).
  ///
  /// - Parameter path: A file or folder of it.
  static func syncFileSystem(of path: String) throws(SwarmError) {
    #if os(Linux)
      do throws(SystemError) {
        let file = try FileSystem.open(path, O_RDONLY | O_NOFOLLOW)
        try systemCall { syncFileSystemCall(file.number) }
      } catch {
        throw error.describing("write to disk", path)
      }
    #else
      sync()
    #endif
  }

  /// Makes a spawned child start without any descriptor from `first` on.
  ///
  /// The corresponding C function is `posix_spawn_file_actions_addclosefrom_np` (Linux); macOS has
  /// the spawn flag `POSIX_SPAWN_CLOEXEC_DEFAULT` instead.
  static func closeDescriptors(
    from first: Int32, _ actions: inout posix_spawn_file_actions_t
  ) -> Int32 {
    #if os(Linux)
      addCloseFrom(&actions, first)
    #else
      0
    #endif
  }

  #if os(Linux)
    private static let setChildSubreaper: Int32 = 36
  #endif

  /// Makes orphaned descendants children of this process instead of init's, so that a run can find
  /// and end what an agent left behind.
  ///
  /// Linux only (`prctl`, `PR_SET_CHILD_SUBREAPER`).
  static func adoptOrphans() {
    #if os(Linux)
      _ = processControl(setChildSubreaper, 1, 0, 0, 0)
    #endif
  }

  /// Whether `poll` says that a FIFO had a writer and has none any more.
  ///
  /// Linux only: elsewhere one that never had a writer may look the same, which is no answer.
  static func saysThatWriterHasGone(_ events: Int16) -> Bool {
    #if os(Linux)
      return events & Int16(POLLHUP) != 0
    #else
      return false
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

  /// The bytes that are free in a file system that keeps its files in memory, or `nil` for another.
  ///
  /// The corresponding C function is `statfs`. Linux only (`tmpfs`).
  static func freeMemory(ofFileSystem path: String) -> Int? {
    #if os(Linux)
      return withUnsafeTemporaryAllocation(byteCount: 256, alignment: 8) { buffer in
        guard let base = buffer.baseAddress, fileSystemStatus(path, base) == 0,
          base.load(as: Int.self) == 0x0102_1994
        else { return nil }
        // f_type, f_bsize, f_blocks, f_bfree, f_bavail: a word each on 64-bit systems.
        let (size, free) = (
          base.load(fromByteOffset: 8, as: Int.self), base.load(fromByteOffset: 32, as: Int.self)
        )
        return size.multipliedSaturated(by: free)
      }
    #else
      return nil
    #endif
  }

  /// The name of the network file system that holds `path`, or `nil` for a local one.
  ///
  /// The corresponding C function is `statfs`; the numbers are those of `linux/magic.h`.
  static func networkFileSystem(of path: String) -> String? {
    #if os(Linux)
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
