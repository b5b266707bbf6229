#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The environment of a process as the bytes that it is made of.
///
/// Neither names nor values need be UTF-8, and agents must get them as they are.
public struct EnvironmentVariables: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  /// Each variable as `NAME=value`, without a zero byte.
  let entries: [[UInt8]]

  /// Takes over variables.
  ///
  /// - Parameter entries: Each as `NAME=value`, without a zero byte, in the order of `environ`.
  package init(entries: [[UInt8]]) { self.entries = entries }

  /// Those of this process, byte for byte; nothing in the library reads them unless it is given this.
  ///
  /// The C variable is `environ`.
  public static var current: EnvironmentVariables {
    var entries: [[UInt8]] = []
    var next = environ
    while let entry = next.pointee {
      next += 1
      entries.append(Array(UnsafeRawBufferPointer(start: entry, count: strlen(entry))))
    }
    return EnvironmentVariables(entries: entries)
  }

  /// Makes variables of texts.
  ///
  /// - Parameter variables: Values by name.
  public init(_ variables: [String: String]) {
    entries = variables.map { Array("\($0.key)=\($0.value)".utf8) }
  }

  /// Makes variables of texts.
  ///
  /// - Parameter elements: Names and values.
  public init(dictionaryLiteral elements: (String, String)...) {
    entries = elements.map { Array("\($0.0)=\($0.1)".utf8) }
  }

  /// A variable's value, repaired where it is not UTF-8; of a name that occurs twice the first one
  /// counts, as for `getenv`.
  public subscript(name: String) -> String? {
    let start = Array("\(name)=".utf8)
    return entries.first { $0.starts(with: start) }.map {
      String(decoding: $0.dropFirst(start.count), as: UTF8.self)
    }
  }
}
