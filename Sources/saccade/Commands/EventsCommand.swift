import ArgumentParser
import Data
import FileFormats
import Foundation

/// Looks at files of events.
struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Look at a file of events.", subcommands: [Info.self])

    struct Info: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Facts about a file of events.",
            discussion: """
                A file that contradicts its format, holds events beyond --sensor, or whose times run backwards is damaged: \
                the exit code is 1.
                """)

        @Argument(help: "The file.") var file: String
        @Option(
            help: ArgumentHelp("Size of the sensor: an event beyond it makes the file damaged.", valueName: "WxH"),
            transform: Self.sensor)
        var sensor: SensorSize?
        @Flag(help: "Take times that run backwards as they are, with a note.") var tolerant = false
        @Flag(help: "Print a JSON object.") var json = false

        private static func sensor(_ text: String) throws -> SensorSize {
            let sides = text.split(omittingEmptySubsequences: false) { "x×".contains($0) }.map { Int($0) }
            guard sides.count == 2, let width = sides[0], let height = sides[1], width > 0, height > 0 else {
                throw ValidationError("'\(text)' is not a size: write width x height, as in 34x34")
            }
            return SensorSize(width: width, height: height)
        }

        func run() async throws {
            try await reportingFailures {
                let facts = try EventFileFacts(of: file, sensor: sensor, isTolerant: tolerant)
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
