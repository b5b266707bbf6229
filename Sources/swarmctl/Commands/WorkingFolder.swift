import SwarmOps

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Paths as people type them.
enum WorkingFolder {
  /// A path from the root of the file system; a relative one begins at the working folder.
  ///
  /// The corresponding C function is `getcwd`.
  static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") || !path.contains("/") && !path.hasPrefix(".") { return path }
    return joined(path)
  }

  /// A folder from the root of the file system, also where it is a bare name.
  static func absoluteFolder(_ path: String) -> String {
    path.hasPrefix("/") ? path : joined(path)
  }

  private static func joined(_ path: String) -> String {
    guard let raw = getcwd(nil, 0) else { return path }
    defer { free(raw) }
    return String(cString: raw) + "/" + path
  }
}

/// What decides which Python a version manager's shim starts.
enum VersionManagers {
  /// The variables and files that the known version managers go by, in one line.
  static func state(_ environment: [String: String]) -> String {
    var parts = ["PYENV_VERSION", "PYENV_ROOT", "ASDF_PYTHON_VERSION", "MISE_PYTHON_VERSION"]
      .map { environment[$0] ?? "" }
    var folder = WorkingFolder.absoluteFolder(".")
    if folder.hasSuffix("/.") { folder.removeLast(2) }
    search: while true {
      for name in [".python-version", ".tool-versions", "mise.toml", ".mise.toml"] {
        let path = folder + "/" + name
        if access(path, F_OK) == 0 {
          parts.append(path)
          parts.append(String(modified(path)))
          break search
        }
      }
      guard let slash = folder.lastIndex(of: "/") else { break }
      folder = String(folder[..<slash])
    }
    let root = environment["PYENV_ROOT"] ?? (environment["HOME"] ?? "") + "/.pyenv"
    parts.append(String(modified(root + "/version")))
    return parts.joined(separator: "|")
  }

  private static func modified(_ path: String) -> Int {
    var status = stat()
    guard stat(path, &status) == 0 else { return 0 }
    #if canImport(Darwin)
      return Int(status.st_mtimespec.tv_sec)
    #else
      return Int(status.st_mtim.tv_sec)
    #endif
  }
}
