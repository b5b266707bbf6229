/// The agent host's Python files, put where an interpreter can import and compile them once.
enum HostInstallation {
  /// The host's files by name; built into the program.
  static var files: [(name: String, content: [UInt8])] {
    [
      ("agent_adjusted.py", PackageResources.agent_adjusted_py),
      ("agent_child.py", PackageResources.agent_child_py),
      ("agent_compiled.py", PackageResources.agent_compiled_py),
      ("agent_copy.py", PackageResources.agent_copy_py),
      ("agent_environment.py", PackageResources.agent_environment_py),
      ("agent_failures.py", PackageResources.agent_failures_py),
      ("agent_fence.py", PackageResources.agent_fence_py),
      ("agent_fenced.py", PackageResources.agent_fenced_py),
      ("agent_host.py", PackageResources.agent_host_py),
      ("agent_listing.py", PackageResources.agent_listing_py),
      ("agent_loading.py", PackageResources.agent_loading_py),
      ("agent_modules.py", PackageResources.agent_modules_py),
      ("agent_outcomes.py", PackageResources.agent_outcomes_py),
      ("agent_results.py", PackageResources.agent_results_py),
      ("agent_serving.py", PackageResources.agent_serving_py),
      ("agent_sources.py", PackageResources.agent_sources_py),
      ("agent_spawned.py", PackageResources.agent_spawned_py),
      ("agent_storage.py", PackageResources.agent_storage_py),
    ]
  }

  /// The folder that holds the files, made on first use.
  ///
  /// Its name carries a hash of the content, so another version of swarmctl has another folder.
  static func folder(_ layout: SwarmLayout) throws(SwarmError) -> String {
    let folder = layout.host(version: fingerprint)
    if try FileSystem.status(folder) != nil { return folder }
    let staging = try StagingFolder.make(in: layout.staging)
    let prepared = staging.path + "/host"
    try FileSystem.makeFolder(prepared)
    for (name, content) in files {
      // On disk before the folder has its name: nobody looks into it again.
      try FileSystem.create(prepared + "/" + name, content, sync: true)
    }
    try FileSystem.sync(prepared)
    // Somebody else may be as quick.
    try FileChanges.addCache(folder, from: prepared)
    return folder
  }

  /// Tells the files of one version from those of another.
  private static var fingerprint: String {
    var checksum = Checksum()
    for (_, content) in files { content.withUnsafeBytes { checksum.update($0) } }
    return checksum.digits
  }
}
