/// What the name in the folder of a lease says: who holds it, and how often it was renewed.
///
/// A lease expires by not being renewed for its term, measured by the clock of whoever waits: no clock of
/// another machine is ever looked at.
struct LeaseRecord: Equatable, Sendable {
  /// Tells this holding from every other one, also of the same process.
  let token: String
  /// The process that holds it.
  let owner: LeaseOwner
  /// How long it lasts without being renewed.
  let term: Duration
  /// How often it was renewed; every renewal changes the name.
  var renewals: Int = 0

  init(token: String, owner: LeaseOwner, term: Duration) {
    self.token = token
    self.owner = owner
    self.term = term
  }

  private static let separator = UInt8(ascii: ",")

  /// Reads a name, or `nil` where it is none of a record.
  init?(_ name: FilePath) {
    let fields = name.bytes.split(separator: Self.separator, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard fields.count == 7, let renewals = Int(fields[1]), let milliseconds = Int(fields[2]),
      let process = Int32(fields[3])
    else { return nil }
    token = fields[0]
    self.renewals = renewals
    // A term that another program made up must not keep anybody out for ever.
    term = .milliseconds(min(max(milliseconds, 100), 600_000))
    owner = LeaseOwner(
      machine: fields[5], host: fields[6], process: process, started: fields[4])
  }

  /// The name: what takes no part in it was taken out of the fields.
  var name: FilePath {
    let (seconds, attoseconds) = term.components
    let milliseconds = seconds &* 1000 &+ attoseconds / 1_000_000_000_000_000
    return FilePath(
      [
        token, "\(renewals)", "\(milliseconds)", "\(owner.process)", owner.started, owner.machine,
        owner.host,
      ].map(Self.plain).joined(separator: ","))
  }

  /// A field as it can be part of a name on any file system; SMB has no names that end in a full stop.
  private static func plain(_ field: String) -> String {
    String(
      field.unicodeScalars.prefix(64).map {
        $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "-")
          ? Character($0) : "_"
      })
  }
}
