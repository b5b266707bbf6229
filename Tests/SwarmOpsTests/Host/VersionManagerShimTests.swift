import Foundation
import Testing

@testable import SwarmOps

@Suite struct VersionManagerShimTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: [
    "#!/usr/bin/env bash\nset -e\nexport PYENV_ROOT=\"/r\"\nexec \"/r/libexec/pyenv\" exec \"$program\" \"$@\"\n",
    "#!/usr/bin/env bash\n# asdf-plugin: python 3.11.2\nexec /r/.asdf/bin/asdf exec \"python3\" \"$@\"\n",
    "#!/bin/sh\nexec /usr/bin/mise x -- python3 \"$@\"",
    "#!/bin/sh\nexec rtx exec python3 -- \"$@\"\n\n",
  ])
  func whatAVersionManagerWroteIsAShim(_ text: String) throws {
    #expect(VersionManagerShim.isShim(try folder.write("python3", text)))
  }

  @Test(arguments: [
    "#!/bin/sh\nexec setpriv --reuid nobody /usr/bin/python3 \"$@\"\n",
    "#!/bin/sh\nexec /usr/bin/python3 \"$@\" # pyenv exec\n", "exec pyenv exec python3\n", "",
    "#!/bin/sh\n",
    "#!/bin/sh\nexec pyenv exec python3 \"$@\"\nexec /usr/bin/python3 \"$@\"\n",
  ])
  func everythingElseIsNone(_ text: String) throws {
    #expect(!VersionManagerShim.isShim(try folder.write("shims/python3", text)))
  }

  @Test func aLinkIsAShimWhereItLeadsToTheManager() throws {
    for (target, isShim) in [
      ("/opt/mise/bin/mise", true), ("../bin/rtx", true), ("/usr/bin/python3.11", false),
      ("/tmp/wrapper", false),
    ] {
      let link = folder("python3")
      try? FileManager.default.removeItem(atPath: link)
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
      #expect(VersionManagerShim.isShim(link) == isShim, "\(target)")
    }
    #expect(!VersionManagerShim.isShim("/usr/bin/env"))
    #expect(!VersionManagerShim.isShim(folder("missing")))
  }
}
