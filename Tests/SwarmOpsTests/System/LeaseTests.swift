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

  /// The folder of a holder that does not renew: paused, cut off, or dead.
  private func leavePaused(_ owner: LeaseOwner) throws -> LeaseHolding {
    try FileSystem.makeFolders(folder("data"))
    let record = LeaseRecord(token: "paused", owner: owner, term: term)
    #expect(try LeaseFolder(path).make(record))
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
    // Giving back what is not its own any more leaves the new holder's.
    paused.end()
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
    let name = try #require(try LeaseFolder(path).read())
    let other = LeaseRecord(token: "b", owner: stranger("b"), term: term)
    #expect(try LeaseFolder(path).replace(name, with: other))
    #expect(try !LeaseFolder(path).replace(name, with: other), "it has another name by now")
    let lost = #expect(throws: SwarmError.self) {
      try LeaseKeeper.shared.confirm { $0 == path }
    }
    #expect(lost?.code == .conflict)
    first.release()
    try LeaseKeeper.shared.confirm { $0 == path }
    #expect(try LeaseFolder(path).read() == other.name, "it is the other's, and stays")
  }

  @Test func aRecordIsItsName() throws {
    let odd = LeaseOwner(machine: "m/\u{e9},\n", host: "h\"\\", process: 7, started: "8")
    var record = LeaseRecord(token: "t", owner: odd, term: term)
    record.renewals = 3
    #expect(record.name == "t,3,400,7,8,m____,h__")
    let read = try #require(LeaseRecord(record.name))
    #expect(read.name == record.name && read.renewals == 3 && read.term == term)
  }

  @Test func whatIsGivenBackByHalfIsInNobodysWay() throws {
    try FileSystem.makeFolders(path)
    #expect(try lease(timeout: term / 2) != nil)
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
    #expect(try LeaseFolder(path + ".shared-gone").make(record))
    #expect(try lease(.exclusive, owner: stranger("b"), timeout: .seconds(30)) != nil)
    #expect(files.isEmpty)
  }

  @Test(arguments: ["no record", "a,b,c,d,e,f,g", "t,1,9223372036854775807,1,1,m,h"])
  func anOddRecordKeepsNobodyOutForEver(name: String) throws {
    try FileSystem.makeFolders(path + "/" + name)
    let start = ContinuousClock.now
    guard name.hasPrefix("t") else {
      // A record that says no term has the term of whoever waits.
      #expect(try lease(timeout: .seconds(30)) != nil)
      #expect(start.duration(to: .now) >= term)
      return
    }
    #expect(LeaseRecord(FilePath(name))?.term == .seconds(600))
  }

  @Test func aRaceForAnExpiredLeaseHasOneWinnerAtATime() async throws {
    for _ in 0..<20 {
      try? FolderTree.remove(path)
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
