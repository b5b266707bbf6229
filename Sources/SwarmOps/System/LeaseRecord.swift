/// What the file of a lease says: who holds it, and how often it was renewed.
///
/// A lease expires by not being renewed for its term, measured by the clock of whoever waits: clocks of
/// different machines are never compared. The time in the file is for people.
struct LeaseRecord: Equatable {
  /// The bytes that every record has, so that one can be written over another in place.
  static let size = 512

  /// Tells this holding from every other one, also of the same process.
  let token: String
  /// The process that holds it.
  let owner: LeaseOwner
  /// How long it lasts without being renewed.
  let term: Duration
  /// How often it was renewed; every renewal changes the file.
  var renewals: Int = 0

  init(token: String, owner: LeaseOwner, term: Duration) {
    self.token = token
    self.owner = owner
    self.term = term
  }

  /// Reads a record, or `nil` where the bytes are none, such as those of a file just made.
  init?(_ bytes: [UInt8]) {
    guard let fields = (try? JSONValue.parse(bytes))?.object,
      let token = fields["token"]?.string, let machine = fields["machine"]?.string,
      let host = fields["host"]?.string, let process = fields["process"]?.int,
      let started = fields["started"]?.string, let term = fields["term_ms"]?.int,
      let renewals = fields["renewals"]?.int
    else { return nil }
    self.token = token
    owner = LeaseOwner(
      machine: machine, host: host, process: Int32(exactly: process) ?? 0, started: started)
    // A term that another program made up must not keep anybody out for ever.
    self.term = .milliseconds(min(max(term, 100), 600_000))
    self.renewals = renewals
  }

  /// The record as ``size`` bytes of JSON.
  var bytes: [UInt8] {
    let (seconds, attoseconds) = term.components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    let expiry = Timestamp(seconds: Timestamp.now().seconds + seconds)
    let object: JSONObject = [
      "schema": "swarmctl-lease/1", "token": .string(token), "machine": .string(owner.machine),
      "host": .string(Self.short(owner.host)),
      "process": .number(JSONNumber(Int(owner.process))), "started": .string(owner.started),
      "term_ms": .number(JSONNumber(Int(milliseconds))), "renewals": .number(JSONNumber(renewals)),
      "expires_at": .string(expiry.iso8601),
    ]
    var bytes = JSONValue.object(object).serialized()
    while bytes.count < Self.size - 1 { bytes.append(UInt8(ascii: " ")) }
    return bytes + [UInt8(ascii: "\n")]
  }

  /// A name that takes no more room in JSON than it has characters.
  private static func short(_ name: String) -> String {
    String(
      name.unicodeScalars.filter { $0.isASCII && $0.value > 32 && $0 != "\"" && $0 != "\\" }
        .prefix(64).map(Character.init))
  }
}
