import FoundationEssentials
import SwarmOps
import Testing

@testable import swarmctl

@Suite struct HelpDocumentsTests {
  /// The package's folder.
  private var package: String {
    var parts = #filePath.split(separator: "/")
    parts.removeLast(4)
    return "/" + parts.joined(separator: "/")
  }

  @Test func helpAsDataNamesEveryCommandAndOption() throws {
    let root = JSONValue.object(HelpJSON.value(for: CommandTable.root, path: []))
    #expect(root["options"]?.array?.count == CommandTable.globalOptions.count)
    for leaf in Leaf.all {
      var value = root
      for name in leaf.path {
        value = try #require(value["commands"]?.array?.first { $0["name"]?.string == name })
      }
      #expect(
        value["options"]?.array?.compactMap { $0["name"]?.string } ?? []
          == leaf.command.options.map { "--\($0.name)" })
      #expect(value["arguments"]?.array?.count ?? 0 == leaf.command.arguments.count)
      #expect(value["usage"]?.string == HelpText.usage(of: leaf.command, path: leaf.path))
    }
  }

  @Test func anOptionAsDataHasThisShape() throws {
    let run = try #require(CommandTable.root.find(["run"]))
    let options = HelpJSON.value(for: run.command, path: run.path)["options"]?.array ?? []
    let timeout = try #require(options.first { $0["name"]?.string == "--timeout" })
    #expect(
      String(decoding: timeout.serialized(sortedKeys: true), as: UTF8.self)
        == #"{"default":"5m","name":"--timeout","placeholder":"duration","repeated":false,"#
        + #""required":false,"summary":"How long one call may take; 0 for no limit","#
        + #""type":"duration"}"#)
  }

  /// `RECORD_DOCS=1 swift test --filter commandReferenceIsRendered` writes the page anew.
  @Test func commandReferenceIsRenderedFromTheTable() throws {
    let path = "\(package)/docs/commands.md"
    let page = HelpMarkdown.page()
    if ProcessInfo.processInfo.environment["RECORD_DOCS"] != nil {
      try page.write(toFile: path, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == page)
  }

  @Test func manualPageNamesEveryCommandAndOption() {
    let page = HelpManPage.page(version: "1.2.3")
    for leaf in Leaf.all {
      #expect(page.contains(".SS \"\(leaf.path.joined(separator: " "))\"\n"))
      for option in leaf.command.options {
        let name = option.name.split(separator: "-").joined(separator: "\\-")
        #expect(page.contains("\\fB\\-\\-\(name)\\fR"))
      }
    }
    // A line of text that begins like a macro would vanish.
    let macros = [".TH", ".SH", ".SS", ".B", ".PP", ".TP", ".nf", ".fi", ".RS", ".RE"]
    for line in page.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
      #expect(macros.contains(String(line.prefix { $0 != " " })), "\(line)")
    }
  }
}
