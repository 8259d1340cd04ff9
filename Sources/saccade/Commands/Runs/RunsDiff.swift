import ArgumentParser
import Configuration
import Foundation
import Messages
import RunStore
import Training

struct RunsDiff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Compare two runs, or a run with a preset: settings, edits and results.",
        discussion: "To compare more runs, use `saccade runs compare`.")

    @Argument(
        help: ArgumentHelp("A run, or preset:NAME.", valueName: "left"),
        completion: .custom { _, _, _ in RunCompletion.all() })
    var left: String
    @Argument(
        help: ArgumentHelp("A run, or preset:NAME.", valueName: "right"),
        completion: .custom { _, _, _ in RunCompletion.all() })
    var right: String
    @Flag(help: "Also list settings that are the same.") var all = false
    @Flag(help: "Print a JSON object.") var json = false

    func run() async throws {
        try await reportingFailures {
            let host = try Host(.reading)
            do {
                try ComparisonPrinter(showsAll: all, json: json).print(Self.side(left), Self.side(right), host)
            } catch RunStoreError.unknownRun(let reference, let near) {
                // A preset of that name is what was meant.
                guard (try? host.presets.load(reference)) != nil else {
                    throw RunStoreError.unknownRun(reference, near: near)
                }
                throw CommandFailure(
                    "there is no run '\(reference)', but a preset of that name: write preset:\(reference)"
                        + (near.isEmpty ? "" : "; similar runs: \(near.joined(separator: ", "))"), code: 64)
            }
        }
    }

    private static func side(_ text: String) -> ComparisonSide {
        let mark = "preset:"
        return text.hasPrefix(mark) ? .preset(String(text.dropFirst(mark.count))) : .run(text)
    }
}

/// Prints what differs between two sides.
struct ComparisonPrinter {
    var showsAll: Bool
    var json: Bool

    func print(_ left: ComparisonSide, _ right: ComparisonSide, _ host: Host) throws {
        let library = host.stored
        // Errors keep their kind, and with it the exit code.
        let comparison = Comparison(
            try library.subject(left), try library.subject(right), described: .shipped)
        if json { return try JSON.print(comparison) }
        let rows = showsAll ? comparison.knobs : comparison.changedKnobs
        var table = Table(["", comparison.leftTitle, comparison.rightTitle], rightAligned: [])
        for row in comparison.figures {
            table.add([row.title, Self.text(row.left, row.unit), Self.text(row.right, row.unit)])
        }
        for row in rows {
            table.add([row.key, Self.text(row.left, row.leftChanges), Self.text(row.right, row.rightChanges)])
        }
        try Output.line(table.text)
        if !showsAll {
            try Output.line(
                "same: \(comparison.knobs.count - comparison.changedKnobs.count) settings (--all shows them)")
        }
    }

    /// `3, 4 at step 610`.
    private static func text(_ value: KnobValue, _ changes: [Comparison.Change]) -> String {
        ([value.description.isEmpty ? "–" : value.description]
            + changes.map { "\($0.value) at step \($0.optimizerStep)" }).joined(separator: ", ")
    }

    private static func text(_ value: Double?, _ unit: Comparison.FigureRow.Unit) -> String {
        guard let value else { return "–" }
        switch unit {
        case .share: return percent(value)
        case .count: return String(Int(value))
        case .seconds: return String(format: "%.1f s", value)
        case .plain: return String(format: "%.4g", value)
        }
    }
}
