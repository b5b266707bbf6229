import Foundation
import Testing

@testable import SwarmOps

/// The recipes of docs/batch.md, run as they are written there.
@Suite struct BatchRecipeTests {
  private static let hasParallel = ["/usr/bin/parallel", "/usr/local/bin/parallel"]
    .contains { FileManager.default.isExecutableFile(atPath: $0) }
  private static let hasSlurm =
    geteuid() == 0
    && ["/usr/sbin/slurmctld", "/usr/sbin/slurmd", "/usr/sbin/munged"]
      .allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
  private static let manifest = Sources.repository + "/cloud/kubernetes/batch-job.yaml"

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

  /// The one line of the page that begins with some words.
  private func line(_ words: String) throws -> String {
    let package = #filePath.components(separatedBy: "/Tests/")[0]
    let page = try String(contentsOfFile: package + "/docs/batch.md", encoding: .utf8)
    let found = page.split(separator: "\n").filter { $0.hasPrefix(words) }
    try #require(found.count == 1, "lines of docs/batch.md that begin with \(words)")
    return found[0] + "\n"
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
    let recipe = try line("parallel ")
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

  @Test(.enabled(if: hasSlurm, "needs root, slurm-wlm and munge"), .timeLimit(.minutes(3)))
  func aSlurmJobArrayAnswersEveryLineOnceAndNothingWhenRunAgain() throws {
    try batch.program.folder.write("work/job.sh", try block("#!/bin/bash\n"))
    // Jobs are told apart by the root that they share: the nodes are several machines to them.
    expect(try batch.program("root", "--shared"), status: 0)
    let cluster = Sources.repository + "/Tests/SwarmOpsTests/Fixtures/slurm/with-cluster"
    // A node is given the submitter's environment.
    func array(_ number: Int) throws -> Program.Outcome {
      try run(
        """
        '\(cluster)' '\(batch.program.folder("slurm"))-\(number)' bash -c '
          id=$(sbatch --parsable --output=/dev/null job.sh)
          while squeue -h -j "$id" 2> /dev/null | grep -q .; do sleep 0.1; done'
        """)
    }
    let first = try array(1)
    expect(first, status: 0)
    let answers = try takeAnswers()
    #expect(answers.labels == labels, "\(first)")
    #expect(answers.files > 1)
    let second = try array(2)
    #expect(try takeAnswers().labels.isEmpty, "\(second)")
    try expectEverySaveOnce()
  }

  @Test func anIndexedJobOfKubernetesAnswersEveryLineOnceAndNothingWhenRunAgain() throws {
    let lines = try String(contentsOfFile: Self.manifest, encoding: .utf8)
      .split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    let start = try #require(lines.firstIndex(of: "- >-"))
    let end = try #require(lines.firstIndex(of: "env:"))
    let count = try #require(
      lines.first { $0.hasPrefix("completions:") }?.split(separator: " ").last.flatMap { Int($0) })
    // As the folded text comes to the shell, with the volume where the test has its files.
    let command = lines[(start + 1)..<end].joined(separator: " ")
      .replacing("/calls/", with: batch.program.folder("work/"))
    try batch.program.folder.write("work/index.sh", command + "\n")
    let all = """
      for index in $(seq 0 \(count - 1)); do JOB_COMPLETION_INDEX=$index /bin/sh -eu index.sh & done
      wait
      """
    expect(try run(all), status: 0)
    let answers = try takeAnswers()
    #expect(answers.labels == labels)
    #expect(answers.files > 1)
    let second = try run(all)
    #expect(try takeAnswers().labels.isEmpty, "\(second)")
    try expectEverySaveOnce()
  }

  @Test(.enabled(if: PythonPackages.kubernetes != nil, "the package index cannot be reached"))
  func kubernetesTakesTheManifest() throws {
    let packages = try #require(PythonPackages.kubernetes)
    let outcome = try batch.program.start(
      ["-m", "kubernetes_validate", "--strict", Self.manifest], executable: packages.python
    ).wait()
    expect(outcome, status: 0)
  }
}
