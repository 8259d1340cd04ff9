import Data
import FileFormats
import Foundation

/// What `events info` tells of a file.
struct EventFileFacts: Encodable {
    var path: String
    var format: String
    var count: Int
    /// Time in µs, x, y, polarity; `nil` without events.
    var first: [Int64]?
    var last: [Int64]?
    var on: Int
    var off: Int
    var width: Int
    var height: Int
    var durationMicroseconds: Int64
    var canonicalSha256: String
    var overflowMarkers: Int
    var notes: [String]

    enum CodingKeys: String, CodingKey {
        case path, format, count, first, last, on, off, width, height, notes
        case durationMicroseconds = "duration_us"
        case canonicalSha256 = "canonical_sha256"
        case overflowMarkers = "overflow_markers"
    }

    /// - Parameter sensor: its size, if known.
    /// - Throws: `FileFormatError`: times that run backwards are damage, unless they are tolerated.
    init(of path: String, sensor: SensorSize?, isTolerant: Bool) throws(FileFormatError) {
        let file = try EventFormatCatalogue.read(
            path,
            options: EventReadingOptions(sensor: sensor, isTolerant: isTolerant, refusesBackwardTimes: !isTolerant))
        let statistics = EventStatistics(file.events)
        func row(_ event: Event?) -> [Int64]? {
            event.map { [$0.timestamp, Int64($0.x), Int64($0.y), Int64($0.polarity)] }
        }
        let (size, note) = Self.size(of: file, given: sensor, statistics)
        self.path = path
        (format, count, on, off) = (file.format, statistics.count, statistics.on, statistics.off)
        (first, last) = (row(file.events.first), row(file.events.last))
        (width, height) = (size.width, size.height)
        durationMicroseconds = (file.events.last?.timestamp ?? 0) - (file.events.first?.timestamp ?? 0)
        canonicalSha256 = statistics.canonicalHash
        overflowMarkers = file.overflowMarkerCount
        notes = file.notes + (note.map { [$0] } ?? [])
    }

    /// Without events `first` and `last` are null, not absent.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(path, forKey: .path)
        try container.encode(format, forKey: .format)
        try container.encode(count, forKey: .count)
        try container.encode(first, forKey: .first)
        try container.encode(last, forKey: .last)
        try container.encode(on, forKey: .on)
        try container.encode(off, forKey: .off)
        try container.encode(width, forKey: .width)
        try container.encode(height, forKey: .height)
        try container.encode(durationMicroseconds, forKey: .durationMicroseconds)
        try container.encode(canonicalSha256, forKey: .canonicalSha256)
        try container.encode(overflowMarkers, forKey: .overflowMarkers)
        try container.encode(notes, forKey: .notes)
    }

    /// The sensors of the data sets that are kept in formats without a size: N-MNIST, N-Caltech101.
    private static let usualSensors = [SensorSize(width: 34, height: 34), SensorSize(width: 240, height: 180)]

    /// The size, and where it comes from if nobody has said it.
    private static func size(
        of file: EventFile, given: SensorSize?, _ statistics: EventStatistics
    ) -> (SensorSize, note: String?) {
        if let known = given ?? file.declaredSensor { return (known, nil) }
        let extents = SensorSize(
            width: statistics.largestX.map { $0 + 1 } ?? 0, height: statistics.largestY.map { $0 + 1 } ?? 0)
        if let usual = usualSensors.first(where: { extents.width <= $0.width && extents.height <= $0.height }) {
            return (
                usual,
                "the format does not carry the sensor's size: \(usual) is the smallest usual one that holds all events; "
                    + "--sensor says it for certain"
            )
        }
        return (
            extents,
            "the format does not carry the sensor's size: \(extents) is what the events reach; "
                + "--sensor says it for certain"
        )
    }
}
