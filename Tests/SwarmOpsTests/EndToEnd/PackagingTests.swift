import Foundation
import Testing

@testable import SwarmOps

/// What is published for a version, made from the program that was built and installed as people do.
@Suite struct PackagingTests {
  private let program: Program
  private let package = #filePath.components(separatedBy: "/Tests/")[0]

  init() throws { program = try Program() }

  private func shell(_ script: String) throws -> Program.Outcome {
    let folder = program.folder("work")
    return try program.shell("mkdir -p '\(folder)' && cd '\(folder)' || exit 99\nset -e\n" + script)
  }

  @Test func aWheelPutsTheProgramOnThePath() throws {
    let outcome = try shell(
      """
      python3 '\(package)/packaging/wheel.py' '\(Program.path)' 0.1.0 "$(uname -m)" . > wheel
      python3 -m venv environment
      environment/bin/pip install -q --no-index --disable-pip-version-check "$(cat wheel)" >&2
      environment/bin/swarmctl --version
      environment/bin/pip uninstall -q -y swarmctl >&2
      test ! -e environment/bin/swarmctl
      """)
    expect(outcome, status: 0)
    #expect(outcome.stdout == "swarmctl 0.1.0\n")
  }

  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/dpkg-deb"), "needs dpkg"))
  func aDebianPackageHoldsTheProgramTheManualAndTheCompletions() throws {
    let outcome = try shell(
      """
      # The program of a test is large, and how it is packed is dpkg's own affair.
      export DPKG_DEB_COMPRESSOR_TYPE=none
      '\(package)/packaging/deb' '\(Program.path)' 0.1.0 "$(uname -m)" . > package
      dpkg-deb --fsys-tarfile "$(cat package)" | tar -t | sort
      """)
    expect(outcome, status: 0)
    for file in [
      "./usr/bin/swarmctl", "./usr/share/man/man1/swarmctl.1.gz",
      "./usr/share/bash-completion/completions/swarmctl",
      "./usr/share/zsh/site-functions/_swarmctl",
      "./usr/share/fish/vendor_completions.d/swarmctl.fish", "./usr/share/doc/swarmctl/copyright",
    ] {
      #expect(outcome.stdout.contains(file + "\n"), "\(file)")
    }
  }

  @Test func anInstallationGoesWhereThePrefixSaysAndAwayAgain() throws {
    let outcome = try shell(
      """
      mkdir 'a b'
      touch 'a b/kept' kept
      for verb in install uninstall; do
        PROGRAM='\(Program.path)' make -s -C '\(package)' $verb PREFIX="/p q" DESTDIR="$PWD/a b" >&2
        (cd 'a b' && find . -type f | sort)
        echo "--"
      done
      PROGRAM='\(Program.path)' '\(package)/scripts/install' relative || echo "exit $?"
      """)
    let parts = outcome.stdout.components(separatedBy: "--\n")
    try #require(parts.count == 3, "\(outcome)")
    #expect(parts[0].contains("./p q/bin/swarmctl\n") && parts[0].contains("swarmctl.1\n"))
    #expect(parts[1] == "./kept\n")
    #expect(parts[2] == "exit 64\n")
  }

  @Test func theInstallerRefusesAnArchiveThatDoesNotMatchItsSum() throws {
    let outcome = try shell(
      """
      name="swarmctl-0.1.0-$(uname -s | tr A-Z a-z)-$(uname -m)"
      mkdir -p "$name"
      cp '\(Program.path)' '\(package)/scripts/install' "$name/"
      tar -c "$name" | gzip -1 > "$name.tar.gz"
      sha256sum "$name.tar.gz" > SHA256SUMS
      sh '\(package)/packaging/install.sh' --from "$PWD" --prefix "$PWD/good" >&2
      test -x good/bin/swarmctl && echo installed
      printf x >> "$name.tar.gz"
      sh '\(package)/packaging/install.sh' --from "$PWD" --prefix "$PWD/bad" || echo "exit $?"
      test ! -e bad && echo untouched
      """)
    #expect(outcome.stdout == "installed\nexit 1\nuntouched\n", "\(outcome)")
    #expect(outcome.stderr.contains("does not match its sum"))
  }
}
