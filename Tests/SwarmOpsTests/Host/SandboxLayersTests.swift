import Foundation
import Testing

@testable import SwarmOps

#if os(Linux)
  /// swarmctl inside other fences; the kernel keeps sixteen layers of Landlock.
  @Suite(.enabled(if: Fence.possible.landlock > 0))
  struct SandboxLayersTests {
    private let swarm: ScriptedSwarm

    init() throws { swarm = try ScriptedSwarm() }

    /// Runs the program inside so many layers that refuse nothing.
    private func run(inside layers: Int, _ words: [String], stdin: String = "") throws
      -> Program.Outcome
    {
      nonisolated(unsafe) var running: Result<Program.Running, any Error>?
      nonisolated(unsafe) let program = swarm.program
      let everything = LandlockAccess.known(by: Landlock.version)
      let thread = try NativeThread {
        running = Result {
          try KernelCall.renounceNewPrivileges()
          for _ in 0..<layers {
            try Landlock.restrictThread(to: [("/", everything)], forbidsNetwork: false)
          }
          return try program.start(words, stdin: stdin)
        }
      }
      thread.join()
      return try #require(running).get().wait()
    }

    @Test func theFenceIsOneMoreLayer() throws {
      let outcome = try run(inside: 15, swarm.words("pass", ["--sandbox", "strict"]))
      expect(outcome, status: 0)
    }

    @Test func strictSaysThatThereAreSixteenLayersAlready() throws {
      let outcome = try run(inside: 16, swarm.words("pass", ["--sandbox", "strict"]))
      expect(outcome, code: .setup)
      #expect(outcome.json?["message"]?.string?.contains("sixteen sandboxes") == true, "\(outcome)")
      #expect(outcome.json?["hint"]?.string?.contains("--sandbox") == true, "\(outcome)")
      #expect(outcome.status == 78)
    }

    @Test func standardGivesWhatItCan() throws {
      let outcome = try run(inside: 16, swarm.words("pass", ["--debug"]))
      expect(outcome, status: 0)
      #expect(outcome.json?["sandbox"]?["landlock"] == 0, "\(outcome)")
      #expect(outcome.json?["sandbox"]?["whole"] == false, "\(outcome)")
    }

    @Test func aBatchSaysItToo() throws {
      let request =
        #"{"swarm": "test", "name": "Script", "args": {"folder": "/", "code": "pass"}}"# + "\n"
      let strict = try run(inside: 16, ["batch", "--sandbox", "strict"], stdin: request)
      #expect(strict.stdout.contains("sixteen sandboxes"), "\(strict)")
      expect(try run(inside: 16, ["batch"], stdin: request), status: 0)
    }
  }
#endif
