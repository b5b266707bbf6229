/// Finds modules that lie beside a deployed folder instead of in it.
package enum FolderAbove {
  /// The folder above a bundle's, where it holds a module that the bundle's agents miss.
  ///
  /// - Parameters:
  ///   - module: The module's dotted name.
  ///   - bundle: The bundle's folder, from the root of the file system.
  /// - Returns: The folder above, or `nil` where the module does not lie there either.
  package static func holding(_ module: String, of bundle: String) -> String? {
    let components = bundle.split(separator: "/").filter { $0 != "." }
    guard bundle.hasPrefix("/"), !components.isEmpty, !components.contains("..") else { return nil }
    let above = "/" + components.dropLast().joined(separator: "/")
    let path = (above == "/" ? "" : above) + "/" + module.replacing(".", with: "/")
    let isThere =
      FileSystem.statusFollowingLinks(path + ".py")?.kind == .file
      || FileSystem.statusFollowingLinks(path)?.kind == .folder
    return isThere ? above : nil
  }

  /// What to do about an agent that misses a module of the folder above; empty for all others.
  ///
  /// - Parameters:
  ///   - agent: The agent.
  ///   - origin: The path of the bundle, or where else it came from.
  package static func advice(for agent: AgentRecord, from origin: String) -> String {
    guard let module = agent.missingModule ?? agent.absentModule,
      FileSystem.statusFollowingLinks(origin)?.kind == .folder,
      let above = holding(module, of: origin)
    else { return "" }
    return origin.split(separator: "/").last == "agents"
      ? "; it lies in the folder above: deploy \(above) instead"
      : "; it lies in \(above): put it beside the agents, or the agents into \(above)/agents and "
        + "deploy \(above)"
  }
}
