/// How an interpreter is made to run the host.
enum HostStart {
  private static let start = String(decoding: PackageResources.start_host_py, as: UTF8.self)
  private static let compile = String(decoding: PackageResources.compile_host_py, as: UTF8.self)

  /// The arguments of an interpreter that runs the host.
  static func arguments(hostFolder: String) -> [String] {
    ["-I", "-S", "-X", "utf8", "-c", start, hostFolder]
  }

  /// The arguments of an interpreter that compiles the host's files and executes none of them.
  ///
  /// - Parameters:
  ///   - hostFolder: Where the files are.
  ///   - path: The file to write, of the form that the host is started from but for the checksum.
  static func compilation(of hostFolder: String, to path: String) -> [String] {
    ["-I", "-S", "-X", "utf8", "-c", compile, hostFolder, path]
  }
}
