import Testing

@testable import SwarmOps

@Suite struct BundleDocumentTests {
  static let guid = "11111111-2222-3333-4444-5555AAAAbbbb"

  @Test func everyFieldIsRead() throws {
    let hash = SHA256.hex(of: Array("x = \"é\"\r\n".utf8)).uppercased()
    let bundle = try BundleFixture.read([
      "x-first": 1.0, "schema": "rapp-swarm/1.0", "swarm_guid": .string(Self.guid), "name": "s",
      "purpose": "p", "created_at": "2026-04-19T03:14:00.000Z", "created_by": "me", "soul": "so",
      "agent_count": 7,
      "agents": [
        [
          "filename": "b_agent.py", "name": "B", "odd": [1], "source": "x = \"é\"\r\n",
          "sha256": .string(hash),
        ],
        ["filename": "a_agent.py", "source": "", "sha256": .null],
      ],
      "x-last": ["k": .null],
    ])
    #expect(bundle.swarmGUID == GUID(Self.guid))
    #expect(bundle.name == "s" && bundle.purpose == "p" && bundle.soul == "so")
    #expect(bundle.createdAt == "2026-04-19T03:14:00.000Z" && bundle.createdBy == "me")
    #expect(bundle.agents.map(\.fileName) == ["b_agent.py", "a_agent.py"])
    #expect(bundle.agents[0].source == Array("x = \"é\"\r\n".utf8))
    #expect(bundle.agents[0].sha256 == hash.lowercased())
    #expect(bundle.agents[0].fields == ["name": "B", "odd": [1]])
    #expect(bundle.otherFields == ["x-first": 1.0, "x-last": ["k": .null]])
  }

  @Test(arguments: [
    "two words", "🦊", "11111111-2222-3333-4444-5555aaaabbbb", "--all", "-", "a/b", "..",
    String(repeating: "é", count: 255),
  ])
  func anyVisibleNameIsAccepted(_ name: String) throws {
    let bundle = try BundleFixture.read(BundleFixture.document { $0["name"] = .string(name) })
    #expect(bundle.name == name)
  }

  @Test func absentOptionalFieldsAreEmpty() throws {
    let bundle = try BundleFixture.read(
      BundleFixture.document {
        for key in ["purpose", "soul"] { $0[key] = nil }
        for key in ["swarm_guid", "created_at", "created_by"] { $0[key] = .null }
      })
    #expect(bundle.purpose.isEmpty && bundle.soul.isEmpty && bundle.swarmGUID == nil)
    #expect(bundle.createdAt == nil && bundle.createdBy == nil)
    let empty = BundleFixture.document { $0["swarm_guid"] = "" }
    #expect(try BundleFixture.read(empty).swarmGUID == nil)
  }

  @Test(arguments: [
    (#""name": "a\ud800b""#, "name"), (#""name": "\uDC00""#, "name"),
    (#""name": "\ud83d\u0041""#, "name"), (#""name": "\ud83d\ud83d\ude00""#, "name"),
    (#""name": "s", "soul": "\\\udfff""#, "soul"),
    (
      #""name": "s", "agents": [{"filename": "a_agent.py", "source": "\ud800"}]"#,
      "agents[0].source"
    ),
    (#""name": "s", "files": [{"path": "a.txt", "source": "x\udc01"}]"#, "files[0].source"),
  ])
  func halfOfASurrogatePairIsRefusedWithItsKeyPath(_ field: String, _ path: String) throws {
    let agents = #""agents": [{"filename": "a_agent.py", "source": ""}]"#
    let text = #"{"schema": "rapp-swarm/1.0", \#(agents), \#(field)}"#
    do throws(SwarmError) {
      _ = try BundleReader.read(.bytes(Array(text.utf8), name: "b"))
      Issue.record("\(text) was accepted")
    } catch {
      #expect(error.code == .badBundle)
      #expect(error.message.hasPrefix("b: \(path) has half of a surrogate pair"), "\(error)")
    }
  }

  @Test func wholePairsAndFieldsOfOthersAreNotRefused() throws {
    let text = #"""
      {"schema": "rapp-swarm/1.0", "name": "\ud800", "name": "fox \ud83e\udd8a \\ud800 \ufffd",
       "x-other": "\ud800", "x-list": [{"name": "\udc00"}, ["\ud800"]],
       "agents": [{"filename": "a_agent.py", "source": "\u005cud800", "x-odd": "\udfff"}]}
      """#
    let bundle = try BundleFixture.read(Array(text.utf8))
    #expect(bundle.name == "fox 🦊 \\ud800 \u{FFFD}")
    #expect(bundle.agents[0].source == Array("\\ud800".utf8))
  }

  @Test func byteOrderMarkIsSkipped() throws {
    let text = JSONValue.object(BundleFixture.document()).serialized()
    #expect(try BundleFixture.read([0xEF, 0xBB, 0xBF] + text).name == "sales")
  }

  @Test func settingsOfAnotherMachineAreDropped() throws {
    let bundle = try BundleFixture.read(
      BundleFixture.document { $0["swarmctl"] = ["python": "/tmp/evil"] })
    #expect(bundle.otherFields.isEmpty)
  }

  @Test func whatTheHostSuppliesStaysBehind() throws {
    let bundle = try BundleFixture.read(
      BundleFixture.document {
        $0["agents"] = [
          .object(BundleFixture.entry()), ["filename": "basic_agent.py", "source": ""],
        ]
        $0["files"] = [["path": "utils/result.py", "source": ""]]
      })
    #expect(bundle.agents.map(\.fileName) == ["a_agent.py"] && bundle.helpers.isEmpty)
  }

  @Test func nameOfTheCallerReplacesAnyOther() throws {
    let bytes = JSONValue.object(BundleFixture.document { $0["name"] = nil }).serialized()
    let source = BundleSource.bytes(bytes, name: "standard input")
    #expect(try BundleReader.read(source, named: "mine").name == "mine")
    expectError(.usage, "empty") { try BundleReader.read(source, named: " ") }
    expectError(.badBundle, "name is missing") { try BundleReader.read(source) }
  }

  @Test func helperModulesOfTheFilesFieldAreRead() throws {
    let bundle = try BundleFixture.read(
      BundleFixture.document { $0["files"] = [["path": "lib/text.py", "source": "y = 2\n"]] })
    #expect(bundle.helpers == [BundledFile(path: "lib/text.py", source: Array("y = 2\n".utf8))])
    #expect(bundle.otherFields.isEmpty)
  }

  @Test(arguments: [["a.txt"], [], "none", 3, ["path": "x.py"]] as [JSONValue])
  func filesFieldOfOtherProgramsIsKept(_ value: JSONValue) throws {
    let bundle = try BundleFixture.read(BundleFixture.document { $0["files"] = value })
    #expect(bundle.helpers.isEmpty && bundle.otherFields == ["files": value])
  }

  /// A document that must be refused, and words that the message must hold.
  struct Refusal: CustomTestStringConvertible, Sendable {
    let words: [String]
    let document: JSONObject
    var testDescription: String { words.joined(separator: " ") }

    init(_ words: String..., document: JSONObject) {
      self.words = words
      self.document = document
    }

    /// The valid document with one top-level field replaced.
    static func field(_ key: String, _ value: JSONValue?, _ words: String...) -> Refusal {
      var refusal = Refusal(document: BundleFixture.document { $0[key] = value })
      refusal = Refusal(words: [key] + words, document: refusal.document)
      return refusal
    }

    static func agent(_ fields: JSONObject, _ words: String...) -> Refusal {
      Refusal(words: words, document: BundleFixture.agent(fields))
    }

    private init(words: [String], document: JSONObject) {
      self.words = words
      self.document = document
    }
  }

  static let refusals: [Refusal] =
    [
      .field("schema", "rapp-swarm/2.0", "rapp-swarm/2.0"), .field("schema", nil, "missing"),
      .field("schema", 1, "a number where a string belongs"),
      .field("swarm_guid", "c0p110t0-aaaa-bbbb-cccc-123456789abc", "no GUID"),
      .field("swarm_guid", "1234", "no GUID"), .field("swarm_guid", 5, "a number"),
      .field("name", nil, "missing"), .field("name", "", "empty"), .field("name", "  ", "empty"),
      .field("name", "a\nb", "control"), .field("name", "a\u{9b}b", "control"),
      .field("name", .string(String(repeating: "x", count: 256)), "256"),
      .field("created_at", 12, "a number"), .field("created_by", ["a"], "an array"),
      .field("agents", nil, "missing"), .field("agents", [], "no agent"),
      .field("agents", nil as JSONValue?, "missing"), .field("agents", .null, "null"),
      .field("agents", ["a": 1], "an object where an array"),
      .field("agents", ["a_agent.py"], "agents[0] is a string where an object belongs"),
      .agent(["filename": "../a_agent.py"], "agents[0].filename", "path separator"),
      .agent(["filename": "a\u{0}_agent.py"], "agents[0].filename", "NUL"),
      .agent(["filename": "a.py"], "agents[0].filename", "_agent.py"),
      .agent(["filename": 3], "agents[0].filename is a number"),
      .agent(["filename": .null], "agents[0].filename is null"),
      .agent(["source": .null], "agents[0].source is null"),
      .agent(["source": ["x"]], "agents[0].source is an array"),
      .agent(["description": .null], "agents[0].description is null"),
      .agent(["display_name": 1], "agents[0].display_name is a number"),
      .agent(["name": [:]], "agents[0].name is an object"),
      .agent(["sha256": "abc"], "agents[0].sha256", "no SHA-256"),
      .agent(
        ["sha256": .string(String(repeating: "0", count: 64))], "agents[0].sha256",
        "does not match"),
      .agent(["sha256": true], "agents[0].sha256 is a boolean"),
      Refusal(
        "agents[1].source is missing",
        document: BundleFixture.document {
          $0["agents"] = [.object(BundleFixture.entry()), ["filename": "b_agent.py"]]
        }),
      Refusal(
        "agents[1].filename is missing",
        document: BundleFixture.document {
          $0["agents"] = [.object(BundleFixture.entry()), ["source": ""]]
        }),
      Refusal(
        "two files named", "a_agent.py",
        document: BundleFixture.document {
          $0["agents"] = [.object(BundleFixture.entry()), .object(BundleFixture.entry())]
        }),
      Refusal(
        "differ only in case", "A_agent.py",
        document: BundleFixture.document {
          $0["agents"] = [
            .object(BundleFixture.entry()),
            .object(BundleFixture.entry(["filename": "A_agent.py"])),
          ]
        }),
      Refusal(
        "1001 agents",
        document: BundleFixture.document {
          $0["agents"] = .array(
            (0...1000).map { ["filename": .string("a\($0)_agent.py"), "source": ""] })
        }),
      .field("files", [["path": "../x.py", "source": ""]], "files[0].path", "\"..\""),
      .field("files", [["path": "x.py"]], "files[0].source is missing"),
      .field("files", [["path": "x.py", "source": 1]], "files[0].source is a number"),
      .field(
        "files", [["path": "x.py", "source": ""], ["path": "X.py", "source": ""]], "case"),
      .field(
        "files", [["path": "x.py", "source": ""], ["path": "x.py/y.py", "source": ""]],
        "as a file and as a folder"),
      .field("files", [["path": "a_agent.py/y.py", "source": ""]], "as a file and as a folder"),
    ]
    + ["name", "purpose", "soul"].flatMap { (key: String) -> [Refusal] in
      [
        .field(key, .null, "null where a string belongs"), .field(key, 1, "a number"),
        .field(key, [], "an array"),
      ]
    }

  @Test(arguments: refusals)
  func documentsThatBreakARuleAreRefused(_ refusal: Refusal) {
    do {
      _ = try BundleFixture.read(refusal.document)
      Issue.record("accepted")
    } catch {
      #expect(error.code == .badBundle)
      #expect(error.message.contains("standard input"))
      for word in refusal.words where word != "agents" && word != "files" {
        #expect(error.message.contains(word), "\(word) is not in: \(error.message)")
      }
    }
  }

  @Test func syntaxErrorsNameLineAndColumn() {
    expectError(.badBundle, "standard input: line 2, column 3") {
      try BundleFixture.read(Array("{\n  'schema': 1}".utf8))
    }
    expectError(.badBundle, "line 1, column 13", "UTF-8") {
      try BundleFixture.read(Array("{\"schema\": \"".utf8) + [0xFF, 0x22, 0x7D])
    }
    expectError(.badBundle, "an array where an object belongs") {
      try BundleFixture.read(Array("[]".utf8))
    }
    expectError(.badBundle, "empty") { try BundleFixture.read([]) }
  }

  @Test func archivesAreToldApart() {
    for (start, word) in [([0x50, 0x4B, 3, 4] as [UInt8], "zip"), ([0x1F, 0x8B, 8], "gzip")] {
      do {
        _ = try BundleFixture.read(start)
        Issue.record("accepted")
      } catch {
        #expect(error.code == .badBundle && error.hint?.plainText?.contains(word) == true)
      }
    }
  }

  @Test func moreThan64MiBAreRefused() {
    let half = JSONValue.string(String(repeating: "x", count: (32 << 20) + 1))
    expectError(.badBundle, "64 MiB") {
      try BundleFixture.read(
        BundleFixture.document {
          $0["soul"] = half
          $0["agents"] = [["filename": "a_agent.py", "source": half]]
        })
    }
    expectError(.badBundle, "64 MiB") {
      try BundleFixture.read([UInt8](repeating: 0x20, count: SwarmBundle.maximumDocumentBytes + 1))
    }
  }
}
