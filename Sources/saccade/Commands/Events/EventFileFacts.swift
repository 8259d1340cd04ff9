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
    /// Where width and height come from.
    var sensorOrigin: String
    var durationMicroseconds: Int64
    var canonicalSha256: String
    var overflowMarkers: Int
    /// What a tolerant reading left out: single events, and bytes behind the damage.
    var droppedEvents: Int
    var droppedBytes: Int
    var notes: [String]

    enum CodingKeys: String, CodingKey {
        case path, format, count, first, last, on, off, width, height, notes
        case sensorOrigin = "sensor_origin"
        case durationMicroseconds = "duration_us"
        case canonicalSha256 = "canonical_sha256"
        case overflowMarkers = "overflow_markers"
        case droppedEvents = "dropped_events"
        case droppedBytes = "dropped_bytes"
    }

    /// - Throws: `FileFormatError`: times that run backwards are damage, unless they are tolerated.
    init(of options: EventFileOptions) throws(FileFormatError) {
        let file = try options.read(refusesBackwardTimes: true)
        let statistics = EventStatistics(file.events)
        func row(_ event: Event?) -> [Int64]? {
            event.map { [$0.timestamp, Int64($0.x), Int64($0.y), Int64($0.polarity)] }
        }
        let guess = SensorGuess(file, options)
        path = options.file
        (format, count, on, off) = (file.format, statistics.count, statistics.on, statistics.off)
        (first, last) = (row(file.events.first), row(file.events.last))
        (width, height, sensorOrigin) = (guess.size.width, guess.size.height, guess.origin)
        // Times may run backwards.
        let (start, end) = (
            file.events.lazy.map(\.timestamp).min() ?? 0, file.events.lazy.map(\.timestamp).max() ?? 0
        )
        let (length, isTooLong) = end.subtractingReportingOverflow(start)
        durationMicroseconds = isTooLong ? .max : length
        canonicalSha256 = statistics.canonicalHash
        overflowMarkers = file.overflowMarkerCount
        (droppedEvents, droppedBytes) = (file.loss?.events ?? 0, file.loss?.bytes ?? 0)
        notes = file.notes + (guess.note.map { [$0] } ?? [])
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
        try container.encode(sensorOrigin, forKey: .sensorOrigin)
        try container.encode(durationMicroseconds, forKey: .durationMicroseconds)
        try container.encode(canonicalSha256, forKey: .canonicalSha256)
        try container.encode(overflowMarkers, forKey: .overflowMarkers)
        try container.encode(droppedEvents, forKey: .droppedEvents)
        try container.encode(droppedBytes, forKey: .droppedBytes)
        try container.encode(notes, forKey: .notes)
    }
}
