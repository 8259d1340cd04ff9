import Configuration
import Messages

/// How the table of compared runs is shown; kept between two visits.
struct RunTableLayout: Sendable, Hashable, Codable {
    /// Key of a `RunTable.Grouping`.
    var grouping = RunTable.Grouping.none.key
    /// Key of the column by which it is sorted; `nil` leaves the order of marking.
    var sort: String?
    var isReversed = false
    /// By key: columns that a person has hidden, or shown where they usually are not.
    var columns: [String: Bool] = [:]

    init() {}

    /// What an older program has not kept is as usual.
    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        grouping = try values.decodeIfPresent(String.self, forKey: .grouping) ?? grouping
        sort = try values.decodeIfPresent(String.self, forKey: .sort)
        isReversed = try values.decodeIfPresent(Bool.self, forKey: .isReversed) ?? isReversed
        columns = try values.decodeIfPresent([String: Bool].self, forKey: .columns) ?? columns
    }

    func shows(_ column: RunTableColumn) -> Bool { columns[column.key] ?? column.isUsual }

    mutating func toggle(_ column: RunTableColumn) {
        let shown = !shows(column)
        columns[column.key] = shown == column.isUsual ? nil : shown
    }

    /// Sorts by a column; by the same one again the other way round.
    mutating func sort(by key: String) { (sort, isReversed) = (key, sort == key && !isReversed) }
}

/// The table of compared runs: what has been read of them, and where the cursor stands.
struct RunTableState: Sendable {
    var layout = RunTableLayout()
    var cursor = ListCursor()
    /// Columns that are scrolled out at the left, behind the names.
    var firstColumn = 0
    /// What has been read of runs, by identifier.
    fileprivate(set) var outcomes: [String: RunOutcome] = [:]
    /// `nil` before the runs have been read.
    fileprivate(set) var content: RunTable?

    /// The grouping that is wanted, if these runs can be grouped so.
    var grouping: RunTable.Grouping { content?.grouping(layout.grouping) ?? .none }

    /// Those that are shown, the name first.
    var columns: [RunTableColumn] { content?.columns.filter { $0 == .name || layout.shows($0) } ?? [] }

    /// The column that sorts, if it is among these.
    var sort: RunTableColumn? { columns.first { $0.key == layout.sort } }

    /// A line of the table.
    enum Line { case group(RunTable.Group), run(RunTable.Row) }

    var lines: [Line] {
        guard let content else { return [] }
        return content.groups(by: grouping, sortedBy: sort?.key, isReversed: layout.isReversed).flatMap { group in
            (grouping == .none ? [] : [Line.group(group)]) + group.rows.map { .run($0) }
        }
    }

    /// The run under the cursor; of a group the first.
    var chosen: RunSummary? {
        let lines = lines
        guard let index = cursor.index(in: lines.count) else { return nil }
        switch lines[index] {
        case .run(let row): return row.run.summary
        case .group(let group): return group.rows.first?.run.summary
        }
    }
}

extension RunsState {
    /// Whether the table of all marked runs is shown.
    var showsTable: Bool { isComparing && !showsPair }

    /// What is drawn of the marked runs: those that were marked last.
    var drawnMarks: [String] { Array(marked.suffix(Self.drawnLimit)) }

    /// Compares all marked runs; pressed again the last two side by side, and again all of them.
    mutating func compare(_ shared: inout Shared) -> [Wish] {
        guard marked.count >= 2 else {
            shared.say("mark two or more runs with space first", .warning)
            return []
        }
        if isComparing, presetComparison == nil {
            showsPair.toggle()
        } else {
            (isComparing, presetComparison, showsPair) = (true, nil, false)
        }
        (detailScroll, isZoomed) = (0, false)
        focus = showsTable ? .table : .runs
        return comparisonRequests
    }

    /// What is read of the runs that are compared.
    var comparisonRequests: [Wish] {
        isComparing ? [.ask(.outcomes(runs: marked))] + comparedRuns.map { .ask(.run($0)) } : []
    }

    /// Marks what the list shows, as far as it is not; if all of it is, none.
    mutating func markAll(_ shared: inout Shared) {
        let shown = shown(shared).filter { $0.problem == nil }.map(\.id)
        let isAll = shown.allSatisfy(marked.contains)
        if isAll {
            marked.removeAll { shown.contains($0) }
        } else {
            marked = (marked.filter { !shown.contains($0) } + shown.reversed()).suffix(Self.markLimit)
        }
        if marked.count < 2 { isComparing = false }
        shared.say(isAll ? "no runs marked" : "\(marked.count) runs marked: d compares them")
    }

    /// Pins the run as that which others are compared with, or lets it go.
    mutating func pin(_ shared: inout Shared) {
        guard let run = subject(&shared) else { return }
        guard run.problem == nil else {
            shared.say("\(run.id) is damaged and cannot be the reference run", .warning)
            return
        }
        let isPinned = shared.pinned == run.id
        shared.pinned = isPinned ? nil : run.id
        shared.say(isPinned ? "\(run.name) unpinned" : "★ \(run.name) pinned as the reference run", .good)
        renewTable(shared)
    }

    mutating func groupTable(_ shared: inout Shared) {
        guard let content = table.content else { return }
        let keepsRun = table.chosen?.id
        let grouping = content.groupings.after(table.grouping)
        table.layout.grouping = grouping.key
        chooseInTable(keepsRun)
        let words =
            switch grouping {
            case .none: "not grouped"
            case .settings: "grouped by all settings but the seed: mean ± half the 95 % interval over seeds"
            case .preset: "grouped by preset: mean ± half the 95 % interval"
            case .setting(let key): "grouped by \(description.title(of: key)): mean ± half the 95 % interval"
            }
        shared.say(words)
    }

    mutating func sortTable(_ shared: inout Shared, reversing: Bool) {
        let keepsRun = table.chosen?.id
        if reversing {
            table.layout.isReversed.toggle()
        } else {
            let keys = [nil] + table.columns.map { Optional($0.key) }
            let place = keys.firstIndex(of: table.sort?.key) ?? 0
            (table.layout.sort, table.layout.isReversed) = (keys[(place + 1) % keys.count], false)
        }
        chooseInTable(keepsRun)
        shared.say("sorted by \(table.sort?.title(description) ?? "marking order")")
    }

    /// The cursor stays on its run while the order changes.
    private mutating func chooseInTable(_ run: String?) {
        let place = table.lines.firstIndex { line in
            if case .run(let row) = line { row.run.summary.id == run } else { false }
        }
        if let place { table.cursor.select(place) }
    }

    mutating func moveInTable(_ action: Action) {
        switch action {
        case .left: table.firstColumn = max(0, table.firstColumn - 1)
        case .right: table.firstColumn = min(max(0, table.columns.count - 2), table.firstColumn + 1)
        case .farLeft: table.firstColumn = 0
        case .farRight: table.firstColumn = max(0, table.columns.count - 2)
        default: _ = table.cursor.move(action, in: table.lines.count)
        }
    }

    /// The list stands on the run then.
    mutating func openFromTable(_ shared: inout Shared) -> [Wish] {
        guard let run = table.chosen else { return [] }
        cursor.filter = ""
        if let index = shown(shared).firstIndex(where: { $0.id == run.id }) { cursor.select(index) }
        (isComparing, focus) = (false, .runs)
        open(run.id)
        return [.ask(.run(run.id))]
    }

    mutating func takeOutOfTable(_ shared: inout Shared) -> [Wish] {
        guard let run = table.chosen else { return [] }
        marked.removeAll { $0 == run.id }
        if marked.count < 2 { isComparing = false }
        renewTable(shared)
        return []
    }

    // MARK: Columns

    /// Every column of the comparison, to show and to hide.
    func columnChooser(_ chosen: String? = nil) -> Chooser {
        let columns = (table.content?.columns ?? []).filter { $0 != .name }
        var chooser = Chooser(
            title: "Columns of the comparison",
            entries: columns.map { column in
                let note =
                    switch column {
                    case .name, .preset: "preset the run was begun with"
                    case .setting(let key): key
                    case .result(let figure): figure.help
                    }
                return Chooser.Entry(
                    title: (table.layout.shows(column) ? "● " : "○ ") + column.title(description), note: note,
                    intent: .toggleColumn(column.key))
            })
        chooser.footnote = "Enter shows or hides a column, Esc closes."
        if let place = columns.firstIndex(where: { $0.key == chosen }) { chooser.cursor.select(place) }
        return chooser
    }

    mutating func toggleColumn(_ key: String) -> [Wish] {
        guard let column = table.content?.columns.first(where: { $0.key == key }) else { return [] }
        table.layout.toggle(column)
        table.firstColumn = 0
        return [.dialog(.chooser(columnChooser(key)))]
    }

    // MARK: Answers

    mutating func take(_ outcomes: [RunOutcome], _ shared: Shared) {
        for outcome in outcomes { table.outcomes[outcome.summary.id] = outcome }
        renewTable(shared)
    }

    /// Makes the table of what has been read of the marked runs.
    mutating func renewTable(_ shared: Shared) {
        let known = Set(shared.runs.map(\.id))
        table.outcomes = table.outcomes.filter { known.contains($0.key) }
        let compared = marked.compactMap { table.outcomes[$0] }
        table.content =
            compared.isEmpty ? nil : RunTable(compared, reference: shared.pinnedRun, described: description)
    }
}
