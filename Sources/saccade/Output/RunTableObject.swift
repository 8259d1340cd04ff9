import Configuration
import Messages

/// The table for `--json`.
struct RunTableObject: Encodable {
    struct Setting: Encodable {
        var start: KnobValue
        var last: KnobValue
        var changes: [Comparison.Change]

        init(_ course: RunOutcome.Course) { (start, last, changes) = (course.start, course.last, course.changes) }
    }

    struct Run: Encodable {
        var run: String
        var name: String
        var state: String
        var preset: String?
        var seed: Int
        var settings: [String: Setting]
        var results: [String: Double]
    }

    struct Group: Encodable {
        var title: String
        var count: Int
        var isOverSeeds: Bool
        var settings: [String: Setting]
        var means: [String: MeanInterval]
        var runs: [Run]
    }

    var columns: [String]
    var groupedBy: String
    var reference: String?
    var groups: [Group]

    init(_ table: RunTable, _ groups: [RunTable.Group], by grouping: RunTable.Grouping) {
        (columns, groupedBy, reference) = (table.columns.map(\.key), grouping.key, table.reference?.id)
        func settings(_ cells: [(String, RunTable.Cell)]) -> [String: Setting] {
            let settings = cells.compactMap { key, cell -> (String, Setting)? in
                if case .setting(let course) = cell { (key, Setting(course)) } else { nil }
            }
            return Dictionary(settings) { first, _ in first }
        }
        self.groups = groups.map { group in
            Group(
                title: group.title, count: group.count, isOverSeeds: group.isOverSeeds,
                settings: settings(group.common.map { ($0.key, $0.value) }), means: group.means,
                runs: group.rows.map { row in
                    let summary = row.run.summary
                    let cells = Array(zip(table.columns.map(\.key), row.cells))
                    let results = cells.compactMap { key, cell -> (String, Double)? in
                        if case .figure(let value, _) = cell { (key, value) } else { nil }
                    }
                    return Run(
                        run: summary.id, name: summary.name, state: summary.stateName, preset: summary.preset,
                        seed: summary.seed, settings: settings(cells),
                        results: Dictionary(results) { first, _ in first })
                })
        }
    }
}
