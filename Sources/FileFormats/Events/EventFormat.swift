import Files
import Foundation

/// A file format of event recordings. To add one: a file with a conforming type, and its line in `EventFormatCatalogue`.
///
/// Reading and writing are pure functions of bytes, so that every format is tested, damaged and measured alike.
public protocol EventFormat: Sendable {
    /// As it is shown and chosen: short, lower case.
    var name: String { get }
    /// One line for people: whose format, which data sets.
    var summary: String { get }
    /// Endings of file names, with the dot; the first is the one to write.
    var endings: [String] { get }
    /// Ways to lay the same events out, such as compressions; the first is the usual one.
    var variants: [String] { get }
    /// Whether a file is of this format, judged by its first bytes (up to 4,096) and, for formats without a mark, by its
    /// file name.
    func recognizes(prefix: [UInt8], name: String) -> Bool
    /// All events in `bytes`.
    ///
    /// - Parameter path: for messages.
    /// - Throws: `FileFormatError`. A tolerant reading throws only where not even the beginning can be understood.
    func decode(_ bytes: [UInt8], path: String, options: EventReadingOptions) throws(FileFormatError) -> EventFile
    /// The bytes of a file that holds these events.
    ///
    /// - Parameter variant: one of `variants`.
    /// - Throws: `FileFormatError.unsuitable` if the format cannot hold one of the events.
    func encode(_ events: [Event], sensor: SensorSize, variant: String) throws(FileFormatError) -> [UInt8]
}

extension EventFormat {
    public var variants: [String] { ["plain"] }

    public func encode(_ events: [Event], sensor: SensorSize) throws(FileFormatError) -> [UInt8] {
        try encode(events, sensor: sensor, variant: variants[0])
    }

    /// - Throws: `FileFormatError.unsuitable` if an event does not lie within these bounds.
    func check(
        _ events: [Event], columns: Int, rows: Int, times: ClosedRange<Int64>
    ) throws(FileFormatError) {
        for (index, event) in events.enumerated()
        where Int(event.x) >= columns || Int(event.y) >= rows || !times.contains(event.timestamp) {
            throw .unsuitable(
                format: name,
                found: "event \(index) at x = \(event.x), y = \(event.y), \(event.timestamp) µs",
                expected: "x below \(columns), y below \(rows) and times of \(times.lowerBound)…\(times.upperBound) µs")
        }
    }
}

/// All formats of event recordings; those with a mark in their first bytes come before those without.
public enum EventFormatCatalogue {
    public static let all: [any EventFormat] = [
        Aedat4(),
        Aedat3(),
        Aedat2(),
        Evt3(),
        Evt21(),
        Evt2(),
        Dat(),
        Npz(),
        Npy(),
        Hdf5(),
        Mat(),
        CommaSeparated(),
        NeuromorphicBin(),
    ]

    static let prefixLength = 4096

    /// Endings of files that may hold tables, of which nothing may tell columns and unit; without the dot, lower case.
    public static let tableEndings = Set(
        ([CommaSeparated(), Npy(), Npz(), Mat(), Hdf5()] as [any EventFormat]).flatMap(\.endings).map { $0.dropFirst() }
            .map(String.init))

    public static var names: [String] { all.map(\.name) }

    /// The format of a file that lies on the disk.
    ///
    /// - Throws: `FileFormatError.unrecognized`.
    public static func format(of path: String) throws(FileFormatError) -> any EventFormat {
        try format(of: try FileBytes.prefix(path, count: prefixLength), path: path)
    }

    /// The format to write a file in, by the ending of its name; `nil` if no format has it.
    public static func format(ending path: String) -> (any EventFormat)? {
        let path = path.lowercased()
        return all.first { format in format.endings.contains { path.hasSuffix($0) } }
    }

    static func format(of bytes: [UInt8], path: String) throws(FileFormatError) -> any EventFormat {
        let prefix = Array(bytes.prefix(prefixLength))
        let name = PathName(path).name
        try UnfetchedFile.refuse(prefix, path: path, expected: "an event recording")
        if let format = all.first(where: { $0.recognizes(prefix: prefix, name: name) }) { return format }
        try OtherRecordings.refuse(prefix, path: path)
        let found = prefix.prefix(12).map { String(format: "%02x", $0) }.joined(separator: " ")
        throw .unrecognized(
            path: path, found: prefix.isEmpty ? "an empty file" : "a file that begins with \(found)",
            known: names)
    }

    /// Finds the format by the file's content and reads it.
    public static func read(
        _ path: String, options: EventReadingOptions
    ) throws(FileFormatError) -> EventFile {
        try decode(try FileBytes.read(path), path: path, options: options)
    }

    /// As `read(_:options:)`, strict.
    public static func read(_ path: String, sensor: SensorSize? = nil) throws(FileFormatError) -> EventFile {
        try read(path, options: EventReadingOptions(sensor: sensor))
    }

    /// As `read(_:options:)`, of bytes in memory.
    public static func decode(
        _ bytes: [UInt8], path: String, options: EventReadingOptions
    ) throws(FileFormatError) -> EventFile {
        var file = try format(of: bytes, path: path).decode(bytes, path: path, options: options)
        if let said = file.declaredSensor, SensorSize(checked: said.width, said.height) == nil {
            file.declaredSensor = nil
            file.notes.append(
                "the file gives a sensor of \(said), which is ignored: the limit is \(SensorSize.largestSide) pixels a side"
            )
        }
        if options.sensor == nil, file.declaredSensor == nil {
            try StrayEvents.check(&file, path: path, isTolerant: options.isTolerant)
        }
        return file
    }
}
