import Foundation
import Testing

@testable import SwarmOps

@Suite struct KernelLockTests {
  private func acquire(
    _ path: String, _ name: String, _ mode: KernelLock.Mode = .exclusive,
    timeout: Duration? = .zero, cancellation: Cancellation? = nil
  ) throws -> KernelLock.Outcome {
    try KernelLock.acquire(
      path, name: name, mode: mode, timeout: timeout, cancellation: cancellation)
  }

  @Test func oneNameExcludesAndAnotherDoesNot() throws {
    let folder = try TemporaryFolder()
    let lock = try #require(
      try KernelLock.tryAcquire(folder("locks"), name: "a", mode: .exclusive))
    #expect(try KernelLock.tryAcquire(folder("locks"), name: "a", mode: .shared) == nil)
    #expect(try KernelLock.tryAcquire(folder("locks"), name: "b", mode: .exclusive) != nil)
    lock.release()
    #expect(try KernelLock.tryAcquire(folder("locks"), name: "a", mode: .exclusive) != nil)
  }

  @Test func severalMayShareAndNoneIsAloneMeanwhile() throws {
    let folder = try TemporaryFolder()
    let first = try KernelLock.tryAcquire(folder("locks"), name: "a", mode: .shared)
    let second = try KernelLock.tryAcquire(folder("locks"), name: "a", mode: .shared)
    #expect(first != nil && second != nil)
    first?.release()
    guard case .timedOut(let holder) = try acquire(folder("locks"), "a") else {
      Issue.record("the lock was not held")
      return
    }
    #expect(holder == getpid())
    second?.release()
    guard case .acquired = try acquire(folder("locks"), "a") else {
      Issue.record("the lock was held")
      return
    }
  }

  @Test func anotherThreadOfThisProcessWaitsAndIsServed() async throws {
    let folder = try TemporaryFolder()
    let path = folder("locks")
    let lock = try #require(try KernelLock.tryAcquire(path, name: "a", mode: .exclusive))
    let waiter = Task.detached {
      let outcome = try KernelLock.acquire(
        path, name: "a", mode: .exclusive, timeout: .seconds(60), cancellation: nil)
      if case .acquired = outcome { return true }
      return false
    }
    lock.release()
    #expect(try await waiter.value)
  }

  @Test func waitingEndsByCancellationAndLeavesTheLockFree() async throws {
    let folder = try TemporaryFolder()
    let path = folder("locks")
    let lock = try #require(try KernelLock.tryAcquire(path, name: "a", mode: .exclusive))
    let cancellation = try Cancellation()
    let waiter = Task.detached {
      let outcome = try KernelLock.acquire(
        path, name: "a", mode: .exclusive, timeout: nil, cancellation: cancellation)
      if case .cancelled = outcome { return true }
      return false
    }
    cancellation.request(signal: SIGINT)
    #expect(try await waiter.value)
    lock.release()
    #expect(try KernelLock.tryAcquire(path, name: "a", mode: .exclusive) != nil)
  }

  @Test func givingUpAtTheLastMomentNeverKeepsTheLock() async throws {
    let folder = try TemporaryFolder()
    let path = folder("locks")
    for round in 0..<100 {
      let lock = try #require(try KernelLock.tryAcquire(path, name: "a", mode: .exclusive))
      let waiter = Task.detached {
        // Around the very moment of the release.
        _ = try KernelLock.acquire(
          path, name: "a", mode: .exclusive, timeout: .microseconds(round * 20), cancellation: nil)
      }
      usleep(UInt32(round * 20))
      lock.release()
      try await waiter.value
      #expect(try KernelLock.tryAcquire(path, name: "a", mode: .exclusive) != nil, "\(round)")
    }
  }

  @Test func aChildThatIsJustStartingDoesNotKeepAReleasedLock() throws {
    let folder = try TemporaryFolder()
    let path = folder("locks")
    let lock = try #require(try KernelLock.tryAcquire(path, name: "a", mode: .exclusive))
    // Between fork and exec a child holds what this duplicate holds.
    let held = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter {
      path == (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)"))
    }
    let copies = held.compactMap(Int32.init).map { dup($0) }
    defer { for copy in copies { close(copy) } }
    #expect(copies.count == 1)
    lock.release()
    #expect(try KernelLock.tryAcquire(path, name: "a", mode: .exclusive) != nil)
  }

  @Test func theHolderIsNamedHoweverManyLocksAreHeld() throws {
    let folder = try TemporaryFolder()
    // More locks than the table has places, so that many share one.
    let locks = try (0..<600).map {
      try KernelLock.tryAcquire(folder("locks"), name: "name \($0)", mode: .exclusive)
    }
    #expect(locks.allSatisfy { $0 != nil })
    var unnamed = 0
    for index in 0..<600 {
      if case .timedOut(let holder) = try acquire(folder("locks"), "name \(index)"),
        holder == getpid()
      {
        continue
      }
      unnamed += 1
    }
    // Both places of a lock may belong to others; this process is not looked for in /proc.
    #expect(unnamed < 30)
  }

  @Test func aLockFileThatIsALinkIsNotFollowed() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      atPath: folder("locks"), withDestinationPath: folder("elsewhere"))
    #expect(throws: SwarmError.self) {
      try KernelLock.tryAcquire(folder("locks"), name: "a", mode: .exclusive)
    }
    #expect(try FileSystem.status(folder("elsewhere")) == nil)
  }
}
