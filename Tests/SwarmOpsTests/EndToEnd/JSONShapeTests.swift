import Foundation
import Testing

@testable import SwarmOps
@testable import swarmctl

/// Programs rely on keys and types: fields are only ever added.
///
/// `Fixtures/shapes.txt` holds what each command answers, with types for values.
/// `RECORD_DOCS=1 swift test --filter JSONShapeTests` writes it anew.
@Suite struct JSONShapeTests {
  private static let user = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"

  /// One line for each command of the table, some for errors and other options.
  ///
  /// In the order in which they are run: later ones see what earlier ones did.
  private static let lines: [(command: String, line: String)] = [
    ("quickstart", "quickstart"), ("list", "list"), ("inspect", "inspect starter"),
    ("configure", "configure starter"),
    ("agents", "agents starter"), ("agents", "agents starter --tools"),
    ("agents", "agents starter --check"), ("requirements", "requirements starter"),
    ("export", "export starter"),
    ("export", "export starter --file starter.swarm.json"),
    ("deploy", "deploy starter.swarm.json"),
    ("deploy", "deploy starter.swarm.json --new --name two --dry-run"),
    ("deploy", "deploy starter.swarm.json --diff"), ("deploys", "deploys starter"),
    ("rollback", "rollback starter --to 1"), ("rollback", "rollback starter"),
    ("rename", "rename starter three --dry-run"), ("copy", "copy starter three --memory --dry-run"),
    ("run", "run starter SaveMemory --user \(user) memory_type=fact content=Tea tags:='[\"x\"]'"),
    ("run", "run starter SaveMemory memory_type=fact content=Milk"),
    ("run", "run starter SaveMemory memory_type=no content=Tea"), ("run", "run starter No"),
    ("context", "context starter --user \(user)"),
    ("mcp", "mcp starter --print-config claude"),
    ("batch", "batch calls.jsonl --ordered"), ("users", "users starter --entries"),
    ("users", "users"),
    ("memory show", "memory show starter --user \(user)"),
    ("memory add", "memory add starter 'Likes tea' --entry drink --user \(user)"),
    ("memory edit", "memory edit starter drink --content 'Likes milk' --user \(user)"),
    ("memory search", "memory search starter tea --all-users"),
    ("memory export", "memory export starter --user \(user)"),
    ("memory import", "memory import starter memory.json --user \(user) --merge --yes"),
    ("memory versions", "memory versions starter --user \(user)"),
    ("memory diff", "memory diff starter --user \(user)"),
    ("memory show", "memory show starter --user \(user) --version 7"),
    ("memory undo", "memory undo starter --user \(user) --dry-run"),
    ("snapshot create", "snapshot create starter old"), ("snapshot list", "snapshot list starter"),
    ("snapshot restore", "snapshot restore starter@old --dry-run"),
    ("snapshot remove", "snapshot remove starter@old --yes"), ("seal", "seal starter --by Ada"),
    ("memory wipe", "memory wipe starter --shared --yes"), ("unseal", "unseal starter --yes"),
    ("history", "history starter --user \(user)"),
    ("memory wipe", "memory wipe starter --shared --dry-run"),
    ("memory wipe", "memory wipe starter --shared"),
    ("memory wipe", "memory wipe starter --shared --yes"),
    ("users name", "users name ada \(user)"), ("users names", "users names"),
    ("users name", "users name grace --remove"), ("init", "init notes"),
    ("memory forget", "memory forget --user \(user) --yes"),
    ("report", "report --html page.html"),
    ("doctor", "doctor"), ("root", "root"), ("completion", "completion fish"),
    ("help", "help completion"),
    ("help", "help --man"), ("help", "--version"),
    ("remove", "remove starter --dry-run"), ("remove", "remove starter --yes"),
    ("list", "nonsense"),
  ]

  @Test func everyCommandKeepsItsShape() throws {
    let program = try Program()
    try program.folder.write(
      "home/calls.jsonl",
      """
      {"id": 1, "swarm": "starter", "name": "RecallMemory", "user_guid": "\(Self.user)"}
      {"id": 2, "swarm": "starter", "name": "Nobody"}
      not json

      """)
    var text = ""
    for (_, line) in Self.lines {
      let words = line.replacingOccurrences(of: Self.user, with: "<user>")
      if line.hasPrefix("memory import") {
        expect(
          try program.shell(
            "cd; swarmctl memory export starter --user \(Self.user) > memory.json"), status: 0)
      }
      let outcome = try program.shell("cd; swarmctl \(line) -o json")
      #expect(outcome.status != SwarmError.Code.internalError.exitStatus, "\(outcome)")
      text += "$ swarmctl \(words) -o json  # exit \(outcome.status)\n"
      if line.hasPrefix("batch") {
        // A stream in every format: each line is a document.
        for document in outcome.stdout.split(separator: "\n") {
          text += Self.shape(try JSONValue.parse(Array(document.utf8))) + "\n"
        }
        continue
      }
      let document = try #require(outcome.json, "\(outcome)")
      text += Self.shape(document) + "\n"
      // What swarmctl writes itself is sorted; memory and bundles are their own bytes, and lists of
      // any length are written as they come, with the status last.
      if !line.hasPrefix("users"), !line.hasPrefix("memory search"),
        !line.hasPrefix("memory show"), !line.hasPrefix("memory export"),
        line != "export starter"
      {
        let sorted = String(decoding: document.serialized(sortedKeys: true), as: UTF8.self)
        #expect(outcome.stdout == sorted + "\n", "\(outcome)")
      }
    }
    let path = "\(Self.package)/Tests/SwarmOpsTests/Fixtures/shapes.txt"
    if ProcessInfo.processInfo.environment["RECORD_DOCS"] != nil {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    let recorded = try String(contentsOfFile: path, encoding: .utf8)
    for (now, before) in zip(text.split(separator: "\n"), recorded.split(separator: "\n")) {
      #expect(now == before)
    }
    #expect(text == recorded)
  }

  @Test func everyCommandOfTheTableHasALine() {
    let named = Set(Self.lines.map(\.command))
    #expect(Leaf.all.map { $0.path.joined(separator: " ") }.filter { !named.contains($0) } == [])
  }

  @Test func thePageNamesOnlyFieldsThatAreThere() throws {
    let page = try String(contentsOfFile: Self.package + "/docs/ci.md", encoding: .utf8)
    let recorded = try String(
      contentsOfFile: Self.package + "/Tests/SwarmOpsTests/Fixtures/shapes.txt", encoding: .utf8)
    var commands: Set<String> = []
    for row in page.components(separatedBy: "| command | document |")[1].split(separator: "\n") {
      guard row.hasPrefix("| `") else { continue }
      let cells = row.split(separator: "|").map { $0.matches(of: /`([a-z_ -]+)`/).map(\.output.1) }
      for command in try #require(cells.first).map(String.init) {
        commands.insert(command)
        let shapes = recorded.components(separatedBy: "$ swarmctl \(command) ").dropFirst()
          .map { $0.components(separatedBy: "\n$ ")[0] }.joined()
        // The words of the page that are no fields.
        for field in cells[1] where !["run", "shared"].contains(field) && !field.hasPrefix("-") {
          #expect(shapes.contains("\(field): "), "\(command): \(field)")
        }
      }
    }
    for command in ["doctor", "help", "memory show", "memory forget", "history", "report"] {
      #expect(commands.contains(command), "\(command)")
    }
  }

  @Test func jsonLinesAreTheRowsAndNamesAreWords() throws {
    let program = try Program()
    expect(try program("quickstart"), status: 0)
    let guid = try #require(program.store.list().swarms.first?.guid)
    for line in [["list"], ["agents", "starter"], ["users", "starter"], ["inspect", "starter"]] {
      let rows = try program.start(line + ["-o", "jsonl"]).wait()
      expect(rows, status: 0)
      for row in rows.stdout.split(separator: "\n") {
        #expect(try JSONValue.parse(Array(row.utf8)).object != nil, "\(rows)")
      }
    }
    #expect(try program("list", "-q").stdout == "\(guid)\n")
    #expect(try program("agents", "starter", "-q").stdout == "RecallMemory\nSaveMemory\n")
    #expect(
      try program("list", "-o", "jsonl").stdout.split(separator: "\n").count == 1)
  }

  private static let package = #filePath.components(separatedBy: "/Tests/")[0]

  /// Keys with the types of their values; what differs from run to run has a type of its own.
  private static func shape(_ value: JSONValue) -> String {
    switch value {
    case .null: return "null"
    case .bool: return "bool"
    case .number(let number): return number.int == nil ? "number" : "int"
    case .string(let text): return isDate(text) ? "date" : GUID(text) != nil ? "guid" : "string"
    case .array(let elements):
      var shapes: [String] = []
      for element in elements.map(shape) where !shapes.contains(element) { shapes.append(element) }
      return "[\(shapes.joined(separator: " | "))]"
    case .object(let object):
      // Entries of memory have keys of their own.
      let members = object.map { member in
        // The agent's own words, not ours.
        member.key == "parameters"
          ? (member.key, "schema")
          : (GUID(member.key) == nil ? member.key : "<guid>", shape(member.value))
      }
      return
        "{\(members.sorted { $0.0 < $1.0 }.map { "\($0.0): \($0.1)" }.joined(separator: ", "))}"
    }
  }

  /// ISO 8601 in UTC: `2026-04-19T03:14:00Z`, with fractions or without.
  private static func isDate(_ text: String) -> Bool {
    let pattern = "0000-00-00T00:00:00"
    guard text.count >= 20, text.hasSuffix("Z") else { return false }
    return zip(text, pattern).allSatisfy { $1 == "0" ? $0.isNumber : $0 == $1 }
  }
}
