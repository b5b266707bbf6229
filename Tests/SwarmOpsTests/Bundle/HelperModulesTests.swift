import Testing

@testable import SwarmOps

@Suite struct HelperModulesTests {
  let fixture: BundleFixture
  init() throws { fixture = try BundleFixture() }

  private func modules(_ source: String) -> [String] {
    ImportScan.modules(in: Array(source.utf8)).map {
      String(repeating: ".", count: $0.level) + $0.parts.joined(separator: ".")
        + ($0.names.isEmpty ? "" : ":" + $0.names.joined(separator: ","))
    }
  }

  @Test(arguments: [
    ("import a", ["a"]), ("import a.b as c, d\n", ["a.b", "d"]),
    ("from a.b import c as d, e", ["a.b:c,e"]), ("from . import x", [".:x"]),
    ("from ..a import x", ["..a:x"]), ("from ... import x", ["...:x"]),
    ("  try: import a\n  except ImportError: from b import c", ["a", "b:c"]),
    ("x = 1; import a", ["a"]),
    ("from a import (b,  # one\n  c as d,\n)\nimport e", ["a:b,c", "e"]),
    ("from a import b, \\\n  c", ["a:b,c"]), ("\u{FEFF}import a\r\nimport b", ["a", "b"]),
    ("from a import *", ["a"]), ("# import a", []), ("yield from a\nimportant = 1\nfrom_ = 2", []),
    ("m = importlib.import_module('a.b'); __import__(\"c\")", ["a.b", "c"]),
    ("import é", ["é"]), ("from", []), ("import", []), ("from a import (", ["a"]),
  ])
  func importsAreFound(_ source: String, _ expected: [String]) {
    #expect(modules(source) == expected)
  }

  private func helpers(_ files: [String: String]) throws -> [String] {
    try BundleFixture.read(try fixture.lay(files)).helpers.map(\.path)
  }

  @Test func importedModulesTravelWithWhatTheyImport() throws {
    #expect(
      try helpers([
        "agents/a_agent.py": "from helpers import f\nfrom agents.other import g\nimport json\n",
        "agents/helpers.py": "import lib.text\n", "agents/other.py": "",
        "agents/lib/__init__.py": "from .inner import x\n",
        "agents/lib/text.py": "from . import sub\nfrom ..up import y\n", "agents/up.py": "",
        "agents/lib/inner.py": "", "agents/lib/sub/__init__.py": "", "agents/lib/unused.py": "",
        "agents/unused.py": "", "agents/data.json": "{}", "agents/__pycache__/x.pyc": "",
      ]) == [
        "helpers.py", "lib/__init__.py", "lib/inner.py", "lib/sub/__init__.py", "lib/text.py",
        "other.py", "up.py",
      ])
  }

  @Test func modulesBesideTheTopAreFoundAndThoseBesideTheAgentsComeFirst() throws {
    let folder = try fixture.lay([
      "agents/a_agent.py": "from common import x\nfrom shared.text import y\n",
      "common.py": "top", "agents/common.py": "agents", "shared/text.py": "",
    ])
    let bundle = try BundleFixture.read(folder)
    #expect(bundle.helpers.map(\.path) == ["common.py", "shared/text.py"])
    #expect(bundle.helpers[0].source == Array("agents".utf8))
  }

  @Test func whatTheHostSuppliesStaysBehind() throws {
    #expect(
      try helpers([
        "a_agent.py": """
        from basic_agent import BasicAgent
        from agents.basic_agent import BasicAgent
        from openrappter.agents.basic_agent import BasicAgent
        from utils.azure_file_storage import AzureFileStorageManager
        from utils.text import clean
        from b_agent import B
        from openrappter.agents.more import C
        """, "b_agent.py": "", "more.py": "", "basic_agent.py": "",
        "openrappter/agents/basic_agent.py": "",
        "utils/azure_file_storage.py": "", "utils/text.py": "", "utils/__init__.py": "",
      ]) == ["more.py", "utils/__init__.py", "utils/text.py"])
  }

  @Test func modulesThatTheManifestListsTravelWithoutAnImport() throws {
    let manifest = "{\"files\": [{\"path\": \"plug.py\", \"sha256\": \"HASH\"}]}"
    let right = SHA256.hex(of: Array("p".utf8))
    let files = ["a_agent.py": "", "plug.py": "p", "unused.py": ""]
    let folder = try fixture.lay(
      files.merging(["manifest.json": manifest.replacing("HASH", with: right)]) { $1 })
    #expect(try BundleFixture.read(folder).helpers.map(\.path) == ["plug.py"])
    let wrong = try fixture.lay(
      files.merging(["manifest.json": manifest.replacing("HASH", with: SHA256.hex(of: []))]) { $1 },
      in: "wrong")
    expectError(.badBundle, "files[0].sha256", "does not match") { try BundleFixture.read(wrong) }
  }

  @Test func circularImportsEnd() throws {
    #expect(
      try helpers(["x_agent.py": "import p", "p.py": "import q", "q.py": "import p, x_agent"])
        == ["p.py", "q.py"])
  }
}
