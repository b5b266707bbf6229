import Foundation
import Testing

@testable import SwarmOps

/// File systems that cannot do what swarmctl needs: strace gives the answers that they give.
@Suite(.enabled(if: Machine.hasStrace, "needs strace"))
struct DoctorFileSystemTests {
  private let patient: Patient

  init() throws { patient = try Patient() }

  /// Runs `doctor` under strace; `log` gets what was traced.
  private func doctor(_ words: [String], log: String = "/dev/null") throws -> Program.Outcome {
    try patient.program.start(
      ["-qq", "-y", "-o", log] + words + [Program.path, "doctor", "--json"],
      executable: "/usr/bin/strace"
    ).wait()
  }

  private func codes(_ outcome: Program.Outcome) -> [String] {
    outcome.json?["findings"]?.array?.compactMap { $0["code"]?.string } ?? []
  }

  private func expect(_ outcome: Program.Outcome, finds code: Finding.Code, _ text: String) {
    SwarmOpsTests.expect(outcome, status: 2)
    #expect(codes(outcome) == [code.rawValue], "\(outcome)")
    #expect(outcome.stdout.contains(text), "\(outcome)")
  }

  @Test(arguments: ["EINVAL", "ENOSYS"])
  func aFileSystemThatCannotExchangeFoldersIsFound(_ number: String) throws {
    let outcome = try doctor([
      "-e", "trace=renameat2", "-e", "inject=renameat2:error=\(number)",
    ])
    expect(outcome, finds: .noExchange, "two folders cannot be exchanged")
    #expect(outcome.json?["facts"]?["locks"]?.string == "work")
  }

  @Test(arguments: [
    (0, "error=EOPNOTSUPP", "files cannot be locked here"),
    (0, "error=ENOLCK", "files cannot be locked here"),
    (2, "retval=0", "two programs get the same lock at the same time here"),
  ])
  func aFileSystemThatDoesNotLockIsFound(_ lock: Int, _ fault: String, _ text: String) throws {
    // Which of the calls lock the probe: alone, its check, and alone by another.
    let log = patient.program.folder("log")
    SwarmOpsTests.expect(try doctor(["-e", "trace=fcntl"], log: log), status: 0)
    let calls = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
    let locks = calls.indices.filter {
      calls[$0].contains("/probe>") && calls[$0].contains("F_WRLCK")
    }
    try #require(locks.count == 3, "\(calls)")
    let outcome = try doctor([
      "-e", "trace=fcntl", "-e", "inject=fcntl:\(fault):when=\(locks[lock] + 1)",
    ])
    expect(outcome, finds: .noLocks, text)
    #expect(outcome.json?["facts"]?["exchange"]?.string == "works")
  }

  @Test(arguments: [
    ("6969", "NFS"), ("97190201", "9P"), ("424d53fe", "SMB"), ("46557365", "FUSE"),
  ])
  func aNetworkFileSystemIsFound(_ magic: String, _ name: String) throws {
    // `f_type` comes first in what `statfs` fills in, little-endian as the machine.
    let number = magic + String(repeating: "0", count: 16 - magic.count)
    let outcome = try doctor([
      "-e", "trace=statfs", "-e", "inject=statfs:poke_exit=@arg2=\(number)",
    ])
    expect(outcome, finds: .networkFileSystem, "the root is on \(name)")
  }

  @Test(.enabled(if: Machine.mounting != nil, "needs the right to mount"))
  func aSwarmInALayerOfAnImageIsNotReplacedAndTheErrorSaysWhatToDo() throws {
    let mounting = try #require(Machine.mounting)
    let script = """
      cd "$2"; mkdir over; mount -t tmpfs t over; mkdir over/up over/work over/root
      mount -t overlay o -o lowerdir=root,upperdir=over/up,workdir=over/work over/root || exit 9
      export SWARMCTL_ROOT="$PWD/over/root"
      echo "# another" >> bundles/test/note_agent.py
      "$1" run test Note && "$1" deploy bundles/test --json
      echo "status $?"; "$1" run test Note
      """
    let outcome = try patient.program.start(
      Array(mounting.dropFirst()) + [
        "/bin/sh", "-c", script, "-", Program.path, patient.program.folder.path,
      ], executable: mounting[0]
    ).wait()
    // Not every kernel lets everybody mount an overlay.
    if outcome.status == 9 { return }
    let lines = outcome.stdout.split(separator: "\n")
    #expect(lines.first == "noted" && lines.last == "noted", "\(outcome)")
    #expect(outcome.stdout.contains("keep the root on a volume"), "\(outcome)")
    #expect(lines.contains("status 74"), "\(outcome)")
  }
}
