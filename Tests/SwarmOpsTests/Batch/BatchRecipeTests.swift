import Foundation
import Testing

@testable import SwarmOps

/// The recipes of docs/batch.md, run as they are written there.
@Suite struct BatchRecipeTests {
  private static let hasParallel = ["/usr/bin/parallel", "/usr/local/bin/parallel"]
    .contains { FileManager.default.isExecutableFile(atPath: $0) }

  private let batch: BatchFixture
  /// What stands for each line in its answer.
  private let labels: [String]

  init() throws {
    batch = try BatchFixture()
    // Before `calls.jsonl` is there, so that nothing can be mistaken for an answer.
    let input =
      "not JSON\n" + #"{"id":"unknown","swarm":"nobody","name":"Save"}"# + "\n"
      + (0..<40).map { BatchFixture.save("k\($0)", user: $0 % 20) }.joined()
    try batch.program.folder.write("work/calls.jsonl", input)
    labels = (["line 1", "unknown"] + (0..<40).map { "k\($0)" }).sorted()
  }

  /// The one block of the page that begins with some words.
  private func block(_ words: String) throws -> String {
    let package = #filePath.components(separatedBy: "/Tests/")[0]
    let page = try String(contentsOfFile: package + "/docs/batch.md", encoding: .utf8)
    let parts = page.components(separatedBy: "\n```")
    let blocks = stride(from: 1, to: parts.count, by: 2).map { number in
      parts[number].drop { $0 != "\n" }.dropFirst() + "\n"
    }
    let found = blocks.filter { $0.hasPrefix(words) }
    try #require(found.count == 1, "blocks of docs/batch.md that begin with \(words)")
    return String(found[0])
  }

  private func run(_ script: String) throws -> Program.Outcome {
    let folder = batch.program.folder("work")
    return try batch.program.shell("cd '\(folder)' || exit 99\n" + script)
  }

  /// The answers in all files, which are removed; how many files had some.
  private func takeAnswers() throws -> (labels: [String], files: Int) {
    let folder = batch.program.folder("work")
    var labels: [String] = []
    var files = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: folder)
    where name.hasPrefix("answers.") {
      let text = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
      let answers = BatchFixture.answers(text)
      #expect(answers.count == text.split(separator: "\n").count, "\(name)")
      labels += answers.map { $0["id"]?.string ?? "line \($0["line"]?.int ?? 0)" }
      files += answers.isEmpty ? 0 : 1
      try FileManager.default.removeItem(atPath: folder + "/" + name)
    }
    return (labels.sorted(), files)
  }

  private func expectEverySaveOnce() throws {
    let entries = try (0..<20).flatMap { try batch.memory($0).map { ($0.key, $0.value.int) } }
    #expect(entries.map(\.0).sorted() == (0..<40).map { "k\($0)" }.sorted())
    #expect(entries.allSatisfy { $0.1 == 1 })
  }

  @Test(.enabled(if: hasParallel, "needs GNU parallel"))
  func parallelAnswersEveryLineOnceAndNothingWhenRunAgain() throws {
    let recipe = try block("parallel ")
    let first = try run(recipe)
    // The number of shards that had a failed call: the two lines that belong to no memory.
    expect(first, status: 1)
    let answers = try takeAnswers()
    #expect(answers.labels == labels, "\(first)")
    #expect(answers.files > 1)
    let second = try run(recipe)
    expect(second, status: 0)
    #expect(try takeAnswers().labels.isEmpty)
    try expectEverySaveOnce()
  }

  @Test func aSlurmJobArrayAnswersEveryLineOnceAndNothingWhenRunAgain() throws {
    let job = try block("#!/bin/bash\n")
    let array = try #require(job.split(separator: "\n").first { $0.hasPrefix("#SBATCH --array=") })
    let range = array.dropFirst("#SBATCH --array=".count).split(separator: "-").compactMap {
      Int($0)
    }
    try #require(range.count == 2 && range[0] == 1 && range[1] > 1)
    try batch.program.folder.write("work/job.sh", job)
    // As the nodes would: each task by itself, all at once.
    let array8 = """
      for task in {1..\(range[1])}; do
        SLURM_ARRAY_TASK_ID=$task bash job.sh &
      done
      wait
      """
    let first = try run(array8)
    let answers = try takeAnswers()
    #expect(answers.labels == labels, "\(first)")
    #expect(answers.files > 1)
    let second = try run(array8)
    #expect(try takeAnswers().labels.isEmpty, "\(second)")
    try expectEverySaveOnce()
  }
}
