/// The agent host's Python files, put where an interpreter can run them, and checked before each run.
enum HostInstallation {
  /// The host's files by name; built into the program.
  static var files: [(name: String, content: [UInt8])] {
    [
      ("agent_adjusted.py", PackageResources.agent_adjusted_py),
      ("agent_channel.py", PackageResources.agent_channel_py),
      ("agent_child.py", PackageResources.agent_child_py),
      ("agent_code.py", PackageResources.agent_code_py),
      ("agent_compiled.py", PackageResources.agent_compiled_py),
      ("agent_copy.py", PackageResources.agent_copy_py),
      ("agent_descendants.py", PackageResources.agent_descendants_py),
      ("agent_environment.py", PackageResources.agent_environment_py),
      ("agent_failures.py", PackageResources.agent_failures_py),
      ("agent_fence.py", PackageResources.agent_fence_py),
      ("agent_fenced.py", PackageResources.agent_fenced_py),
      ("agent_host.py", PackageResources.agent_host_py),
      ("agent_listing.py", PackageResources.agent_listing_py),
      ("agent_loading.py", PackageResources.agent_loading_py),
      ("agent_modules.py", PackageResources.agent_modules_py),
      ("agent_open_files.py", PackageResources.agent_open_files_py),
      ("agent_originals.py", PackageResources.agent_originals_py),
      ("agent_outcomes.py", PackageResources.agent_outcomes_py),
      ("agent_packages.py", PackageResources.agent_packages_py),
      ("agent_requirements.py", PackageResources.agent_requirements_py),
      ("agent_results.py", PackageResources.agent_results_py),
      ("agent_serving.py", PackageResources.agent_serving_py),
      ("agent_sources.py", PackageResources.agent_sources_py),
      ("agent_spawned.py", PackageResources.agent_spawned_py),
      ("agent_storage.py", PackageResources.agent_storage_py),
    ]
  }

  /// The folder from which an interpreter runs the host; made on first use, and made again where
  /// anything in it is not what was put there.
  ///
  /// It holds the files, and one file with the bytecode of all of them for this version of Python,
  /// which is all that an ordinary run reads. Its name carries a checksum of the files, so another
  /// version of swarmctl has another folder.
  ///
  /// - Parameters:
  ///   - layout: The root.
  ///   - python: The interpreter.
  ///   - isLasting: Whether the folder outlives this command, so that bytecode pays.
  static func folder(_ layout: SwarmLayout, python: PythonInterpreter, isLasting: Bool = true)
    throws(SwarmError) -> String
  {
    let folder = layout.host(version: "\(fingerprint)-\(python.version)")
    if isWhole(folder) { return folder }
    if let status = try FileSystem.status(folder), status.kind != .folder {
      try FolderTree.remove(folder)
    }
    try FileSystem.makeFolders(folder)
    let staging = try StagingFolder.make(in: layout.staging)
    for (name, content) in files where !isFile(folder + "/" + name, holding: content) {
      try replace(folder + "/" + name, with: content, by: staging.path + "/" + name)
    }
    let bytecode = isLasting ? bytecode(of: folder, python: python, in: staging.path) : nil
    if let bytecode {
      try replace(
        folder + "/" + bytecodeName, with: bytecode, by: staging.path + "/" + bytecodeName)
    } else if try FileSystem.status(folder + "/" + bytecodeName) != nil {
      try FolderTree.remove(folder + "/" + bytecodeName)
    }
    return folder
  }

  // MARK: Checking

  /// Whether what an ordinary run reads is what was put there.
  private static func isWhole(_ folder: String) -> Bool {
    // The one file that Python itself reads: in processes that agents start by multiprocessing.
    guard isFile(folder + "/agent_spawned.py", holding: PackageResources.agent_spawned_py),
      let bytes = content(of: folder + "/" + bytecodeName), bytes.count > checksumLength
    else { return false }
    return checksum(of: bytes[checksumLength...]).elementsEqual(bytes[..<checksumLength])
  }

  private static func isFile(_ path: String, holding content: [UInt8]) -> Bool {
    self.content(of: path) == content
  }

  private static func content(of path: String) -> [UInt8]? {
    try? FileSystem.readIfPresent(path, limit: 16 << 20, followLinks: false)
  }

  private static func replace(_ path: String, with content: [UInt8], by temporary: String)
    throws(SwarmError)
  {
    // Not synced: whoever uses it checks it.
    try FileSystem.create(temporary, content, sync: false)
    if let status = try FileSystem.status(path), status.kind == .folder {
      try FolderTree.remove(path)
    }
    try FileChanges.replaceCache(path, with: temporary)
  }

  // MARK: Bytecode

  /// The file of bytecode, as ``HostStart`` reads it.
  static let bytecodeName = "bytecode"
  /// The bytes of the checksum at its beginning.
  private static let checksumLength = 16

  /// Compiles the files; `nil` where that fails, and Python compiles what it needs in each run.
  private static func bytecode(of folder: String, python: PythonInterpreter, in staging: String)
    -> [UInt8]?
  {
    let path = staging + "/compiled"
    let ended = try? ProgramOutput.capture(
      python.path, arguments: HostStart.compilation(of: folder, to: path), environment: [:],
      timeout: .seconds(20)
    ).termination
    guard ended == .exited(0), let bytes = content(of: path) else { return nil }
    return checksum(of: bytes[...]) + bytes
  }

  private static func checksum(of bytes: ArraySlice<UInt8>) -> [UInt8] {
    var checksum = Checksum()
    bytes.withUnsafeBytes { checksum.update($0) }
    let digits = Array(checksum.digits.utf8)
    return Array(repeating: UInt8(ascii: "0"), count: checksumLength - digits.count) + digits
  }

  /// Tells the files of one version from those of another.
  private static var fingerprint: String {
    var checksum = Checksum()
    for (_, content) in files { content.withUnsafeBytes { checksum.update($0) } }
    return checksum.digits
  }
}
