#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A path as the file system knows it: bytes, compared as bytes.
///
/// `String` is no such thing. It takes an `é` of one scalar and an `é` of two for the same, which
/// are two files, and it cannot hold a name that is not UTF-8.
package struct FilePath: Sendable, Hashable, Comparable {
  /// The bytes, without a zero at the end.
  package let bytes: [UInt8]

  /// Takes bytes as they came from the system.
  ///
  /// - Parameter bytes: The path.
  package init(bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  /// Takes a text.
  ///
  /// - Parameter text: The path.
  package init(_ text: String) { bytes = Array(text.utf8) }

  /// The path for people, repaired where it is not UTF-8.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The path as a text that leads to the same file, or `nil` where it is not UTF-8.
  package var exactText: String? { String(validating: bytes, as: UTF8.self) }

  /// Whether there is more than one name in it.
  package var isNested: Bool { bytes.contains(UInt8(ascii: "/")) }

  /// The path of the folder that this is in, or `nil` for a lone name.
  package var folder: FilePath? {
    bytes.lastIndex(of: UInt8(ascii: "/")).map { FilePath(bytes: bytes[..<$0]) }
  }

  /// The last name in it.
  package var name: FilePath {
    FilePath(bytes: bytes.split(separator: UInt8(ascii: "/")).last ?? [])
  }

  /// Whether the path begins with a text's bytes.
  ///
  /// - Parameter text: The text.
  /// - Returns: Whether it does.
  package func hasPrefix(_ text: String) -> Bool { bytes.starts(with: text.utf8) }

  /// Whether the path ends with a text's bytes.
  ///
  /// - Parameter text: The text.
  /// - Returns: Whether it does.
  package func hasSuffix(_ text: String) -> Bool {
    bytes.suffix(text.utf8.count).elementsEqual(text.utf8)
  }

  /// Whether this is the path of something below a folder.
  ///
  /// - Parameter folder: The folder.
  /// - Returns: Whether it is; a folder is not below itself.
  package func isBelow(_ folder: FilePath) -> Bool {
    bytes.count > folder.bytes.count && bytes[folder.bytes.count] == UInt8(ascii: "/")
      && bytes.starts(with: folder.bytes)
  }

  /// The order of the bytes.
  package static func < (left: FilePath, right: FilePath) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }

  /// Whether a path has the bytes of a text.
  package static func == (path: FilePath, text: String) -> Bool {
    path.bytes.elementsEqual(text.utf8)
  }

  /// Whether a path has other bytes than a text.
  package static func != (path: FilePath, text: String) -> Bool { !(path == text) }

  /// A path with a text before it, such as `folder + "/"`.
  package static func + (text: String, path: FilePath) -> FilePath {
    FilePath(bytes: Array(text.utf8) + path.bytes)
  }

  /// A path with another, which is relative, after a slash.
  package static func / (folder: FilePath, path: FilePath) -> FilePath {
    FilePath(bytes: folder.bytes + [UInt8(ascii: "/")] + path.bytes)
  }

  /// A path with a text behind it.
  package static func + (path: FilePath, text: String) -> FilePath {
    FilePath(bytes: path.bytes + Array(text.utf8))
  }
}

extension FilePath: ExpressibleByStringLiteral, CustomStringConvertible {
  /// Takes a text that stands in the source.
  package init(stringLiteral text: String) { self.init(text) }

  /// ``text``.
  package var description: String { text }
}

/// What names a file to the system: a text or a ``FilePath``.
protocol SystemPath {
  /// The path for people.
  var text: String { get }
  /// The path as a value that is compared by its bytes.
  var filePath: FilePath { get }
  /// Calls `body` with the bytes ended by zero, which are good until it returns.
  func withSystemPath<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result
}

extension FilePath: SystemPath {
  var filePath: FilePath { self }

  func withSystemPath<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytes.count + 1) { buffer in
      for (index, byte) in bytes.enumerated() { buffer[index] = CChar(bitPattern: byte) }
      buffer[bytes.count] = 0
      // The buffer holds at least the closing zero, so it has an address.
      return body(UnsafePointer(buffer.baseAddress.unsafelyUnwrapped))
    }
  }
}

extension String: SystemPath {
  var text: String { self }
  var filePath: FilePath { FilePath(self) }

  func withSystemPath<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    withCString(body)
  }
}

extension UnsafePointer<CChar>: SystemPath {
  var text: String { String(cString: self) }
  var filePath: FilePath {
    FilePath(
      bytes: UnsafeBufferPointer(start: self, count: strlen(self)).map(UInt8.init(bitPattern:)))
  }

  func withSystemPath<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result { body(self) }
}
