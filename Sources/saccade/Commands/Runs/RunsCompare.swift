import ArgumentParser
import Configuration
import Foundation
import Messages
import RunStore
import Training

struct RunsCompare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare runs in a table: the settings that differ, and the results.",
        discussion: """
            Columns, which --sort and --columns take: name, preset, the keys of the settings that differ, and \
            \(RunMeasure.allCases.map(\.rawValue).joined(separator: ", ")).

            With --group-by, the runs of each group are listed below a line with their mean and half the 95 % \
            confidence interval: Student's t with n - 1 degrees of freedom over the n runs of the group. This is an \
            interval over seeds if the runs differ only in their seed, as with --group-by settings. If several runs \
            repeat the same settings and seed, only the latest counts; if some runs of a group have finished, \
            unfinished ones do not count. If the reference run is in the comparison too, with several seeds, \
            differences of a group are computed seed by seed.
            """)

    @Argument(
        help: ArgumentHelp("Run identifiers, prefixes of them, or names.", valueName: "run"),
        completion: .custom { _, _, _ in RunCompletion.all() })
    var runs: [String] = []
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Compare all runs that match this filter (see `runs list --help`), latest first.", valueName: "filter"))
    var filter: String?
    @Option(
        help: ArgumentHelp(
            "Group runs by: settings (all but the seed), preset, none, or the key of a setting.", valueName: "key"))
    var groupBy = RunTable.Grouping.none.key
    @Option(help: ArgumentHelp("Sort by this column, best first.", valueName: "column")) var sort: String?
    @Flag(help: "Reverse the order.") var reverse = false
    @Option(
        help: ArgumentHelp(
            "Columns to print, separated by commas; --json has all.", valueName: "columns"))
    var columns: String?
    @Option(
        help: ArgumentHelp(
            "Reference run for differences; default: the run pinned on the screens.", valueName: "run"),
        completion: .custom { _, _, _ in RunCompletion.all() })
    var reference: String?
    @Flag(help: "Print a JSON object.") var json = false

    func validate() throws {
        guard runs.isEmpty || filter == nil else { throw ValidationError("give either runs or --filter, not both") }
        guard runs.count > 1 || filter != nil else {
            throw ValidationError("give two or more runs, or select them with --filter")
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
                        ? "these are all the same run: a comparison needs two or more"
                        : "\(compared.count == 1 ? "one run matches" : "no run matches") the filter: a comparison needs "
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
            (isKnown ? "the runs do not differ in \(key ?? groupBy)" : "unknown setting '\(groupBy)'")
                + ": --group-by must be one of \(keys.joined(separator: ", "))"
                + (Choice.nearest(to: groupBy, among: keys) ?? ""), code: 64)
    }

    private func column(_ word: String, of table: RunTable) throws -> String {
        let keys = table.columns.map(\.key)
        if keys.contains(word) { return word }
        if let key = Choice.knob(word), keys.contains(key) { return key }
        throw CommandFailure(
            "there is no column '\(word)': known are \(keys.joined(separator: ", "))"
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
            try Output.line("n: runs counted; ±: half the 95 % confidence interval of their mean (Student's t)")
        }
        if let reference = table.reference {
            try Output.line("differences: percentage points relative to \(reference.name)")
        }
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
