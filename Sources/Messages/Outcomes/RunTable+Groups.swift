import Configuration

extension RunTable {
    /// By what runs are put together.
    public enum Grouping: Sendable, Hashable {
        /// Every run stands for itself.
        case none
        /// Runs that share all settings but the seed.
        case settings
        case preset
        /// Of one value of a setting.
        case setting(String)

        /// What it is called in layouts and on the command line.
        public var key: String {
            switch self {
            case .none: "none"
            case .settings: "settings"
            case .preset: "preset"
            case .setting(let key): key
            }
        }
    }

    /// Those that make sense of these runs, in the order in which they are gone through.
    public var groupings: [Grouping] {
        let settings = differingSettings.filter { $0 != KnownKnob.seed }
        return [.none, .settings] + (index(of: RunTableColumn.preset.key) == nil ? [] : [.preset])
            + settings.map { .setting($0) }
            + (differingSettings.contains(KnownKnob.seed) ? [.setting(KnownKnob.seed)] : [])
    }

    /// `nil` where these runs cannot be grouped by that.
    public func grouping(_ key: String) -> Grouping? { groupings.first { $0.key == key } }

    public struct Group: Sendable, Hashable {
        /// `sliding.exponent 3`; empty where runs are not grouped.
        public var title: String
        /// What the runs have in common, by the key of the column: the settings in which the table's runs differ.
        public var common: [String: Cell]
        /// Sorted.
        public var rows: [Row]
        /// Of every result: its mean over the group's runs and the interval, by the key of the column. Of runs with the
        /// same settings and seed, of which one repeats the other, the latest counts; where some have finished, those
        /// that have not do not count.
        public var means: [String: MeanInterval]
        /// How many runs count.
        public var count: Int
        /// Whether its runs differ in nothing but their seed.
        public var isOverSeeds: Bool
    }

    /// The runs in groups, both sorted by a column: groups by their mean of it, or by their first run.
    ///
    /// - Parameters:
    ///   - key: of the column; one that there is not leaves the order of the runs.
    ///   - isReversed: else the best comes first, of names and settings the least.
    public func groups(by grouping: Grouping, sortedBy key: String?, isReversed: Bool = false) -> [Group] {
        let place = key.flatMap(index)
        let largestFirst = place.map { isLargestFirst(columns[$0]) != isReversed } ?? false
        func sorted<Element>(_ elements: [Element], _ cell: (Element) -> Cell) -> [Element] {
            guard place != nil else { return isReversed ? elements.reversed() : elements }
            // Equals stay in their order.
            return elements.enumerated().sorted { left, right in
                let cells = (cell(left.element), cell(right.element))
                if Cell.precedes(cells.0, cells.1, largestFirst: largestFirst) { return true }
                return !Cell.precedes(cells.1, cells.0, largestFirst: largestFirst) && left.offset < right.offset
            }.map(\.element)
        }
        var places: [GroupKey: Int] = [:]
        var members: [[Row]] = []
        for row in rows {
            let key = groupKey(of: row, grouping)
            if let place = places[key] {
                members[place].append(row)
            } else {
                places[key] = members.count
                members.append([row])
            }
        }
        let groups = members.map { rows in
            group(of: sorted(rows) { row in place.map { row.cells[$0] } ?? .none }, grouping)
        }
        return sorted(groups) { group in
            guard let place else { return .none }
            if case .result(let measure) = columns[place] {
                return group.means[measure.rawValue].map { .figure($0.mean, measure.unit) } ?? .none
            }
            return group.rows[0].cells[place]
        }
    }

    private func isLargestFirst(_ column: RunTableColumn) -> Bool {
        if case .result(let measure) = column { measure.largestFirst } else { false }
    }

    private enum GroupKey: Hashable {
        case all
        case settings(SeedlessSettings)
        case cell(Cell)
    }

    private func groupKey(of row: Row, _ grouping: Grouping) -> GroupKey {
        switch grouping {
        case .none: .all
        case .settings: .settings(row.settings)
        case .preset: .cell(row.run.summary.preset.map(Cell.text) ?? .none)
        case .setting(let key): .cell(index(of: key).map { row.cells[$0] } ?? .none)
        }
    }

    private func group(of rows: [Row], _ grouping: Grouping) -> Group {
        var common: [String: Cell] = [:]
        for (place, column) in columns.enumerated() {
            switch column {
            case .preset, .setting:
                if Set(rows.map { $0.cells[place] }).count == 1 { common[column.key] = rows[0].cells[place] }
            case .name, .result: break
            }
        }
        var seen: Set<Repeat> = []
        let finished = rows.filter { $0.run.summary.phase == .finished }
        let distinct = (finished.isEmpty ? rows : finished).sorted { $0.run.summary.created > $1.run.summary.created }
            .filter {
                seen.insert(Repeat(settings: $0.settings, seed: $0.run.summary.seed)).inserted
            }
        let isOverSeeds = Set(rows.map(\.settings)).count == 1
        var means: [String: MeanInterval] = [:]
        for (place, column) in columns.enumerated() {
            guard case .result(let measure) = column else { continue }
            means[measure.rawValue] = mean(of: measure, distinct, place, seedBySeed: isOverSeeds)
        }
        return Group(
            title: title(of: rows, common, grouping), common: common, rows: rows, means: means,
            count: distinct.count,
            isOverSeeds: isOverSeeds)
    }

    /// A difference is that to the reference's run with the same seed where the table has several of them: then the interval
    /// tells how far both vary. To a single run it has none.
    ///
    /// - Parameter seedBySeed: whether the rows differ in their seed alone.
    private func mean(of measure: RunMeasure, _ rows: [Row], _ place: Int, seedBySeed: Bool) -> MeanInterval? {
        func values(_ value: (Row) -> Double?) -> [Double] { rows.compactMap(value) }
        guard measure.isDifference else {
            return MeanInterval(values { if case .figure(let value, _) = $0.cells[place] { value } else { nil } })
        }
        let paired =
            seedBySeed ? values { measure.value(of: $0.run, reference: referenceSeeds[$0.run.summary.seed]) } : []
        var mean = MeanInterval(
            paired.count > 1 ? paired : values { measure.value(of: $0.run, reference: reference) })
        // Its own group is no better than itself, whatever the seed.
        let isOwn = rows.allSatisfy { referenceSeeds[$0.run.summary.seed]?.id == $0.run.summary.id }
        if paired.count < 2 || isOwn { mean?.halfWidth = nil }
        return mean
    }

    /// A run that another repeats.
    private struct Repeat: Hashable {
        var settings: SeedlessSettings
        var seed: Int
    }

    private func title(of rows: [Row], _ common: [String: Cell], _ grouping: Grouping) -> String {
        switch grouping {
        case .none: return ""
        case .preset: return "preset " + (rows[0].run.summary.preset ?? "none")
        case .setting(let key): return "\(description.title(of: key)) " + (common[key]?.settingText ?? "")
        case .settings:
            let parts = differingSettings.filter { $0 != KnownKnob.seed }.compactMap { key in
                common[key].map { "\(description.title(of: key)) \($0.settingText)" }
            }
            // Forks go on with the weights of another run.
            let fork = rows[0].run.summary.forkStep.flatMap { $0 > 0 ? "fork at \($0)" : nil }
            let all = parts + [fork].compactMap { $0 }
            return all.isEmpty ? "the same settings" : all.joined(separator: ", ")
        }
    }
}

extension RunTable.Cell {
    /// A setting's course, `3→4 at 610`; empty for other cells.
    public var settingText: String {
        guard case .setting(let course) = self else { return "" }
        return course.text
    }
}

extension RunOutcome.Course {
    /// `3`, `3→4 at 610`, `3→4→5 at 610, 800`.
    public var text: String {
        let values = ([start] + changes.map(\.value)).map { $0.description.isEmpty ? "–" : $0.description }
        guard !changes.isEmpty else { return values[0] }
        return values.joined(separator: "→") + " at " + changes.map { String($0.optimizerStep) }.joined(separator: ", ")
    }
}
