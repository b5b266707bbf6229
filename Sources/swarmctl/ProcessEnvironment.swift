import SwarmOps

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The environment that the process was started with.
enum ProcessEnvironment {
  /// The variables by name; of a name that occurs twice the first one counts, as for `getenv`.
  static var variables: [String: String] {
    var variables: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      next += 1
      guard let sign = strchr(entry, Int32(UInt8(ascii: "="))) else { continue }
      let bytes = UnsafeRawBufferPointer(start: entry, count: sign - entry)
      let name = String(decoding: bytes, as: UTF8.self)
      if variables[name] == nil { variables[name] = String(cString: sign + 1) }
    }
    return variables
  }

  /// All of it, byte for byte, for the processes of agents.
  static var exact: EnvironmentVariables { .current }

  /// Refuses a variable whose text would have to be repaired to be a path.
  static func check(_ name: String) throws(SwarmError) {
    guard let value = getenv(name), String(validatingCString: value) == nil else { return }
    throw SwarmError(
      .setup, "\(name) is not UTF-8: \"\(String(cString: value))\"",
      hint: "name a root whose path is UTF-8 with --root")
  }
}
