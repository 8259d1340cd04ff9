import ArgumentParser
import Configuration
import Foundation
import Messages
import RunStore
import Training

struct RunsCompare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Set many runs side by side: the settings in which they differ, and what came of each.",
        discussion: """
            Columns, by which --sort sorts: name, preset, the keys of the settings that differ, and \
            \(RunMeasure.allCases.map(\.rawValue).joined(separator: ", ")).

            With --group-by the runs of a group stand below a line with their means and half the 95 % interval: Student's t \
            with n - 1 degrees of freedom over the group's n runs. That is an interval over seeds where they differ in \
            nothing else, as with --group-by settings. Of runs that repeat another with the same seed the latest counts; \
            where some have finished, those that have not do not count. Differences of a group are seed by seed where the \
            reference is compared too, with several seeds.
            """)

    @Argument(
        help: ArgumentHelp("Runs: identifiers, their beginnings, or names.", valueName: "run"),
        completion: .custom { _, _, _ in RunCompletion.all() })
    var runs: [String] = []
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("All runs that match, as `runs list --filter` takes it, latest first.", valueName: "filter"))
    var filter: String?
    @Option(
        help: ArgumentHelp(
            "Put runs together: settings (all but the seed), preset, none, or the key of a setting.", valueName: "key"))
    var groupBy = RunTable.Grouping.none.key
    @Option(help: ArgumentHelp("What is best in this column comes first.", valueName: "column")) var sort: String?
    @Flag(help: "The other way round.") var reverse = false
    @Option(
        help: ArgumentHelp(
            "Columns to print, with commas between; --json has all.", valueName: "columns"))
    var columns: String?
    @Option(
        help: ArgumentHelp(
            "The run that differences are to; else the one that is pinned on the screens.", valueName: "run"),
        completion: .custom { _, _, _ in RunCompletion.all() })
    var reference: String?
    @Flag(help: "Print a JSON object.") var json = false

    func validate() throws {
        guard runs.isEmpty || filter == nil else { throw ValidationError("name runs, or give --filter; not both") }
        guard runs.count > 1 || filter != nil else {
            throw ValidationError("name two or more runs, or choose them with --filter")
        }
    }

    func run() async throws {
        try await reportingFailures {
            let host = try Host(.reading)
            let all = try host.stored.listedRuns()
            let compared = try outcomes(host.stored, among: all)
            guard compared.count > 1 else {
                throw CommandFailure(
                    filter == nil
                        ? "these are one and the same run: a comparison takes two or more"
                        : "\(compared.count == 1 ? "one run matches" : "no run matches") the filter: a comparison takes "
                            + "two or more", code: filter == nil ? 64 : 1)
            }
            let pinned =
                try reference.map { try host.stored.history(of: $0).outcome(of: $0).summary }
                ?? host.pinnedRun(among: all)
            let table = RunTable(compared, reference: pinned, described: .shipped)
            let groups = table.groups(
                by: try grouping(table), sortedBy: try sort.map { try column($0, of: table) }, isReversed: reverse)
            if json { return try JSON.print(RunTableObject(table, groups, by: try grouping(table))) }
            let chosen = try columns.map { try $0.split(separator: ",").map { try column(String($0), of: table) } }
            try print(table, groups, table.columns.filter { chosen?.contains($0.key) ?? $0.isUsual })
        }
    }

    private func outcomes(_ library: StoredLibrary, among all: [RunSummary]) throws -> [RunOutcome] {
        if let filter {
            let filter = try RunFilter(filter)
            return try library.outcomes(of: all.filter { filter.matches($0) }.map(\.id))
        }
        var seen: Set<String> = []
        return try runs.map { try library.history(of: $0).outcome(of: $0) }.filter {
            seen.insert($0.summary.id).inserted
        }
    }

    /// - Throws: `CommandFailure` that names the settings in which the runs differ.
    private func grouping(_ table: RunTable) throws -> RunTable.Grouping {
        let key = Choice.knob(groupBy)
        if let grouping = table.grouping(groupBy) ?? key.flatMap(table.grouping) { return grouping }
        let isKnown = groupBy == RunTable.Grouping.preset.key || key.map { $0.hasSuffix(groupBy) } ?? false
        let keys = table.groupings.map(\.key)
        throw CommandFailure(
            (isKnown ? "the runs do not differ in \(key ?? groupBy)" : "nothing is called '\(groupBy)'")
                + ": --group-by takes one of \(keys.joined(separator: ", "))"
                + (Choice.nearest(to: groupBy, among: keys) ?? ""), code: 64)
    }

    private func column(_ word: String, of table: RunTable) throws -> String {
        let keys = table.columns.map(\.key)
        if keys.contains(word) { return word }
        if let key = Choice.knob(word), keys.contains(key) { return key }
        throw CommandFailure(
            "there is no column '\(word)': there are \(keys.joined(separator: ", "))"
                + (Choice.nearest(to: word, among: keys) ?? ""), code: 64)
    }

    // MARK: As text

    private func print(_ table: RunTable, _ groups: [RunTable.Group], _ columns: [RunTableColumn]) throws {
        let columns = columns.contains(.name) ? columns : [.name] + columns
        let isRight = columns.indices.filter { if case .result = columns[$0] { true } else { false } }
        let places = columns.compactMap { table.index(of: $0.key) }
        let isGrouped = groups.contains { !$0.title.isEmpty }
        var text = Table(columns.map(\.key), rightAligned: Set(isRight))
        for group in groups {
            if isGrouped { text.add(columns.map { Self.text(of: group, $0) }) }
            for row in group.rows {
                var cells = places.map { Self.text(row.cells[$0]) }
                if isGrouped { cells[0] = "  " + cells[0] }
                text.add(cells)
            }
        }
        try Output.line(text.text)
        if isGrouped {
            try Output.line("n: runs that count; ±: half the 95 % interval of their mean (Student's t)")
        }
        if let reference = table.reference { try Output.line("differences in percentage points to \(reference.name)") }
    }

    private static func text(of group: RunTable.Group, _ column: RunTableColumn) -> String {
        switch column {
        // What they have in common stands in the columns.
        case .name: "n \(group.count)"
        case .preset, .setting: group.common[column.key].map(text) ?? ""
        case .result(let measure):
            group.means[measure.rawValue].map { mean in
                text(mean.mean, measure.unit)
                    + (measure.hasInterval ? mean.halfWidth.map { " ±" + width($0, measure.unit) } ?? "" : "")
            } ?? "–"
        }
    }

    private static func text(_ cell: RunTable.Cell) -> String {
        switch cell {
        case .none: "–"
        case .text(let text): text
        case .setting(let course): course.text
        case .figure(let value, let unit): text(value, unit)
        }
    }

    private static func text(_ value: Double, _ unit: RunMeasure.Unit) -> String {
        switch unit {
        case .share: percent(value)
        case .points: OutcomeDifference.points(value)
        case .count: value == value.rounded() ? String(format: "%.0f", value) : String(format: "%.1f", value)
        case .seconds: String(format: "%.1f s", value)
        case .plain: String(format: "%.4g", value)
        }
    }

    /// Half an interval, without the unit that stands before it.
    private static func width(_ value: Double, _ unit: RunMeasure.Unit) -> String {
        switch unit {
        case .share, .points: String(format: "%.1f", value * 100)
        case .count, .seconds, .plain: String(format: "%.2g", value)
        }
    }
}
