import SwarmOps

/// `init`: a bundle to begin with.
enum InitCommand {
  static func run(_ context: CommandContext) throws(SwarmError) -> Report? {
    let given = context.arguments[word: .folder]
    let folder = WorkingFolder.absoluteFolder(given)
    // `init .` and `init lab/` are named like the folder that they mean.
    let parts = folder.split(separator: "/").reduce(into: [Substring]()) { parts, part in
      if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(part) }
    }
    let path = "/" + parts.joined(separator: "/")
    let template = try BundleTemplate(name: String(parts.last ?? ""))
    let files = try template.write(to: path)
    let shown = VisibleText.line(given)
    return Report(
      json: [
        "path": .string(path), "name": .string(template.name),
        "files": .array(files.map { .string($0) }),
      ],
      names: files.map { path + "/" + $0 },
      text: files.map { "made \(shown)/\($0)\n" }.joined(),
      notes: [
        "test it with `python3 \(shown)/tests/test_notes.py`, deploy it with "
          + "`swarmctl deploy \(shown)`, and keep a note with "
          + "`swarmctl run \(VisibleText.line(template.name)) Notes note='Likes tea'`"
      ],
      done: "the files were made")
  }
}
