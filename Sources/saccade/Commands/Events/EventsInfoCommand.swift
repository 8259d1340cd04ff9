import ArgumentParser
import Data
import FileFormats
import Foundation

/// Tells facts.
struct EventsInfoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Show the format, size and contents of an event file.",
        discussion: """
            A file that violates its format or holds events beyond its sensor is damaged: the exit code is 1. So is a \
            .bin file whose timestamps run backwards; for other formats that is reported as a note.
            """)

    @OptionGroup var options: EventFileOptions
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
        try await reportingFailures {
            let facts = try EventFileFacts(of: options)
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
