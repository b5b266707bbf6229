import Foundation
import SwarmOps
import Testing

@testable import swarmctl

/// The typed names of options, held against the table.
@Suite struct ArgumentKeyTests {
  private func parse(_ line: String) throws -> ParsedArguments {
    try ArgumentParser.parse(line.split(separator: " ").map(String.init), environment: [:])
  }

  private static let options: [OptionSpec] =
    CommandTable.globalOptions + CommandTable.root.leaves().flatMap(\.command.options)

  /// The names in the source of the keys, which no list holds: a key is made where it is used.
  private static func names(_ pattern: String) throws -> Set<String> {
    var top = URL(fileURLWithPath: #filePath)
    while top.lastPathComponent != "Tests" { top.deleteLastPathComponent() }
    let file = top.deletingLastPathComponent()
      .appendingPathComponent("Sources/swarmctl/Arguments/ArgumentKeys.swift")
    let text = try String(contentsOf: file, encoding: .utf8)
    let expression = try Regex(pattern, as: (Substring, Substring).self)
    return Set(text.matches(of: expression).map { String($0.output.1) })
  }

  @Test func everyFlagOfTheTableHasAKeyAndEveryKeyAFlag() throws {
    let flags = Set(Self.options.filter { $0.value == nil }.map(\.name))
    // They are told from the words, before there is anything parsed.
    #expect(try Self.names(#"FlagKey\("([^"]+)"\)"#) == flags.subtracting(["help", "version"]))
  }

  @Test func everyOptionWithAValueHasAKeyAndEveryKeyAnOption() throws {
    let names = Set(Self.options.filter { $0.value != nil }.map(\.name))
    let keyed = try Self.names(#"Self\((?:every: )?"([^"]+)""#)
    let ofTable: Set = ["lock-timeout", "timeout", "output", "color"]
    #expect(keyed.union(ofTable) == names)
  }

  @Test func aDefaultIsTheTablesForEveryCommand() throws {
    for line in ["run s a", "list"] {
      #expect(try parse(line)[.timeout] == .seconds(300))
      #expect(try parse(line)[.lockTimeout] == .seconds(30))
      #expect(try parse(line)[.output] == .table)
      #expect(try parse(line)[.color] == .auto)
    }
    #expect(try parse("run s a --timeout 2m")[.timeout] == .seconds(120))
    #expect(CommandTable.timeout.defaultValue == "5m")
  }

  @Test func valuesComeInTheirTypes() throws {
    #expect(try parse("batch --shard 2/8")[.shard] == BatchShard(index: 2, count: 8))
    #expect(try parse("batch --jobs 3")[.jobs] == 3)
    #expect(
      try parse("users --older-than 2w --larger-than 1KiB")[.olderThan] == .seconds(1_209_600))
    #expect(try parse("users --larger-than 1KiB")[.largerThan] == 1024)
    #expect(try parse("users --sort bytes")[.usersSort] == .bytes)
    #expect(try parse("run s a --sandbox strict")[.sandbox] == .strict)
    #expect(try parse("run s a")[.sandbox] == nil)
    #expect(try parse("run s a --pass-env A --pass-env B")[.passEnvironment] == ["A", "B"])
    #expect(try parse("memory wipe s --all-users")[.allUsers])
    #expect(try !parse("memory wipe s --shared")[.allUsers])
  }
}
