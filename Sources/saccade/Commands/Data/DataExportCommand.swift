import ArgumentParser
import Data
import Files
import Foundation
import Messages
import Plotting
import Screens

/// Writes what the data screen shows of a recording.
struct DataExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Export a recording's event images, event rates or static pair as CSV, PNG, SVG or text.",
        discussion: """
            Images are sliced and scaled as on the Data screen: all slices share one scale, which ends at the 99th \
            percentile. The format is given by a flag, or by the extension of --output (.csv, .png, .svg, .txt). \
            Without --output, text goes to standard output. --json describes what was written, with the slices and \
            their event counts.
            """)

    enum Format: String, CaseIterable, EnumerableFlag {
        case csv, png, svg, text

        static func help(for value: Format) -> ArgumentHelp? {
            switch value {
            case .csv: "Write CSV, one line per value."
            case .png: "Write a PNG image."
            case .svg: "Write an SVG image."
            case .text: "Draw with text characters (event images only)."
            }
        }
    }

    enum Subject: String, CaseIterable { case events, rates, pair }

    @OptionGroup var subject: SampleArgument
    @Option(
        help: "What to export: \(Subject.allCases.map(\.rawValue).joined(separator: ", ")).",
        completion: .list(Subject.allCases.map(\.rawValue)), transform: Choice.parse)
    var what = Subject.events
    @Option(help: "How events are drawn: \(RecordingShow.modes.joined(separator: ", ")).") var mode = "polarity"
    @Option(
        help: "How the recording is sliced: \(RecordingShow.slicings.joined(separator: ", ")); a window is N ms long.")
    var slicing = "time:12"
    @Option(help: "Number of one slice, from 1; default: all slices side by side.") var slice: Int?
    @Flag(help: "Mask hot pixels: those that fire whatever the camera sees.") var maskHotPixels = false
    @Flag(exclusivity: .exclusive) var format: Format?
    @Option(name: .shortAndLong, help: ArgumentHelp("Output file.", valueName: "file")) var output: String?
    @Option(help: "Pixels per point in a PNG.") var scale = 2.0
    @Option(name: .customLong("width"), help: "Width of a text drawing in characters.") var columns = 64
    @Flag(help: "Use a dark background.") var dark = false
    @Flag(help: "Overwrite an existing file.") var force = false
    @Flag(help: "Print a JSON object that describes the output.") var json = false

    /// In one picture.
    private static let largestSliceCount = 1024

    struct Report: Encodable {
        var dataSet: String
        var index: Int
        var name: String
        var className: String
        var what: String
        var mode: String
        var slicing: String
        var output: String?
        /// Width and height, and where they come from.
        var sensor: [Int]
        var sensorOrigin: String?
        /// As [x, y] on the sensor.
        var hotPixels: [[Int]]
        var masksHotPixels: Bool
        var slices: [RecordingShow.Slice]
    }

    func validate() throws {
        guard RecordingShow.modes.contains(mode) else {
            throw ValidationError(
                "--mode must be one of \(RecordingShow.modes.joined(separator: ", "))"
                    + (Choice.nearest(to: mode, among: RecordingShow.modes) ?? ""))
        }
        guard 0.1...8 ~= scale else { throw ValidationError("--scale must be 0.1 to 8") }
        guard 2...64 ~= columns else { throw ValidationError("--width must be 2 to 64") }
        if json, output == nil { return }
        let format = try chosenFormat()
        if format == .text, what != .events { throw ValidationError("only event images can be drawn as text") }
    }

    private func chosenFormat() throws -> Format {
        if let format { return format }
        guard let output else { throw ValidationError("choose --csv, --png, --svg or --text, or give --output") }
        let ending = PathName(output).ending.lowercased()
        guard let format = ending == "txt" ? .text : Format(rawValue: ending) else {
            throw ValidationError("'\(output)' does not end in .csv, .png, .svg or .txt: choose the format with a flag")
        }
        return format
    }

    func run() async throws {
        try await reportingFailures {
            let host = try Host(.reading, folders: subject.folders)
            let picture = try await subject.picture(host)
            let show = try RecordingShow.cut(
                picture, mode: mode, slicing: slicing, masksHotPixels: maskHotPixels)
            if let slice, !show.slices.contains(where: { $0.number == slice }) {
                throw CommandFailure(
                    "there is no slice \(slice): \(picture.name) has slices 1 to \(show.slices.count)", code: 64)
            }
            if what == .events, slice == nil, format != .csv, show.slices.count > Self.largestSliceCount {
                throw CommandFailure(
                    "\(show.slices.count) slices are more than the \(Self.largestSliceCount) that can be drawn: choose one with "
                        + "--slice, make fewer with --slicing, or use --csv", code: 64)
            }
            if output != nil || !json { try write(try content(show, picture)) }
            guard json else { return }
            try JSON.print(
                Report(
                    dataSet: subject.set, index: picture.reference.index, name: picture.name,
                    className: picture.className, what: what.rawValue, mode: mode, slicing: slicing, output: output,
                    sensor: [picture.width, picture.height], sensorOrigin: picture.sensorOrigin,
                    hotPixels: show.hotPixels, masksHotPixels: maskHotPixels, slices: show.slices))
        }
    }

    private func content(_ show: RecordingShow, _ picture: RecordingPicture) throws -> Foundation.Data {
        let format = try chosenFormat()
        if format == .text {
            let shown = slice.map { number in show.slices.filter { $0.number == number } } ?? show.slices
            let blocks = shown.compactMap { part -> String? in
                guard let text = show.text(slice: part.number, width: subject.table.width ?? columns) else {
                    return nil
                }
                let times = String(format: "%.3f to %.3f s", Double(part.start) / 1e6, Double(part.end) / 1e6)
                return "slice \(part.number), \(times), ON \(part.onCount), OFF \(part.offCount)\n\(text)\n"
            }
            return Foundation.Data(blocks.joined(separator: "\n").utf8)
        }
        let figure =
            switch what {
            case .events: slice.map { show.picture(slice: $0) } ?? show.sheet
            case .rates: show.rates
            case .pair: show.pair
            }
        guard let figure else {
            throw CommandFailure(
                what == .pair
                    ? "\(picture.name) has no readable static pair: \(picture.pairing)"
                    : "\(picture.name) has no events: nothing to draw")
        }
        let palette = dark ? FigurePalette.dark : .paper
        let size = what == .events && slice == nil ? show.sheetSize : nil
        switch format {
        case .png: return try figure.png(size: size, scale: scale, palette: palette)
        case .svg: return try figure.svg(size: size, palette: palette)
        default: return Foundation.Data(figure.csv.visible.utf8)
        }
    }

    private func write(_ data: Foundation.Data) throws {
        try OutputFile.write(data, to: output, replaces: force, isPicture: try chosenFormat() == .png)
    }
}
