/// What every program may read of a machine: its programs and libraries, what tells how it is set up,
/// and nothing that belongs to anybody.
enum SystemFolders {
  /// Folders and files to read and to execute.
  ///
  /// - Parameter isRoot: Whether agents run as root, to whom permissions mean nothing: then files of
  ///   `/etc` are named one by one, and keys and password hashes are not among them.
  static func readable(isRoot: Bool) -> [String] {
    programs + (isRoot ? settingsByName : ["/etc"]) + settingsElsewhere + machine
  }

  /// Devices without a memory.
  static let devices = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"]

  private static let programs = [
    "/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32", "/opt", "/nix/store", "/gnu/store",
    "/snap", "/home/linuxbrew/.linuxbrew",
  ]

  /// Where files of `/etc` are links to places that the system makes at its start.
  private static let settingsElsewhere = [
    "/etc/resolv.conf", "/etc/localtime", "/etc/ssl/certs", "/var/lib/ca-certificates",
    "/var/cache/fontconfig",
  ]

  /// What is known of processors and memory, but nothing of processes.
  private static let machine = [
    "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/loadavg", "/proc/uptime",
    "/proc/version", "/proc/filesystems", "/proc/sys", "/sys/devices/system",
    "/sys/fs/cgroup", "/sys/kernel/mm/transparent_hugepage", "/sys/class",
  ]

  private static let settingsByName = [
    "alternatives", "bash.bashrc", "ca-certificates", "ca-certificates.conf", "crypto-policies",
    "debian_version", "default/locale", "fonts", "gai.conf", "gitconfig", "group", "host.conf",
    "hostname", "hosts", "inputrc", "java", "krb5.conf", "ld.so.cache", "ld.so.conf",
    "ld.so.conf.d", "locale.alias", "locale.conf", "lsb-release", "magic", "magic.mime",
    "mailcap", "matplotlibrc", "mime.types", "networks", "nsswitch.conf", "os-release",
    "passwd", "pki/ca-trust", "pki/tls/cert.pem", "pki/tls/certs", "pki/tls/openssl.cnf",
    "profile", "protocols", "python3", "redhat-release", "rpc", "services", "shells",
    "ssl/cert.pem", "ssl/openssl.cnf", "terminfo", "timezone",
  ].map { "/etc/" + $0 }

  /// The same folders without certain others below them: what is beside those is named one by one.
  ///
  /// - Parameters:
  ///   - folders: The folders.
  ///   - excluded: What must not be reached, links followed.
  static func leavingOut(_ excluded: [String], of folders: [String]) -> [String] {
    folders.flatMap { leavingOut(excluded, of: $0, depth: 0) }
  }

  private static func leavingOut(_ excluded: [String], of folder: String, depth: Int) -> [String] {
    // Nearly always nothing is excluded below a folder of the system, and then nothing is looked up.
    if depth == 0, !excluded.contains(where: { PathPrefix.contains(folder, $0) }) {
      return [folder]
    }
    guard let real = FileSystem.realPath(folder) else { return [] }
    if excluded.contains(where: { PathPrefix.contains($0, real) }) { return [] }
    guard excluded.contains(where: { PathPrefix.contains(real, $0) }) else { return [folder] }
    if depth > 30 { return [] }
    let names = (try? FileSystem.list(real)) ?? []
    return names.flatMap { leavingOut(excluded, of: real + "/" + $0, depth: depth + 1) }
  }
}
