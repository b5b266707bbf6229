import Foundation
import Testing

@testable import SwarmOps
@testable import swarmctl

/// A shell of this machine, or the reason why its tests are skipped.
private func has(_ shell: String) -> Bool {
  FileManager.default.isExecutableFile(atPath: "/usr/bin/\(shell)")
}

@Suite struct CompletionTests {
  private let program: Program
  private let swarm: GUID
  private let user = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"

  init() throws {
    program = try Program()
    swarm = try program.deploy(
      name: "my swarm",
      [
        "paint_agent.py": """
        class PaintAgent:
            def __init__(self):
                self.name = "Paint"
                self.metadata = {"name": "Paint", "description": "Paints: a wall\\tor two", "parameters": {
                    "type": "object", "properties": {
                        "colour": {"type": "string", "enum": ["red", "dark green"]},
                        "twice": {"type": "boolean", "description": "Whether twice"}},
                    "required": ["colour"]}}
            def perform(self, **kwargs):
                import os
                open(os.environ["BRAINSTEM_MEMORY_PATH"], "w").write("{}")
                return "ok"
        """
      ])
    expect(try program("run", "my swarm", "Paint", "colour=red", "--user", user), status: 0)
    // The index of swarms is made by whoever first looks for one by name.
    expect(try program("list"), status: 0)
  }

  private func words(_ line: String...) throws -> [String] {
    let outcome = try program.start(["__complete", "fish"] + line).wait()
    expect(outcome, status: 0)
    return outcome.stdout.split(separator: "\n").dropFirst().map {
      String($0.prefix { $0 != "\t" })
    }
  }

  @Test func everythingOfTheRootIsOffered() throws {
    // A Python that fails would show.
    #expect(try words("run", "") == ["my swarm"])
    #expect(try words("run", "\(swarm)".prefix(2) + "") == ["my swarm", "\(swarm)"])
    #expect(try words("run", "my swarm", "") == ["Paint"])
    #expect(try words("run", "my swarm", "Paint", "") == ["colour=", "twice="])
    #expect(try words("run", "my swarm", "Paint", "colour=red", "") == ["twice="])
    #expect(
      try words("run", "my swarm", "Paint", "colour=") == ["colour=red", "colour=dark green"])
    #expect(try words("run", "my swarm", "Paint", "twice=") == ["twice=true", "twice=false"])
    #expect(try words("users", "my swarm", "--sort", "").contains("bytes"))
    #expect(try words("memory", "show", "my swarm", "--user", "") == [user])
    #expect(try words("memory", "forget", "--user=") == ["--user=\(user)"])
  }

  @Test func entriesOfTheMemoryOnTheLineAreOffered() throws {
    for id in ["tea", "coffee"] {
      expect(try program("memory", "add", "my swarm", id, "--entry", id), status: 0)
    }
    expect(
      try program("memory", "add", "my swarm", "x", "--entry", "own", "--user", user), status: 0)
    #expect(try words("memory", "wipe", "my swarm", "--entry", "") == ["tea", "coffee"])
    #expect(
      try words("memory", "wipe", "my swarm", "--shared", "--entry=te")
        == ["--entry=tea", "--entry=coffee"])
    #expect(try words("memory", "wipe", "my swarm", "--user", user, "--entry", "") == ["own"])
    #expect(try words("memory", "edit", "my swarm", "--user", user, "") == ["own"])
  }

  @Test func pythonIsNeverStartedAndNothingIsWritten() throws {
    let trap = try program.folder.write("trap", "#!/bin/sh\ntouch \(program.folder("started"))\n")
    chmod(trap, 0o700)
    // Not remembered: the agent's file is another one now.
    let agent = program.store.layout.agents(swarm) + "/paint_agent.py"
    try Data("# changed".utf8).write(to: URL(fileURLWithPath: agent))
    let before = try program.folder.snapshot()
    let outcome = try program.start(
      ["__complete", "zsh", "run", "my swarm", ""], environment: ["SWARMCTL_PYTHON": trap]
    ).wait()
    #expect(outcome.stdout == "words\n", "\(outcome)")
    #expect(try program.folder.snapshot() == before)
  }

  @Test(arguments: [
    ["__complete"], ["__complete", "tcsh", "x"], ["__complete", "bash"],
    ["__complete", "zsh", "--root", "/dev/null", "run", ""],
    ["__complete", "zsh", "run", "no such swarm", "x", "k="], ["__complete", "fish", "\u{0}"],
  ])
  func whatCannotBeAnsweredIsAnsweredWithSilence(words: [String]) throws {
    let outcome = try program.start(words).wait()
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.stderr.isEmpty, "\(outcome)")
    #expect(outcome.stdout.split(separator: "\n").count <= 30, "\(outcome)")
  }

  @Test func anotherRootOnTheLineIsTheOneThatIsLookedInto() throws {
    #expect(try words("--root", program.folder("nothing"), "run", "") == [])
    #expect(try words("--root", program.root, "run", "") == ["my swarm"])
  }

  // MARK: The real shells

  @Test func bashCompletes() throws {
    let outcome = try program.shell(
      #"""
      source <(swarmctl completion bash)
      complete -p swarmctl
      try() {
        COMP_LINE="$1" COMP_POINT=${#1} COMP_WORDS=(swarmctl "${1##* }") COMP_CWORD=1
        _swarmctl
        printf '<%s>\n' "${COMPREPLY[@]}" | LC_ALL=C sort | tr -d '\n'
        echo
      }
      try 'swarmctl ru'
      try 'swarmctl run my'
      try 'swarmctl run "my'
      try 'swarmctl run my\ swarm P'
      try 'swarmctl run my\ swarm Paint col'
      try 'swarmctl run my\ swarm Paint colour=d'
      try 'swarmctl run my\ swarm Paint --us'
      cd "$HOME" && mkdir -p folder && touch file.json
      try 'swarmctl deploy f'
      try 'swarmctl --root f'
      """#)
    #expect(
      outcome.stdout.split(separator: "\n").map(String.init) == [
        "complete -o nospace -F _swarmctl swarmctl", "<run >", "<my\\ swarm >", "<my swarm\" >",
        "<Paint >", "<colour=>", "<dark\\ green >", "<--user >", "<file.json><folder>", "<folder>",
      ], "\(outcome)")
  }

  @Test(.enabled(if: has("fish"), "fish is not installed"))
  func fishCompletes() throws {
    let outcome = try program.start(
      [
        "-N", "-c",
        #"""
        swarmctl completion fish | source
        cd $HOME; mkdir -p folder; touch file.json
        for line in "swarmctl ru" "swarmctl run my" "swarmctl run 'my swarm' P" \
            "swarmctl run 'my swarm' Paint colour=d" "swarmctl deploy fi" "swarmctl --root=fo" \
            "swarmctl run --args @fi"
            complete -C"$line"
        end
        """#,
      ], executable: "/usr/bin/fish", environment: shellEnvironment
    ).wait()
    #expect(
      // Versions of fish differ in what they say about folders.
      outcome.stdout.split(separator: "\n").map {
        $0.hasSuffix("\tDirectory") ? String($0.dropLast(10)) : String($0)
      } == [
        "run\tRun an agent of a swarm", "my swarm\t1 agent", "Paint\tPaints: a wall\\tor two",
        "colour=dark green", "file.json", "--root=folder/", "@file.json",
      ], "\(outcome)")
  }

  @Test(.enabled(if: has("zsh"), "zsh is not installed"))
  func zshCompletes() throws {
    let script = #"""
      zmodload zsh/zpty
      out=$HOME/out
      zpty z zsh -f -i
      send() { zpty -w -n z "$1" }
      await() { for i in {1..400}; do [[ -s $out ]] && return; sleep 0.025; done; print "no answer" }
      ask() { rm -f $out; send "$1"$'\t\C-g'; await; cat $out }
      zpty -w z 'PS1=; cd; mkdir -p folder; touch file.json; unsetopt beep'
      zpty -w z 'autoload -Uz compinit; compinit -u -d $HOME/dump; source <(swarmctl completion zsh)'
      zpty -w z 'show() { print -r -- "$BUFFER|" > '$out'.new; mv '$out'.new '$out'; BUFFER= }'
      zpty -w z 'zle -N show; bindkey "^G" show; print ready > '$out
      await
      ask 'swarmctl ru'
      ask 'swarmctl run m'
      ask 'swarmctl run my\ swarm P'
      ask 'swarmctl run my\ swarm Paint col'
      ask 'swarmctl run my\ swarm Paint colour=d'
      ask 'swarmctl deploy fi'
      ask 'swarmctl --root=fo'
      zpty -d z
      """#
    let outcome = try program.start(
      ["-f", "-c", script], executable: "/usr/bin/zsh", environment: shellEnvironment
    ).wait()
    #expect(
      outcome.stdout.split(separator: "\n").map(String.init) == [
        "swarmctl run |", "swarmctl run my\\ swarm |", "swarmctl run my\\ swarm Paint |",
        "swarmctl run my\\ swarm Paint colour=|",
        "swarmctl run my\\ swarm Paint colour=dark\\ green |", "swarmctl deploy file.json |",
        "swarmctl --root=folder/|",
      ], "\(outcome)")
  }

  private var shellEnvironment: [String: String] {
    let folder = (Program.path as NSString).deletingLastPathComponent
    return ["PATH": folder + ":" + (program.environment["PATH"] ?? ""), "TERM": "xterm"]
  }
}
