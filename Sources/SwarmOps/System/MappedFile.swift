#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Looking at the content of a file without copying it.
enum MappedFile {
  /// Smaller files are read: that is quicker than changing the map of the process.
  private static let worthMapping = 1 << 20

  /// Calls `body` with the content of a regular file that nobody writes meanwhile.
  ///
  /// The C function is `mmap`. A symbolic link as the last component is not followed.
  ///
  /// - Parameters:
  ///   - path: The file; one that another program may cut short must be read instead.
  ///   - body: Takes the bytes, which are gone when it returns.
  /// - Throws: ``SwarmError/Code/noSuchFile``, ``SwarmError/Code/io``, or what `body` throws.
  static func withContent<Result>(
    _ path: some SystemPath, _ body: (UnsafeRawBufferPointer) throws(SwarmError) -> Result
  ) throws(SwarmError) -> Result {
    guard let status = try FileSystem.status(path), status.kind == .file,
      status.size >= worthMapping
    else {
      let bytes = try FileSystem.read(path, followLinks: false)
      return try withBytes(bytes, body)
    }
    let file: Descriptor
    do {
      file = try FileSystem.open(path, O_RDONLY | O_NOFOLLOW)
    } catch {
      throw error.describing("read", path)
    }
    guard let base = mmap(nil, status.size, PROT_READ, MAP_PRIVATE, file.number, 0),
      base != MAP_FAILED
    else { throw SystemError(number: errno).describing("read", path) }
    defer { munmap(base, status.size) }
    return try body(UnsafeRawBufferPointer(start: base, count: status.size))
  }

  private static func withBytes<Output>(
    _ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws(SwarmError) -> Output
  ) throws(SwarmError) -> Output {
    let result = bytes.withUnsafeBytes { bytes -> Result<Output, SwarmError> in
      do throws(SwarmError) {
        return .success(try body(bytes))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}
