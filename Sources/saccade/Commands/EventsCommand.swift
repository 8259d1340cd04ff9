import ArgumentParser
import Data
import FileFormats
import Foundation

/// Looks at files of events.
struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Look at a file of events.", subcommands: [Info.self])

    struct Info: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Facts about a file of events.")

        @Argument(help: "The file.") var file: String
        @Flag(help: "Print a JSON object.") var json = false

        struct Facts: Encodable {
            var path: String
            var format: String
            var count: Int
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
        }

        func run() async throws {
            try await reportingFailures {
                let facts = try Self.facts(of: file)
                if json { return try JSON.print(facts) }
                print("\(facts.path): \(facts.format)")
                print("events    \(facts.count)  (\(facts.on) ON, \(facts.off) OFF)")
                print("size      \(facts.width)×\(facts.height)")
                print("duration  \(Double(facts.durationMicroseconds) / 1000) ms")
                if let first = facts.first, let last = facts.last {
                    print("first     t \(first[0]) µs, x \(first[1]), y \(first[2]), \(first[3] == 1 ? "ON" : "OFF")")
                    print("last      t \(last[0]) µs, x \(last[1]), y \(last[2]), \(last[3] == 1 ? "ON" : "OFF")")
                }
                print("sha-256   \(facts.canonicalSha256)")
                for note in facts.notes { print("note      \(note)") }
            }
        }
    }
}

extension EventsCommand.Info {
    /// - Throws: `FileFormatError`.
    static func facts(of path: String) throws -> Facts {
        let file = try EventFormatCatalogue.read(path)
        let statistics = EventStatistics(file.events)
        func row(_ event: Event?) -> [Int64]? {
            event.map { [$0.timestamp, Int64($0.x), Int64($0.y), Int64($0.polarity)] }
        }
        return Facts(
            path: path, format: file.format, count: statistics.count, first: row(file.events.first),
            last: row(file.events.last), on: statistics.on, off: statistics.off,
            width: file.declaredSensor?.width ?? statistics.largestX.map { $0 + 1 } ?? 0,
            height: file.declaredSensor?.height ?? statistics.largestY.map { $0 + 1 } ?? 0,
            durationMicroseconds: (file.events.last?.timestamp ?? 0) - (file.events.first?.timestamp ?? 0),
            canonicalSha256: statistics.canonicalHash, overflowMarkers: file.overflowMarkerCount, notes: file.notes)
    }
}
