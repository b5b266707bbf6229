import Foundation
import Testing

@testable import SwarmOps

@Suite struct LeaseTests {
  private let folder: TemporaryFolder
  private let path: String
  private let term: Duration = .milliseconds(400)

  init() throws {
    folder = try TemporaryFolder()
    path = folder("data/swarm")
  }

  /// A process of another machine, of which nothing can be seen but its files.
  private func stranger(_ name: String = "elsewhere") -> LeaseOwner {
    LeaseOwner(machine: name, host: name, process: 1, started: "1")
  }

  private func lease(
    _ mode: Lease.Mode = .exclusive, owner: LeaseOwner? = nil, timeout: Duration = .zero
  ) throws -> Lease? {
    let outcome = try Lease.acquire(
      path, mode: mode, term: term, owner: owner ?? stranger(), timeout: timeout, cancellation: nil)
    if case .acquired(let lease) = outcome { return lease }
    return nil
  }

  /// The file of a holder that does not renew: paused, cut off, or dead.
  private func leavePaused(_ owner: LeaseOwner) throws -> LeaseHolding {
    try FileSystem.makeFolders(folder("data"))
    let record = LeaseRecord(token: "paused", owner: owner, term: term)
    try FileSystem.create(path, record.bytes, sync: false)
    return LeaseHolding(path: path, record: record)
  }

  private var files: [String] { (try? FileSystem.list(folder("data"))) ?? [] }

  @Test func oneHolderExcludesAnotherUntilItIsReleased() throws {
    let first = try #require(try lease())
    #expect(try lease(owner: stranger("b")) == nil)
    first.release()
    #expect(files.isEmpty)
    #expect(try lease(owner: stranger("b")) != nil)
    #expect(files.isEmpty)
  }

  @Test func aHolderThatLivesIsNeverTakenOver() throws {
    let first = try #require(try lease())
    #expect(try lease(owner: stranger("b"), timeout: term * 4) == nil)
    try first.confirm()
  }

  @Test func aPausedHolderIsTakenOverAfterItsTermAndFindsOut() throws {
    let paused = try leavePaused(stranger("paused"))
    let start = ContinuousClock.now
    let second = try #require(try lease(owner: stranger("b"), timeout: .seconds(30)))
    #expect(start.duration(to: .now) >= term)
    #expect(try paused.renew() == false)
    // Giving back what is not its own any more leaves the new holder's file.
    #expect(paused.end() == nil)
    try second.confirm()
    #expect(files == ["swarm"])
  }

  @Test func aHolderThatEndedOnThisMachineIsTakenOverAtOnce() throws {
    let ended = LeaseOwner(
      machine: LeaseOwner.current.machine, host: "here", process: getpid(), started: "not this one")
    _ = try leavePaused(ended)
    #expect(try lease(owner: .current) != nil)
  }

  @Test func aStoppedHolderOfThisMachineIsTakenOverAfterItsTerm() throws {
    let paused = try leavePaused(.current)
    #expect(try lease(owner: stranger("b")) == nil)
    let second = try #require(try lease(owner: stranger("b"), timeout: .seconds(30)))
    #expect(throws: SwarmError.self) { try paused.confirm() }
    try second.confirm()
  }

  @Test func whatThisProcessHoldsIsConfirmedByItsPath() throws {
    let first = try #require(try lease())
    try LeaseKeeper.shared.confirm { $0 == path }
    // Taken over behind its back.
    #expect(try LeaseFile(path).remove { _ in true })
    let second = try #require(try lease(owner: stranger("b")))
    let lost = #expect(throws: SwarmError.self) {
      try LeaseKeeper.shared.confirm { $0 == path }
    }
    #expect(lost?.code == .conflict)
    first.release()
    try LeaseKeeper.shared.confirm { $0 == path }
    try second.confirm()
  }

  @Test func theTimesInTheFileDecideNothing() throws {
    // Clocks that run apart: the file says that it expired long ago, or never will.
    for year in ["1971", "9999"] {
      let holder = try #require(try lease())
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let found = try #require(text.range(of: #""expires_at":"\d{4}"#, options: .regularExpression))
      try Data(text.replacingCharacters(in: found, with: "\"expires_at\":\"\(year)").utf8)
        .write(to: URL(fileURLWithPath: path))
      #expect(try lease(owner: stranger("b"), timeout: term / 2) == nil)
      try holder.confirm()
      holder.release()
    }
  }

  @Test func manyShareALeaseAndNoneIsAloneMeanwhile() throws {
    let first = try #require(try lease(.shared))
    let second = try #require(try lease(.shared, owner: stranger("b")))
    #expect(try lease(.exclusive, owner: stranger("c")) == nil)
    first.release()
    #expect(try lease(.exclusive, owner: stranger("c")) == nil)
    second.release()
    let alone = try #require(try lease(.exclusive, owner: stranger("c")))
    #expect(try lease(.shared) == nil)
    alone.release()
    #expect(try lease(.shared) != nil)
    #expect(files.isEmpty)
  }

  @Test func sharersThatArePausedAreTakenOver() throws {
    try FileSystem.makeFolders(folder("data"))
    let record = LeaseRecord(token: "gone", owner: stranger("gone"), term: term)
    try FileSystem.create(path + ".shared-gone", record.bytes, sync: false)
    #expect(try lease(.exclusive, owner: stranger("b"), timeout: .seconds(30)) != nil)
    #expect(files.isEmpty)
  }

  @Test(arguments: [
    "", "not JSON", #"{"token":1}"#, #"{"token":"t","term_ms":9223372036854775807}"#,
  ])
  func anOddFileKeepsNobodyOutForEver(content: String) throws {
    try folder.write("data/swarm", content)
    #expect(try lease(timeout: .seconds(30)) != nil)
  }

  @Test func aRaceForAnExpiredLeaseHasOneWinnerAtATime() async throws {
    for _ in 0..<20 {
      try? FileSystem.removeFile(path)
      _ = try leavePaused(
        LeaseOwner(
          machine: LeaseOwner.current.machine, host: "here", process: getpid(), started: "ended"))
      let (path, term) = (path, term)
      let inside = AtomicFlag(false)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<4 {
          group.addTask {
            let owner = LeaseOwner(
              machine: "m\(number)", host: "h", process: Int32(number), started: "1")
            let outcome = try Lease.acquire(
              path, mode: .exclusive, term: term, owner: owner, timeout: .seconds(60),
              cancellation: nil)
            guard case .acquired(let lease) = outcome else {
              Issue.record("no lease in a minute")
              return
            }
            // A holder whose file went in the race is told so before it changes anything.
            if (try? lease.confirm()) != nil {
              #expect(!inside.exchange(true))
              _ = inside.exchange(false)
            }
            lease.release()
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test func aCancellationEndsTheWaiting() async throws {
    let holder = try #require(try lease())
    let cancellation = try Cancellation()
    let (path, term) = (path, term)
    let waiter = Task.detached {
      let outcome = try Lease.acquire(
        path, mode: .exclusive, term: term,
        owner: LeaseOwner(machine: "b", host: "b", process: 1, started: "1"), timeout: nil,
        cancellation: cancellation)
      if case .cancelled = outcome { return true }
      return false
    }
    cancellation.request(signal: SIGINT)
    #expect(try await waiter.value)
    try holder.confirm()
  }
}
