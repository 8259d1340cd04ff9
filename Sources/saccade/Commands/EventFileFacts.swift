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
        let file = try EventFormatCatalogue.read(path, sensor: sensor)
        if !isTolerant { try Self.refuseBackwardTimes(in: file, path: path) }
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

    private static func refuseBackwardTimes(in file: EventFile, path: String) throws(FileFormatError) {
        let events = file.events
        guard let index = events.indices.dropFirst().first(where: { events[$0].timestamp < events[$0 - 1].timestamp })
        else { return }
        throw .damaged(
            path: path, offset: try offset(ofEvent: index, path: path),
            found: "event \(index) at \(events[index].timestamp) µs after one at \(events[index - 1].timestamp) µs",
            expected: "times that never run backwards",
            advice: "copy the file again, or read it as it is with --tolerant")
    }

    /// Where an event stands in a file of 5 bytes an event: overflow markers stand between them.
    private static func offset(ofEvent index: Int, path: String) throws(FileFormatError) -> Int {
        let bytes: Foundation.Data
        do {
            bytes = try Foundation.Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw .unreadable(path: path, reason: error.localizedDescription)
        }
        var seen = 0
        for offset in stride(from: 0, to: bytes.count - 1, by: NeuromorphicBin.recordSize)
        where bytes[offset + 1] != 240 {
            if seen == index { return offset }
            seen += 1
        }
        return bytes.count
    }
}
