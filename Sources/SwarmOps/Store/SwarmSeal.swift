/// What says that a swarm is closed: its memory does not change any more.
///
/// The field `sealing` of a manifest, or a file `.sealed` in the swarm's folder, by whichever program
/// of this tree wrote it. A seal holds because everything that changes memory asks for it under a
/// lock (see ``ChangeGate``); the modes of the files are for other programs.
package struct SwarmSeal: Sendable, Equatable {
  /// `sealed` or `eternal`; `unknown` for a field in a form that says neither.
  package let status: String
  /// When it was sealed, as the manifest says it.
  package let sealedAt: String?
  /// Who sealed it, as the manifest says it.
  package let sealedBy: String?
  /// Why, such as `voluntary`.
  package let trigger: String?

  /// Whether it can never be opened again.
  package var isEternal: Bool { status == "eternal" }

  /// The manifest's field.
  static let field = "sealing"
  private static let closing = ["sealed", "eternal"]

  init(status: String, sealedAt: String? = nil, sealedBy: String? = nil, trigger: String? = nil) {
    self.status = status
    self.sealedAt = sealedAt
    self.sealedBy = sealedBy
    self.trigger = trigger
  }

  /// Reads the manifest's field.
  ///
  /// An object closes the swarm by its status alone. Any other form that says anything closes it
  /// too: memory that was meant to stay is worth more than a change that can be made later.
  ///
  /// - Parameter field: The field's value; `nil` comes of one that closes nothing.
  package init?(_ field: JSONValue?) {
    switch field {
    case nil, .null, .bool(false): return nil
    case .object(let object):
      if object.isEmpty { return nil }
      let status = object["status"]?.string
      if let status, !Self.closing.contains(status) { return nil }
      self.init(
        status: status ?? "unknown", sealedAt: object["sealed_at"]?.string,
        sealedBy: object["sealed_by"]?.string, trigger: object["trigger"]?.string)
    case .string(let text):
      if text.isEmpty { return nil }
      self.init(status: Self.closing.contains(text) ? text : "unknown")
    case .bool(true), .number, .array: self.init(status: "unknown")
    }
  }

  /// Reads the seal of a swarm.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - layout: The root.
  /// - Returns: The seal, or `nil` for an open swarm.
  /// - Throws: ``SwarmError/Code/badData`` where the manifest cannot be read within a second: other
  ///   programs write theirs in place.
  package static func of(_ swarm: GUID, layout: SwarmLayout) throws(SwarmError) -> SwarmSeal? {
    let layout = layout.live
    let mark =
      try FileSystem.status(layout.sealMark(swarm)) == nil ? nil : SwarmSeal(status: "sealed")
    // A damaged swarm can be told by its mark alone.
    if let status = FileSystem.statusFollowingLinks(layout.manifest(swarm)), status.kind != .file {
      return mark
    }
    for _ in 0..<100 {
      guard
        let bytes = try FileSystem.readIfPresent(
          layout.manifest(swarm), limit: SwarmManifest.sizeLimit)
      else { break }
      guard isWhole(bytes) else {
        FileSystem.pause(milliseconds: 10)
        continue
      }
      // Most manifests do not have the word: told without building their values.
      guard mayHoldField(bytes) else { return mark }
      if let manifest = try? JSONValue.parse(bytes, options: .allowNonFinite).object {
        return SwarmSeal(manifest[field]) ?? mark
      }
      FileSystem.pause(milliseconds: 10)
    }
    let manifest = try SwarmManifest.read(layout.manifest(swarm))
    return SwarmSeal(manifest.fields[field]) ?? mark
  }

  /// Whether the text may be a whole object, not the beginning of one that is being written.
  private static func isWhole(_ bytes: [UInt8]) -> Bool {
    bytes.last { $0 > 0x20 } == UInt8(ascii: "}")
  }

  /// Whether the field may be there; `false` is certain.
  private static func mayHoldField(_ bytes: [UInt8]) -> Bool {
    // A key may be written with escapes: then every letter hides in hexadecimal digits.
    let words: [StaticString] = ["sealing", "\\u00"]
    return bytes.withUnsafeBufferPointer { bytes in
      for word in words {
        let count = word.utf8CodeUnitCount
        guard bytes.count >= count else { continue }
        let start = word.utf8Start
        for place in 0...(bytes.count - count) where bytes[place] == start[0] {
          var index = 1
          while index < count, bytes[place + index] == start[index] { index += 1 }
          if index == count { return true }
        }
      }
      return false
    }
  }

  /// The error for a change of a swarm with this seal.
  ///
  /// - Parameter swarm: The swarm.
  /// - Returns: The error.
  func refusal(_ swarm: GUID) -> SwarmError {
    let when = sealedAt.map { " since \($0.shortened)" } ?? ""
    return SwarmError(
      .sealed,
      status == "eternal"
        ? "swarm \(swarm) is sealed for ever\(when); nothing was changed"
        : "swarm \(swarm) is sealed\(when); nothing was changed",
      hint: isEternal
        ? .run(.export("\(swarm)"), "takes a copy") : .run(.unseal("\(swarm)"), "opens it again"))
  }

  /// Refuses a swarm that is sealed.
  ///
  /// - Parameters:
  ///   - swarm: The swarm.
  ///   - layout: The root.
  /// - Throws: ``SwarmError/Code/sealed``.
  package static func check(_ swarm: GUID, layout: SwarmLayout) throws(SwarmError) {
    if let seal = try of(swarm, layout: layout) { throw seal.refusal(swarm) }
  }
}
