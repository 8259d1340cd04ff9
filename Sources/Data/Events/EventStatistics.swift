import FileFormats

/// What can be said about a list of events at a glance.
public struct EventStatistics: Sendable, Hashable, Codable {
    public var count: Int
    public var on: Int
    public var off: Int
    /// Timestamp of the first event in file order, in microseconds; `nil` without events.
    public var first: Int64?
    public var last: Int64?
    public var largestX: Int?
    public var largestY: Int?
    /// SHA-256 of all events as rows (timestamp, x, y, polarity) of little-endian int64 in file order: two readers that
    /// agree on it agree on every event.
    public var canonicalHash: String

    public init(_ events: [Event]) {
        count = events.count
        on = events.reduce(0) { $0 + ($1.isOn ? 1 : 0) }
        off = events.count - on
        first = events.first?.timestamp
        last = events.last?.timestamp
        largestX = events.map { Int($0.x) }.max()
        largestY = events.map { Int($0.y) }.max()
        canonicalHash = Sha256.canonicalHash(of: events)
    }
}
