/// Makes one user's memory vanish in every swarm and every place of ours, with a receipt.
package struct MemoryForget: Sendable {
  /// How long what is under way is waited for: copies of runs that end, and of swarms.
  private static let patience: Duration = .seconds(10)

  private let store: SwarmStore
  private let locks: LockOptions
  private var layout: SwarmLayout { store.layout }

  /// Prepares forgetting.
  ///
  /// - Parameters:
  ///   - store: The swarms.
  ///   - locks: How locks are waited for.
  package init(store: SwarmStore, locks: LockOptions) {
    self.store = store
    self.locks = locks
  }

  /// Lists what is held of a user; changes nothing but finishing deploys that were cut off.
  ///
  /// - Parameter user: The user.
  /// - Returns: A receipt of what would go.
  /// - Throws: ``SwarmError/Code/io`` where something cannot be read.
  package func plan(_ user: GUID) throws(SwarmError) -> ForgetReceipt {
    try store.checkRoot()
    try recover()
    var receipt = ForgetReceipt(user: user, time: .now())
    let places = ForgetPlaces(layout: layout, user: user)
    for place in try places.inSwarms() + places.inKept() + places.inVersions() + places.inStaging()
    {
      receipt.items += try items(place)
    }
    receipt.items += try CallHistory(layout: layout).lines(of: user).map(Self.item)
    receipt.names = try UserNames(layout: layout, locks: locks).names(of: user)
    noteSeals(&receipt)
    return receipt
  }

  private func recover() throws(SwarmError) {
    guard try FileSystem.status(layout.swarms) != nil else { return }
    for name in try FileSystem.list(layout.swarms) {
      guard name.hasPrefix(SwarmLayout.formerSwitchPrefix),
        let swarm = GUID(name.dropFirst(SwarmLayout.formerSwitchPrefix.count))
      else { continue }
      try SwarmSwitch.recover(swarm, layout: layout, locks: locks)
    }
  }

  /// Lines of the history, as one item of the receipt.
  private static func item(_ lines: CallHistory.Lines) -> ForgetReceipt.Item {
    ForgetReceipt.Item(
      file: FilePath(lines.path), place: .history, swarm: nil, kind: .file, entries: lines.count,
      bytes: lines.content.count, sha256: SHA256.hex(of: lines.content))
  }

  /// Notes which of the swarms that hold memory, now or in snapshots, are sealed.
  private func noteSeals(_ receipt: inout ForgetReceipt) {
    let swarms = receipt.items.filter { $0.place == .memory || $0.place == .snapshot }
      .compactMap(\.swarm)
    receipt.brokenSeals = Set(swarms).sorted().filter { swarm in
      (try? SwarmSeal.of(swarm, layout: layout)) != nil
    }
  }

  private func items(_ place: ForgetPlaces.Place) throws(SwarmError) -> [ForgetReceipt.Item] {
    guard let status = try FileSystem.status(place.path) else { return [] }
    guard status.kind == .folder else { return [try item(place.path.filePath, status, place)] }
    let inside = try FolderTree.entries(of: place.path)
    var items: [ForgetReceipt.Item] = []
    for entry in inside where entry.status.kind != .folder {
      items.append(
        try item(place.path.filePath / entry.path, entry.status, place))
    }
    return items.isEmpty ? [try item(place.path.filePath, status, place)] : items
  }

  private func item(_ path: FilePath, _ status: FileStatus, _ place: ForgetPlaces.Place)
    throws(SwarmError) -> ForgetReceipt.Item
  {
    let isMemory = path.name == SwarmLayout.memoryName
    guard status.kind == .file else {
      return ForgetReceipt.Item(
        file: path, place: place.kind, swarm: place.swarm, kind: status.kind, entries: nil,
        bytes: 0, sha256: nil)
    }
    var size = status.size
    var digest: String?
    do throws(SwarmError) {
      let found = try FileDigest.sha256(path)
      (size, digest) = (found.bytes, found.digest)
    } catch {
      // Another user's file in a folder of ours: it can go, and nobody can say what it held.
      guard error.isRefusedWriting else { throw error }
    }
    // What is too big to be read as a whole has no count.
    let content = isMemory ? try? FileSystem.read(path, followLinks: false) : nil
    return ForgetReceipt.Item(
      file: path, place: place.kind, swarm: place.swarm, kind: .file,
      entries: content.flatMap { MemoryDocument(bytes: $0, path: path.text).count }, bytes: size,
      sha256: digest)
  }

  /// Deletes everything that is held of a user, and searches the root for what is left.
  ///
  /// All namespaces are locked before the first byte goes, so a busy one leaves everything as it
  /// was.
  ///
  /// - Parameter user: The user.
  /// - Returns: The receipt.
  /// - Throws: ``SwarmError/Code/busy`` with nothing changed; ``SwarmError/Code/io``.
  package func carryOut(_ user: GUID) throws(SwarmError) -> ForgetReceipt {
    try store.checkRoot()
    guard try FileSystem.status(layout.root) != nil else {
      return ForgetReceipt(user: user, time: .now())
    }
    try recover()
    FileSystem.allowManyOpenFiles()
    let deadline = ContinuousClock.now + Self.patience
    var receipt = ForgetReceipt(user: user, time: .now())
    // A swarm that is being copied has the memory still to come, and is soon one like any other.
    while try !attempt(&receipt, until: deadline) { FileSystem.pause(milliseconds: 50) }
    return receipt
  }

  /// Deletes what is held of a user now, and searches for what is left unless another attempt follows.
  ///
  /// - Returns: Whether none need follow.
  private func attempt(_ receipt: inout ForgetReceipt, until deadline: ContinuousClock.Instant)
    throws(SwarmError) -> Bool
  {
    let user = receipt.user
    let places = ForgetPlaces(layout: layout, user: user)
    var held: [StoreLock] = []
    defer { for lock in held.reversed() { lock.release() } }
    // In the order of the GUIDs, so that two that lock several never wait for each other.
    var swarms: Set<GUID> = []
    for place in try places.inSwarms() + places.inKept() + places.inVersions() + places.inStaging()
    {
      guard let swarm = place.swarm else { continue }
      // A call of a user who has no memory yet may be under way in one.
      if place.kind == .staging, try FileSystem.status(layout.swarm(swarm)) == nil { continue }
      swarms.insert(swarm)
    }
    for swarm in swarms.sorted() {
      held.append(try SwarmSwitch.lockShared(swarm, layout: layout, locks: locks))
      held.append(try StoreLocks(layout).namespace(swarm, .user(user), locks))
    }

    // A snapshot that is being made is in its place before anything is looked for.
    for swarm in swarms.sorted() {
      held.append(try StoreLocks(layout).changes(of: swarm, .shared, locks))
    }

    receipt.time = .now()
    try sweepStaging(places, locked: swarms, &receipt)
    // A swarm that came after the locks is not locked; the search reports what it holds.
    let found = try places.inSwarms() + places.inKept() + places.inVersions()
    try removePlaces(found.filter { $0.swarm.map(swarms.contains) ?? true }, &receipt)
    for item in receipt.items where item.place == .kept {
      if let swarm = item.swarm {
        FileSystem.removeFolderIfEmpty("\(layout.kept)/\(swarm)")
      }
    }
    for swarm in swarms { FileSystem.removeFolderIfEmpty(layout.versions(swarm)) }
    for lines in try CallHistory(layout: layout).forget(user) {
      var item = Self.item(lines)
      item.forgottenAt = .now()
      receipt.items.append(item)
    }
    receipt.names += try UserNames(layout: layout, locks: locks).forget(user)
    noteSeals(&receipt)
    let isOver =
      try (places.inSwarms() + places.inStaging()).isEmpty || ContinuousClock.now >= deadline
    if isOver { search(&receipt) }
    return isOver
  }

  /// Deletes the copies of operations that are dead; those of living ones are not the user's, or
  /// belong to a swarm that is just being removed, and the search will find them.
  private func sweepStaging(
    _ places: ForgetPlaces, locked: Set<GUID>, _ receipt: inout ForgetReceipt
  ) throws(SwarmError) {
    var items: [ForgetReceipt.Item] = []
    for place in try places.inStaging() { items += (try? self.items(place)) ?? [] }
    StagingFolder.sweep(layout)
    for swarm in locked { StagingFolder.removeCopies(layout, of: swarm, .user(places.user)) }
    // A run frees its lock a moment before its copy is gone.
    for _ in 0..<100 where try !places.inStaging().isEmpty {
      FileSystem.pause(milliseconds: 10)
      StagingFolder.sweep(layout)
    }
    for var item in items where try FileSystem.status(item.file) == nil {
      item.forgottenAt = .now()
      receipt.items.append(item)
    }
  }

  private func removePlaces(_ places: [ForgetPlaces.Place], _ receipt: inout ForgetReceipt)
    throws(SwarmError)
  {
    if places.isEmpty { return }
    let removal = try Removal(layout: layout)
    var items: [ForgetReceipt.Item] = []
    do throws(SwarmError) {
      for place in places {
        items += try self.items(place)
        try removal.moveAway(place.path)
      }
      try removal.sync()
    } catch {
      removal.undo()
      throw SwarmError(
        error.code, "nothing of user \(receipt.user) was deleted: \(error.message)",
        hint: error.hint, path: error.path, underlying: error.underlying, errno: error.errno)
    }
    let time = Timestamp.now()
    for index in items.indices { items[index].forgottenAt = time }
    receipt.items += items
    do throws(SwarmError) {
      try removal.finish()
    } catch {
      // Taken out of every swarm, but not deleted: the receipt must say so.
      receipt.remaining.append(
        ForgetReceipt.Remainder(
          path: removal.path,
          reason: "the bytes were taken out of the swarms, but could not be deleted: "
            + "\(error.message)\(error.underlying.map { " (\($0))" } ?? "")"))
    }
  }

  private func search(_ receipt: inout ForgetReceipt) {
    var search = ByteSearch(receipt.user)
    for place in [layout.root] + VolatileStaging.folders(of: layout) { search.search(place) }
    receipt.searchedFiles = search.files
    receipt.searchedBytes = search.bytes
    receipt.remaining += search.findings.map {
      ForgetReceipt.Remainder(path: $0.path, reason: $0.reason)
    }
  }
}
