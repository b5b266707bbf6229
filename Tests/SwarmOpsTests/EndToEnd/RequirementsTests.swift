import Foundation
import Testing

@testable import SwarmOps

/// `requirements`: what agents declare and import, for an installer.
@Suite struct RequirementsTests {
  private static let fetch = """
    # requires: requests>=2.31
    __manifest__ = {"requires": ["pandas >= 2.0, <3", "json", "uvicorn[standard]",
                                 "--index-url http://elsewhere", "evil @ https://elsewhere/x.whl"]}
    import json, os, yaml, js
    from bs4 import BeautifulSoup
    from azure.storage.blob import BlobClient
    from google.cloud import storage
    import helper, pandas.io
    from agents.other_agent import Other
    from utils.storage_factory import get_storage_manager
    try:
        import sklearn.linear_model
    except ImportError:
        sklearn = None
    class FetchAgent:
        name = "Fetch"
        metadata = {"name": "Fetch", "parameters": {}}
        def perform(self, **kwargs):
            import langchain_openai
    open("executed", "w")
    """

  private func deployed() throws -> Program {
    let program = try Program()
    try program.folder.write("bundles/test/helper.py", "import cv2, requests\n")
    try program.deploy([
      "fetch_agent.py": Self.fetch, "keep_agent.py": Sources.keep,
      "broken_agent.py": "import (\n",
    ])
    return program
  }

  @Test func theListIsARequirementsFile() throws {
    let program = try deployed()
    let outcome = try program("requirements", "test")
    expect(outcome, status: 0)
    #expect(
      outcome.stdout == """
        azure-storage-blob  # fetch_agent.py
        beautifulsoup4  # fetch_agent.py
        google-cloud-storage  # fetch_agent.py
        langchain-openai  # fetch_agent.py
        opencv-python  # helper.py
        pandas>=2.0,<3  # fetch_agent.py
        PyYAML  # fetch_agent.py
        requests>=2.31  # fetch_agent.py, helper.py
        scikit-learn  # fetch_agent.py
        uvicorn[standard]  # fetch_agent.py

        """, "\(outcome)")
    // Neither an option nor an address of a stranger's bundle reaches an installer.
    #expect(outcome.stderr.contains("--index-url http://elsewhere"), "\(outcome)")
    #expect(outcome.stderr.contains("evil @ https://elsewhere/x.whl"), "\(outcome)")
    #expect(
      try program("requirements", "test", "-q").stdout.split(separator: "\n").contains("PyYAML"))
  }

  @Test func programsGetModulesAndFiles() throws {
    let program = try deployed()
    let outcome = try program("requirements", "test", "--json")
    expect(outcome, status: 0)
    let rows = try #require(outcome.json?["requirements"]?.array)
    let pandas = try #require(rows.first { $0["name"] == "pandas" })
    #expect(pandas["requirement"] == "pandas>=2.0,<3")
    #expect(pandas["modules"] == ["pandas.io"] && pandas["files"] == ["fetch_agent.py"])
    #expect(pandas["declared"] == true)
    #expect(outcome.json?["refused"]?.array?.count == 2)
  }

  @Test func nothingIsExecutedAndNothingNeededIsNoError() throws {
    let program = try Program()
    try program.deploy(["keep_agent.py": Sources.keep])
    let outcome = try program("requirements", "test")
    #expect(outcome.status == 0 && outcome.stdout.isEmpty, "\(outcome)")
    #expect(outcome.stderr.contains("nothing beyond"), "\(outcome)")
    expect(try program("requirements", "none", "--json"), code: .noSuchSwarm)
  }

  @Test func whoeverMissesAPackageIsToldOfTheList() throws {
    let program = try Program()
    try program.deploy([
      "keep_agent.py": Sources.keep, "lack_agent.py": "import no_such_package_anywhere\n",
    ])
    let listed = try program("agents", "test")
    #expect(listed.stderr.contains("swarmctl requirements test"), "\(listed)")
    let doctor = try program("doctor", "test")
    #expect(doctor.status == 2 && doctor.stdout.contains("swarmctl requirements test"), "\(doctor)")
    let run = try program("run", "test", "lack_agent.py", "--json")
    expect(run, code: .setup)
    #expect(run.json?["hint"]?.string?.contains("swarmctl requirements") == true, "\(run)")
  }
}
