import Messages

/// A column of the list of runs: its head, what it sorts by, and what stands in it.
struct RunColumn {
    var title: String
    var order: RunsState.Order?
    /// Figures stand at the right of their column.
    var isRight = false
    var width: Int
    private let text: (RunSummary) -> String

    var head: String { fitted(title) }
    func cell(_ run: RunSummary) -> String { fitted(text(run)) }

    private func fitted(_ text: String) -> String {
        isRight ? Figures.right(text, width) : Figures.middle(text, width)
    }

    private init(
        _ title: String, _ order: RunsState.Order?, right isRight: Bool = false, widths: ClosedRange<Int>,
        _ runs: [RunSummary], _ text: @escaping (RunSummary) -> String
    ) {
        (self.title, self.order, self.isRight, self.text) = (title, order, isRight, text)
        let longest = max(title.count, runs.map { text($0).columnCount.value }.max() ?? 0)
        width = min(widths.upperBound, max(widths.lowerBound, longest))
    }

    /// Columns for so much room. Names first get what the longest of them takes; of what then is left the columns that say
    /// the most, and always the one by which the list is sorted. What still is left is the names'.
    ///
    /// - Parameters:
    ///   - now: seconds since 1970, for ages.
    ///   - reference: the pinned run, to which the differences are.
    static func fitting(
        width: Int, _ runs: [RunSummary], sortedBy order: RunsState.Order, now: Double, reference: RunSummary? = nil
    ) -> [RunColumn] {
        func label(_ run: RunSummary) -> String {
            (run.id == reference?.id ? pinMark : "") + (run.problem == nil ? run.name : run.id)
        }
        var name = RunColumn("name", .name, widths: 8...80, runs, label)
        let all = columns(runs, now) + homes(runs) + (reference.map { differences(runs, to: $0) } ?? [])
        // From the one that says the most to the one that is the first to go.
        let ranks = [
            "state", "val%", "test%", "Δtest", "Δval", "epoch", "home", "age", "preset", "loss", "data set", "edits",
            "tags",
        ]
        let ranked = ranks.compactMap { title in all.first { $0.title == title } }
        let needed = ranked.prefix(3).map(\.title) + ranked.filter { $0.order == order }.map(\.title)
        var left = width - ranked.filter { needed.contains($0.title) }.reduce(0) { $0 + $1.width + 1 }
        var chosen = Set(needed)
        // Of longer names the middle may go.
        name.width = max(8, min(left, name.width, left > 60 ? 80 : 28))
        let wanted = name.width
        left -= wanted
        for column in ranked where !chosen.contains(column.title) && column.width + 1 <= left {
            chosen.insert(column.title)
            left -= column.width + 1
        }
        let longest = runs.map { label($0).columnCount.value }.max() ?? 0
        name.width = min(max(longest, wanted), wanted + max(0, left))
        return [name] + all.filter { chosen.contains($0.title) }
    }

    /// Where several homes are listed.
    private static func homes(_ runs: [RunSummary]) -> [RunColumn] {
        guard runs.contains(where: { $0.home != nil }) else { return [] }
        return [RunColumn("home", nil, widths: 4...20, runs) { $0.home ?? "" }]
    }

    static let pinMark = "★ "

    /// Percentage points.
    private static func differences(_ runs: [RunSummary], to reference: RunSummary) -> [RunColumn] {
        func column(_ title: String, _ difference: @escaping (OutcomeDifference) -> Double?) -> RunColumn {
            RunColumn(title, nil, right: true, widths: 5...6, runs) { run in
                guard run.id != reference.id, run.problem == nil else { return "" }
                return difference(OutcomeDifference(.pinned, of: run, to: reference)).map(OutcomeDifference.points)
                    ?? "–"
            }
        }
        return [column("Δval") { $0.validationAccuracy }, column("Δtest") { $0.testAccuracy }]
    }

    /// In the order in which they stand.
    private static func columns(_ runs: [RunSummary], _ now: Double) -> [RunColumn] {
        [
            RunColumn("state", .state, widths: 10...10, runs) {
                $0.problem != nil
                    ? "✗ damaged"
                    : $0.isInterrupted ? "✗ interrupted" : RunsState.phaseMark($0.phase) + " " + $0.phase.rawValue
            },
            // Long runs need more room for their epochs than short ones.
            RunColumn("epoch", .epoch, right: true, widths: 7...15, runs) { "\($0.epoch)/\($0.epochs)" },
            RunColumn("val%", .validation, right: true, widths: 5...6, runs) { Figures.percent($0.validationAccuracy) },
            RunColumn("test%", .test, right: true, widths: 5...6, runs) { Figures.percent($0.testAccuracy) },
            RunColumn("loss", .loss, right: true, widths: 6...7, runs) { Figures.text($0.lastLoss) },
            RunColumn("edits", .edits, right: true, widths: 5...5, runs) { String($0.editCount) },
            RunColumn("age", .newest, right: true, widths: 3...5, runs) {
                $0.problem == nil ? Figures.age(now - $0.created) : "–"
            },
            RunColumn("preset", .preset, widths: 6...16, runs) { $0.preset ?? "–" },
            RunColumn("data set", .dataSet, widths: 8...14, runs) { $0.dataSet },
            RunColumn("tags", nil, widths: 4...24, runs) {
                ($0.parent == nil ? "" : "⑂ ") + $0.tags.joined(separator: " ")
            },
        ]
    }
}
