import Foundation

/// A file format of event recordings. To add one: a file with a conforming type, and its line in `EventFormatCatalogue`.
public protocol EventFormat: Sendable {
    /// As it is shown and chosen: short, lower case.
    var name: String { get }
    /// One line for people: whose format, which data sets.
    var summary: String { get }
    /// Whether a file is of this format, judged by its first bytes (up to 4,096) and, for formats without a mark, by its
    /// file name.
    func recognizes(prefix: [UInt8], name: String) -> Bool
    /// Reads all events.
    ///
    /// - Parameter sensor: The size of the sensor, if known: an event beyond it makes the file damaged.
    func read(path: String, sensor: SensorSize?) throws(FileFormatError) -> EventFile
}

/// All formats of event recordings; those with a mark in their first bytes come before those without.
public enum EventFormatCatalogue {
    public static let all: [any EventFormat] = [
        NeuromorphicBin()
    ]

    static let prefixLength = 4096

    /// - Throws: `FileFormatError.unrecognized`.
    public static func format(of path: String) throws(FileFormatError) -> any EventFormat {
        let prefix = try FileBytes.prefix(path, count: prefixLength)
        let name = (path as NSString).lastPathComponent
        if let format = all.first(where: { $0.recognizes(prefix: prefix, name: name) }) { return format }
        let found = prefix.prefix(12).map { String(format: "%02x", $0) }.joined(separator: " ")
        throw .unrecognized(
            path: path, found: prefix.isEmpty ? "an empty file" : "a file that begins with \(found)",
            known: all.map { "\($0.name) (\($0.summary))" })
    }

    /// Finds the format by the file's content and reads it.
    public static func read(_ path: String, sensor: SensorSize? = nil) throws(FileFormatError) -> EventFile {
        try format(of: path).read(path: path, sensor: sensor)
    }
}
