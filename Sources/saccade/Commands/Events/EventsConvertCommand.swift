import ArgumentParser
import FileFormats
import Foundation

/// Writes a recording in another format.
struct EventsConvertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert", abstract: "Convert a recording to another format.",
        discussion: """
            The extension of the new file chooses the format: .npz for numpy (t, x, y, p), .bin for N-MNIST's, or any \
            that `saccade events formats` lists. If the format cannot represent an event, the command fails; nothing \
            is rounded or cropped.
            """)

    @OptionGroup var options: EventFileOptions
    @Argument(help: "The new file.") var output: String
    @Option(
        help: "Format, if the extension does not determine it: \(EventFormatCatalogue.names.joined(separator: ", ")).")
    var format: String?
    @Option(help: "Variant of the format, where there are several; `saccade events formats` lists them.")
    var variant: String?
    @Flag(help: "Subtract the first timestamp from all, so that they fit formats with few bits.") var startAtZero =
        false
    @Flag(help: "Overwrite an existing file.") var force = false
    @Flag(help: "Print a JSON object.") var json = false

    private struct Report: Encodable {
        var path: String
        var output: String
        var format: String
        var variant: String
        var count: Int
        var bytes: Int
        var notes: [String]
    }

    func run() async throws {
        try await reportingFailures {
            let target = try target()
            let layout = variant ?? target.variants[0]
            guard target.variants.contains(layout) else {
                throw CommandFailure(
                    "the format \(target.name) has no variant '\(layout)': known are "
                        + target.variants.joined(separator: ", ")
                        + (Choice.nearest(to: layout, among: target.variants) ?? ""),
                    code: 64)
            }
            let file = try options.read()
            let guess = SensorGuess(file, options)
            var events = file.events
            if startAtZero, let first = events.map(\.timestamp).min() {
                for index in events.indices { events[index].timestamp &-= first }
            }
            let bytes = try target.encode(events, sensor: guess.size, variant: layout)
            try OutputFile.write(bytes, to: output, replaces: force)
            let report = Report(
                path: options.file, output: output, format: target.name, variant: layout, count: events.count,
                bytes: bytes.count, notes: file.notes + (Self.unitNote(bytes, output).map { [$0] } ?? []))
            if json { return try JSON.print(report) }
            print("\(output): \(report.count) events as \(target.name) (\(layout)), \(report.bytes) bytes")
            for note in report.notes { print("note  \(note)") }
        }
    }

    /// What people should know of a table whose times would be asked about: of few events in a format that says no unit.
    private static func unitNote(_ bytes: [UInt8], _ path: String) -> String? {
        guard bytes.count < 1 << 20 else { return nil }
        do throws(FileFormatError) {
            _ = try EventFormatCatalogue.decode(bytes, path: path, options: EventReadingOptions())
        } catch {
            guard case .unclearTable = error else { return nil }
            return
                "its timestamps are in µs, which cannot be detected from so few events: read it with --unit us"
        }
        return nil
    }

    private func target() throws -> any EventFormat {
        if let format {
            guard let found = EventFormatCatalogue.all.first(where: { $0.name == format }) else {
                throw CommandFailure(
                    "unknown format '\(format)': known are \(EventFormatCatalogue.names.joined(separator: ", "))"
                        + (Choice.nearest(to: format, among: EventFormatCatalogue.names) ?? ""), code: 64)
            }
            return found
        }
        guard let found = EventFormatCatalogue.format(ending: output) else {
            throw CommandFailure(
                "the extension of \(output) does not determine a format: choose one with --format "
                    + "\(EventFormatCatalogue.names.joined(separator: "|"))", code: 64)
        }
        return found
    }
}
