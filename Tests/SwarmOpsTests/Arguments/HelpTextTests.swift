import Testing

@testable import swarmctl

@Suite struct HelpTextTests {
  @Test(arguments: Leaf.all)
  func helpExplainsEveryArgumentAndOption(leaf: Leaf) {
    let text = HelpText.text(for: leaf.command, path: leaf.path)
    #expect(text.contains("Usage: swarmctl \(leaf.path.joined(separator: " "))"))
    for option in leaf.command.options + CommandTable.globalOptions {
      #expect(text.contains("--\(option.name)"), "--\(option.name)")
    }
    for argument in leaf.command.arguments {
      #expect(text.contains("<\(argument.name)>"), "<\(argument.name)>")
    }
    for example in leaf.command.examples { #expect(text.contains(example.command)) }
  }

  @Test func rootHelpListsEveryCommandAndGlobalOption() {
    let text = HelpText.text(for: CommandTable.root, path: [])
    for command in CommandTable.root.subcommands {
      #expect(text.contains("  \(command.name) "), "\(command.name)")
    }
    for option in CommandTable.globalOptions { #expect(text.contains("--\(option.name)")) }
    for group in CommandSpec.Group.allCases { #expect(text.contains("\(group.rawValue):")) }
  }

  @Test(arguments: [60, 80, 100])
  func proseFitsTheWidth(width: Int) {
    for leaf in Leaf.all {
      var leaf = leaf
      // Usage lines and examples are pasted, so they are never broken.
      leaf.command.examples = []
      let text = HelpText.text(for: leaf.command, path: leaf.path, width: width)
      for line in text.split(separator: "\n") where !line.hasPrefix("Usage:") {
        let isLongTerm = line.hasPrefix("  ") && line.contains("<")
        #expect(line.count <= width || isLongTerm, "\(line)")
      }
    }
  }

  @Test func groupHelpListsItsCommands() throws {
    let (memory, path) = try #require(CommandTable.root.find(["memory"]))
    let text = HelpText.text(for: memory, path: path)
    for command in memory.subcommands { #expect(text.contains("  \(command.name)")) }
  }

  @Test func usageShowsWhatMustBeGiven() throws {
    let (forget, path) = try #require(CommandTable.root.find(["memory", "forget"]))
    #expect(
      HelpText.usage(of: forget, path: path)
        == "swarmctl memory forget --user <guid|name> [options]")
  }
}
