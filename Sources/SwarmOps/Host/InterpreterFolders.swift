/// Where an interpreter and its packages are, wherever that is: also below the home folder.
struct InterpreterFolders: Sendable, Equatable {
  /// What its bytecode is called by, such as `cpython-311`.
  let tag: String
  /// Folders and files to read and to execute.
  let paths: [String]
  /// Whether it can call the C library, which a process that fences itself needs.
  let canFenceItself: Bool

  /// Looks an interpreter up, or asks it and remembers what it says until its packages change.
  ///
  /// - Parameters:
  ///   - python: The interpreter.
  ///   - environment: The environment to ask it in.
  ///   - layout: The root whose cache remembers.
  ///   - remembers: Whether the cache may be written.
  /// - Throws: ``SwarmError/Code/setup`` where it does not say.
  static func of(
    _ python: PythonInterpreter, environment: EnvironmentVariables, layout: SwarmLayout,
    remembers: Bool = true
  ) throws(SwarmError) -> InterpreterFolders {
    let place = layout.interpreterFolders(Checksum(of: Array(python.path.utf8)).digits)
    let known = CacheFile.read(place)
    if let known, known["path"]?.string == python.path,
      known["home"]?.string == environment["HOME"] ?? "",
      let watched = known["watched"]?.object, watched.allSatisfy({ $1.string == identity($0) }),
      let folders = InterpreterFolders(known)
    {
      return folders
    }
    var answer = try ask(python, environment: environment)
    guard let folders = InterpreterFolders(answer) else {
      throw SwarmError(
        .setup, "\(python.path) does not say where its packages are",
        hint: .use(.python, to: "name another"), path: python.path)
    }
    guard remembers else { return folders }
    var watched = JSONObject()
    for path in [python.path] + (answer["watched"]?.array ?? []).compactMap(\.string) {
      watched[path] = .string(identity(path))
    }
    answer["path"] = .string(python.path)
    answer["home"] = .string(environment["HOME"] ?? "")
    answer["watched"] = .object(watched)
    CacheFile.write(place, answer, layout: layout)
    return folders
  }

  private init?(_ answer: JSONObject) {
    guard let tag = answer["tag"]?.string, let paths = answer["paths"]?.array else { return nil }
    self.tag = tag
    self.paths = paths.compactMap(\.string).filter { $0.hasPrefix("/") }
    canFenceItself = answer["ctypes"]?.bool ?? false
  }

  private static func identity(_ path: String) -> String {
    FileSystem.statusFollowingLinks(path).map {
      "\($0.device):\($0.inode):\($0.modified)"
    } ?? ""
  }

  private static func ask(_ python: PythonInterpreter, environment: EnvironmentVariables)
    throws(SwarmError) -> JSONObject
  {
    let answer = try ProgramOutput.capture(
      python.path, arguments: ["-I", "-S", "-c", question], environment: environment,
      timeout: .seconds(20))
    guard let start = answer.output.lastIndex(of: 0x01) else { return JSONObject() }
    return (try? JSONValue.parse(Array(answer.output[(start + 1)...])))?.object ?? JSONObject()
  }

  /// Asks for the path as it is once `site` was started, as the host starts it.
  ///
  /// Packages print what they like meanwhile. Of a prefix that the home folder is in, or that it is,
  /// only the folders count that interpreters have.
  private static let question = """
    import sys, os
    tag = sys.implementation.cache_tag or ""
    executable = sys.executable
    import site
    sys.argv = [""]
    site.main()
    watched = list(site.getsitepackages())
    if sys.prefix == sys.base_prefix:
        user = site.getusersitepackages()
        watched.append(user)
        if os.path.isdir(user):
            site.addsitedir(user)
    try:
        import _ctypes
        calls = True
    except ImportError:
        calls = False
    home = os.path.realpath(os.path.expanduser("~"))
    def around(path):
        real = os.path.realpath(path)
        return real == "/" or (home + "/").startswith(real + "/")
    prefixes = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}
    paths = []
    for prefix in prefixes:
        if around(prefix):
            paths += [prefix + "/" + name for name in ("bin", "lib", "lib64", "include")]
        else:
            paths.append(prefix)
    paths += [path for path in sys.path if path.startswith("/") and not around(path)]
    paths += [executable, os.path.realpath(executable), os.path.dirname(os.__file__)]
    configuration = os.path.dirname(os.path.dirname(executable)) + "/pyvenv.cfg"
    paths.append(configuration)
    paths = [path for path in dict.fromkeys(paths) if os.path.exists(path)]
    import json
    text = json.dumps({"tag": tag, "paths": paths, "watched": watched, "ctypes": calls})
    os.write(1, b"\\x01" + text.encode("utf-8", "surrogateescape"))
    """
}
