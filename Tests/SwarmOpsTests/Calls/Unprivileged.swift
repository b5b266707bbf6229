import Foundation
import Testing

@testable import SwarmOps

/// How a program is run so that permissions count, as they do for everybody but root.
enum Unprivileged {
  /// The words before the program's own: root keeps its name and loses its capabilities.
  static let words: [String] =
    geteuid() == 0
    ? ["/usr/bin/setpriv", "--bounding-set=-all", "--inh-caps=-all"] : ["/usr/bin/env"]
}

/// What this machine lets tests do.
enum Machine {
  static let hasStrace = FileManager.default.isExecutableFile(atPath: "/usr/bin/strace")

  /// The words that start a program with a fault put in by strace.
  static func strace(_ fault: String) -> [String] {
    let call = fault.split(separator: ":")[0]
    // Without -f: Python is not the one that is tested.
    return ["/usr/bin/strace", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e"]
      + ["inject=\(fault)"]
  }

  static let hasProcessLimits = FileManager.default.isExecutableFile(atPath: "/usr/bin/prlimit")

  static let setpriv = "/usr/bin/setpriv"
  /// Whether files can be given to another user, and so made programs of that user.
  static let canGiveFilesAway =
    geteuid() == 0 && FileManager.default.isExecutableFile(atPath: setpriv)

  /// The words that start a shell which may mount, or `nil`.
  static let mounting: [String]? = {
    let words = ["-m"] + (geteuid() == 0 ? [] : ["-U", "-r"])
    let probe = Process()
    probe.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
    probe.arguments = words + ["/bin/sh", "-c", "mount -t tmpfs t /mnt"]
    probe.standardError = FileHandle.nullDevice
    guard (try? probe.run()) != nil else { return nil }
    probe.waitUntilExit()
    return probe.terminationStatus == 0 ? ["/usr/bin/unshare"] + words : nil
  }()
}
