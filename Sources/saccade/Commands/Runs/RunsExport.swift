import ArgumentParser
import Files
import Foundation
import Messages
import Plotting
import RunStore

struct RunsExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the plots of a run as CSV, JSON, PNG or SVG.",
        discussion: """
            The format is that of the flag, or of the ending of --output. Without --output text goes to standard output.
            """)

    enum Format: String, CaseIterable, EnumerableFlag {
        case csv, json, png, svg

        static func help(for value: Format) -> ArgumentHelp? {
            switch value {
            case .csv: "A line for every number that is drawn."
            case .json: "An object with every curve and edit."
            case .png: "A picture of pixels."
            case .svg: "A picture of vectors."
            }
        }
    }

    @OptionGroup var subject: RunArgument
    @Flag(exclusivity: .exclusive) var format: Format?
    @Option(name: .shortAndLong, help: ArgumentHelp("Where to write.", valueName: "file")) var output: String?
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "What to draw; may be repeated: \(RunFigure.Plot.allValueStrings.joined(separator: ", ")). All otherwise.",
            valueName: "plot"), completion: .list(RunFigure.Plot.allValueStrings), transform: RunFigure.Plot.parse)
    var plot: [RunFigure.Plot] = []
    @Option(
        name: .customLong("with"), parsing: .singleValue,
        help: ArgumentHelp("Another run, drawn as a ghost; may be repeated.", valueName: "run"),
        completion: .custom { _, _, _ in RunCompletion.all() })
    var others: [String] = []
    @Option(help: "Weight of what was before, 0 to below 1, in the smoothed curves.") var smooth = 0.0
    @Flag(help: "Loss on a linear axis.") var linear = false
    @Option(help: ArgumentHelp("Only these steps of the curves.", valueName: "FIRST-LAST"), transform: Self.steps)
    var steps: ClosedRange<Int>?
    @Flag(help: "Light on dark.") var dark = false
    @Option(help: ArgumentHelp("Size of a picture in points.", valueName: "WxH"), transform: Self.size)
    var size: Figure.Size?
    @Option(help: "Pixels a point of a PNG.") var scale = 2.0

    private static func size(_ text: String) throws -> Figure.Size {
        let sides = text.split(omittingEmptySubsequences: false) { "x×".contains($0) }.map { Double($0) }
        guard sides.count == 2, let width = sides[0], let height = sides[1], (50...10_000).contains(width),
            (50...10_000).contains(height)
        else { throw ValidationError("'\(text)' is not a size: write width x height, 50 to 10000 each, as in 800x500") }
        return Figure.Size(width: width, height: height)
    }

    private static func steps(_ text: String) throws -> ClosedRange<Int> {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else {
            throw ValidationError("'\(text)' is no stretch of steps: write the first and the last, as in 100-500")
        }
        return first...last
    }

    func validate() throws {
        guard (0..<1).contains(smooth) else { throw ValidationError("--smooth takes 0 to below 1, as in 0.9") }
        guard (0.1...8).contains(scale) else { throw ValidationError("--scale takes 0.1 to 8") }
        _ = try chosenFormat()
    }

    private func chosenFormat() throws -> Format {
        if let format { return format }
        guard let output else { throw ValidationError("say --csv, --json, --png or --svg, or write to a file") }
        guard let format = Format(rawValue: PathName(output).ending.lowercased()) else {
            throw ValidationError("'\(output)' does not end in .csv, .json, .png or .svg: say which with a flag")
        }
        return format
    }

    func run() async throws {
        try await reportingFailures {
            let host = try Host(.reading)
            let timeline = try host.stored.timeline(of: subject.run)
            let others = try host.stored.curves(of: others, series: [])
            let figure = try RunFigure(
                timeline: timeline, description: host.store.description, others: others, smoothing: smooth,
                isLinear: linear, steps: steps
            )
            .figure(plot.isEmpty ? RunFigure.Plot.shipped : plot, isStrict: !plot.isEmpty)
            let palette = dark ? FigurePalette.dark : .paper
            switch try chosenFormat() {
            case .csv: try write(Foundation.Data(figure.csv.visible.utf8))
            case .json:
                try write(
                    try JSON.data(try host.stored.curves(of: [timeline.detail.summary.id], series: []) + others))
            case .png: try write(try figure.png(size: size, scale: scale, palette: palette), isBinary: true)
            case .svg: try write(try figure.svg(size: size, palette: palette))
            }
        }
    }

    private func write(_ data: Foundation.Data, isBinary: Bool = false) throws {
        try OutputFile.write(data, to: output, replaces: true, isPicture: isBinary)
    }
}
