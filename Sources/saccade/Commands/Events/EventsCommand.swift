import ArgumentParser
import FileFormats
import Foundation

/// Looks at files of events.
struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Inspect, slice, convert and play event files.",
        subcommands: [
            EventsInfoCommand.self, EventsFramesCommand.self, EventsConvertCommand.self, EventsPlayCommand.self,
            EventsFormatsCommand.self,
        ])
}

/// Lists the formats.
struct EventsFormatsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "formats", abstract: "List the event file formats that can be read and written.")

    @Flag(help: "Print JSON, an array of objects.") var json = false

    private struct Row: Encodable {
        var name: String
        var summary: String
        var endings: [String]
        var variants: [String]
    }

    func run() async throws {
        try await reportingFailures {
            let rows = EventFormatCatalogue.all.map {
                Row(name: $0.name, summary: $0.summary, endings: $0.endings, variants: $0.variants)
            }
            if json { return try JSON.print(rows) }
            var table = Table(["format", "extensions", "variants written", "description"])
            for row in rows {
                table.add([
                    row.name, row.endings.joined(separator: " "), row.variants.joined(separator: ", "), row.summary,
                ])
            }
            print(table.text)
        }
    }
}
