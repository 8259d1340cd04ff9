import ArgumentParser
import Files
import Foundation
import Messages
import Plotting
import RunStore

struct RunsExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Export a run: its plots as CSV, JSON, PNG or SVG, its records as JSON lines, or for TensorBoard.",
        discussion: """
            The format is given by a flag, or by the extension of --output. Without --output, text goes to standard \
            output. With --tensorboard, --output is a folder: it gets a folder named after the run, with an event file \
            of all curves, edits, notes, settings and the result. --jsonl writes an object a line for everything that was \
            recorded, each step with the values of its curves by their keys: pandas reads it with read_json(lines=True). \
            With --reference, --output is a folder: it gets summary.csv and args.yaml, as the code of the paper writes \
            them (epochs from 0, accuracies in percent, eval_ from the validation).
            """)

    enum Format: String, CaseIterable, EnumerableFlag {
        case csv, json, jsonl, png, svg, tensorboard, reference

        static func help(for value: Format) -> ArgumentHelp? {
            switch value {
            case .csv: "Write CSV, one line per value."
            case .json: "Write a JSON object with every curve and edit."
            case .jsonl: "Write JSON objects, one per line: every recorded step, epoch and event."
            case .png: "Write a PNG image."
            case .svg: "Write an SVG image."
            case .tensorboard: "Write an event file of TensorBoard."
            case .reference: "Write summary.csv and args.yaml, as the code of the paper does."
            }
        }
    }

    @OptionGroup var subject: RunArgument
    @Flag(exclusivity: .exclusive) var format: Format?
    @Option(name: .shortAndLong, help: ArgumentHelp("Output file.", valueName: "file")) var output: String?
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Plot to export; may be repeated: \(RunFigure.Plot.allValueStrings.joined(separator: ", ")). Default: all.",
            valueName: "plot"), completion: .list(RunFigure.Plot.allValueStrings), transform: RunFigure.Plot.parse)
    var plot: [RunFigure.Plot] = []
    @Option(
        name: .customLong("with"), parsing: .singleValue,
        help: ArgumentHelp("Another run to overlay faintly; may be repeated.", valueName: "run"),
        completion: .custom { _, _, _ in RunCompletion.all() })
    var others: [String] = []
    @Option(help: "Smoothing: weight of the exponential moving average, from 0 to below 1.") var smooth = 0.0
    @Flag(help: "Use a linear axis for the loss.") var linear = false
    @Option(help: ArgumentHelp("Export only these steps.", valueName: "FIRST-LAST"), transform: Self.steps)
    var steps: ClosedRange<Int>?
    @Flag(help: "Use a dark background.") var dark = false
    @Option(help: ArgumentHelp("Size of the image in points.", valueName: "WxH"), transform: Self.size)
    var size: Figure.Size?
    @Option(help: "Pixels per point in a PNG.") var scale = 2.0
    @Flag(help: "With --reference, overwrite existing files.") var force = false

    private static func size(_ text: String) throws -> Figure.Size {
        let sides = text.split(omittingEmptySubsequences: false) { "x×".contains($0) }.map { Double($0) }
        guard sides.count == 2, let width = sides[0], let height = sides[1], (50...10_000).contains(width),
            (50...10_000).contains(height)
        else { throw ValidationError("'\(text)' is not a size: write WIDTHxHEIGHT, 50 to 10000 each, as in 800x500") }
        return Figure.Size(width: width, height: height)
    }

    private static func steps(_ text: String) throws -> ClosedRange<Int> {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else {
            throw ValidationError("'\(text)' is not a range of steps: write FIRST-LAST, as in 100-500")
        }
        return first...last
    }

    func validate() throws {
        guard (0..<1).contains(smooth) else { throw ValidationError("--smooth must be from 0 to below 1, as in 0.9") }
        guard (0.1...8).contains(scale) else { throw ValidationError("--scale must be 0.1 to 8") }
        let format = try chosenFormat()
        guard [.tensorboard, .reference, .jsonl].contains(format) else { return }
        if format != .jsonl, OutputFile.isStandardOutput(output) {
            throw ValidationError("--\(format.rawValue) writes into a folder: give it with --output")
        }
        guard plot.isEmpty, others.isEmpty, steps == nil || format == .jsonl, smooth == 0 else {
            throw ValidationError(
                "--\(format.rawValue) exports the run as it is: it cannot be combined with --plot, --with or --smooth"
                    + (format == .jsonl ? "" : ", nor with --steps"))
        }
    }

    private func chosenFormat() throws -> Format {
        if let format { return format }
        guard let output else {
            throw ValidationError(
                "choose --csv, --json, --jsonl, --png, --svg, --tensorboard or --reference, or give --output")
        }
        guard let format = Format(rawValue: PathName(output).ending.lowercased()),
            format != .tensorboard, format != .reference
        else {
            throw ValidationError(
                "'\(output)' does not end in .csv, .json, .jsonl, .png or .svg: choose the format with a flag")
        }
        return format
    }

    func run() async throws {
        try await reportingFailures {
            let host = try Host(.reading)
            if try exportRecords(host) { return }
            let timeline = try host.stored.timeline(of: subject.run)
            let others = try host.stored.curves(of: others, series: [])
            let description = host.description(of: timeline.detail.summary.id)
            let figure = try RunFigure(
                timeline: timeline, description: description, others: others, smoothing: smooth,
                isLinear: linear, steps: steps
            )
            .figure(
                plot.isEmpty
                    ? RunFigure.Plot.all(description)
                        + RunFigure.Plot.others(timeline.detail.metrics, description) : plot,
                isStrict: !plot.isEmpty)
            let palette = dark ? FigurePalette.dark : .paper
            switch try chosenFormat() {
            case .csv: try write(Foundation.Data(figure.csv.visible.utf8))
            case .json:
                try write(
                    try JSON.data(try host.stored.curves(of: [timeline.detail.summary.id], series: []) + others))
            case .png: try write(try figure.png(size: size, scale: scale, palette: palette), isBinary: true)
            case .svg: try write(try figure.svg(size: size, palette: palette))
            case .tensorboard, .reference, .jsonl: break
            }
        }
    }

    /// What is no picture of the curves.
    ///
    /// - Returns: whether that was asked for.
    private func exportRecords(_ host: Host) throws -> Bool {
        let format = try chosenFormat()
        guard [.tensorboard, .reference, .jsonl].contains(format) else { return false }
        let history = try host.stored.history(of: subject.run)
        if format == .jsonl {
            try RunRecords(history, run: subject.run, steps: steps).write(to: output)
            return true
        }
        let folder = URL(fileURLWithPath: PathName(output ?? "").expandingTilde()).standardizedFileURL.path
        if format == .tensorboard {
            try Output.line(TensorBoardExport(store: history, run: subject.run).write(to: folder))
        } else {
            let export = ReferenceExport(store: history, run: subject.run)
            for file in try export.write(to: folder, replaces: force) { try Output.line(file) }
        }
        return true
    }

    private func write(_ data: Foundation.Data, isBinary: Bool = false) throws {
        try OutputFile.write(data, to: output, replaces: true, isPicture: isBinary)
    }
}
