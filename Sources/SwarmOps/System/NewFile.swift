#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A private file that is written piece by piece where nobody looks yet; nothing waits for the disk.
struct NewFile {
  /// Where it is.
  let path: String
  private let file: Descriptor

  /// Makes the file, of mode 0600.
  ///
  /// - Parameter path: Where nothing is.
  /// - Throws: ``SwarmError/Code/io``.
  init(_ path: String) throws(SwarmError) {
    self.path = path
    do throws(SystemError) {
      file = try FileSystem.open(path, O_WRONLY | O_CREAT | O_EXCL)
      let number = file.number
      try systemCall { fchmod(number, FileSystem.fileMode) }
      try Ownership.inherit(number, at: path)
    } catch {
      throw error.describing("write", path)
    }
  }

  /// Writes the next bytes.
  func write(_ bytes: [UInt8]) throws(SwarmError) {
    do throws(SystemError) {
      try FileSystem.writeAll(file.number, bytes)
    } catch {
      throw error.describing("write", path)
    }
  }

  /// Closes the file: closing is writing too.
  func close() throws(SwarmError) {
    do throws(SystemError) {
      try file.close()
    } catch {
      throw error.describing("write", path)
    }
  }
}
