import Messages

/// A column of the study's table: its head, and what stands in it.
struct StudyColumn {
    /// What is drawn over it in colors of its own.
    enum Kind { case words, marks, difference }

    var kind = Kind.words
    var title: String
    /// Figures stand at the right of their column.
    var isRight = true
    var width: Int
    private let text: (StudyBoard.Row) -> String

    var head: String { fitted(title) }
    func cell(_ row: StudyBoard.Row) -> String { fitted(text(row)) }

    private func fitted(_ text: String) -> String {
        isRight ? Figures.right(text, width) : Figures.middle(text, width)
    }

    private init(
        _ title: String, right isRight: Bool = true, kind: Kind = .words, least: Int = 0, most: Int = 16,
        _ rows: [StudyBoard.Row],
        _ text: @escaping (StudyBoard.Row) -> String
    ) {
        (self.title, self.isRight, self.kind, self.text) = (title, isRight, kind, text)
        // Figures that come must not move their neighbors.
        let longest = rows.reduce(max(least, title.columnCount.value)) { max($0, text($1).columnCount.value) }
        width = min(most, longest)
    }

    /// Columns for so much room: point, arm and marks always; of the others those that say the most.
    static func fitting(width: Int, _ board: StudyBoard, _ rows: [StudyBoard.Row]) -> [StudyColumn] {
        var needed = board.axes.indices.map { axis in
            StudyColumn(board.axes[axis].title, most: width < 100 ? 10 : 20, rows) { board.points[$0.point][axis] }
        }
        var arm = StudyColumn("arm", right: false, most: 40, rows) { row in
            (board.arms[row.arm].name == board.reference ? RunColumn.pinMark : "") + board.arms[row.arm].name
        }
        let marks = marks(board, rows)
        let ranked = figures(board, rows)
        var left = width - needed.reduce(0) { $0 + $1.width + 1 } - marks.width - 1
        // Names may lose their middle before the figures are gone that the table is about.
        let asked = ranked.prefix(4).reduce(0) { $0 + $1.column.width + 1 }
        arm.width = max(min(arm.width, 10), min(arm.width, left - asked))
        left -= arm.width
        var chosen: Set<Int> = []
        for (place, entry) in ranked.enumerated() where entry.column.width + 1 <= left {
            chosen.insert(place)
            left -= entry.column.width + 1
        }
        needed += [arm, marks]
        return needed
            + ranked.enumerated().filter { chosen.contains($0.offset) }.sorted {
                $0.element.place < $1.element.place
            }.map(\.element.column)
    }

    /// A mark a run; of many their number.
    private static func marks(_ board: StudyBoard, _ rows: [StudyBoard.Row]) -> StudyColumn {
        let byID = Dictionary(board.cells.map { ($0.id, $0) }) { first, _ in first }
        guard board.seeds.count <= 12 else {
            return StudyColumn("runs", right: true, most: 9, rows) { row in
                "\(row.cells.count { byID[$0]?.state == .finished })/\(board.seeds.count)"
            }
        }
        return StudyColumn("runs", right: false, kind: .marks, rows) { row in
            guard !row.cells.isEmpty else { return "search" }
            return row.cells.map { byID[$0]?.mark ?? "·" }.joined()
        }
    }

    /// From the one that says the most to the one that is the first to go, and where each stands.
    private static func figures(
        _ board: StudyBoard, _ rows: [StudyBoard.Row]
    ) -> [(column: StudyColumn, place: Int)] {
        func column(
            _ title: String, least: Int, _ text: @escaping (StudyBoard.Figures) -> String
        ) -> StudyColumn {
            StudyColumn(title, least: least, rows) { row in row.figures.map(text) ?? "–" }
        }
        let isReference: (StudyBoard.Row) -> Bool = { board.arms[$0.arm].name == board.reference }
        func compared(
            _ title: String, _ kind: Kind = .words, least: Int = 0,
            _ text: @escaping (StudyBoard.Figures) -> String
        ) -> StudyColumn {
            StudyColumn(title, kind: kind, least: least, rows) { row in
                isReference(row) ? "" : row.figures.map(text) ?? "–"
            }
        }
        var columns: [(StudyColumn, Int)] = [
            (column("test%", least: 5) { Figures.percent($0.test) }, 0),
            (column("95%", least: 9) { range($0.testLow, $0.testHigh, Figures.percent) }, 1),
            (compared("Δref", .difference, least: 5) { $0.difference.map(OutcomeDifference.points) ?? "–" }, 2),
            (compared("Δ 95%", least: 10) { range($0.differenceLow, $0.differenceHigh, OutcomeDifference.points) }, 3),
            (compared("p", least: 5) { $0.p.map(p) ?? "–" }, 4),
            (column("val%", least: 5) { Figures.percent($0.validation) }, 6),
            (compared("+seeds") { $0.moreSeeds.map(String.init) ?? "–" }, 5),
        ]
        if rows.contains(where: { !$0.found.isEmpty }) {
            columns.append((StudyColumn("found", right: false, most: 30, rows) { $0.found }, 9))
        }
        columns += [
            (StudyColumn("steps", rows) { "\($0.steps)" }, 7),
            (StudyColumn("passes", rows) { Figures.fixed($0.passes, 1) }, 8),
        ]
        return columns
    }

    private static func range(_ low: Double?, _ high: Double?, _ figure: (Double) -> String) -> String {
        guard let low, let high else { return "–" }
        return "\(figure(low))…\(figure(high))"
    }

    private static func p(_ value: Double) -> String { value < 0.001 ? "<.001" : Figures.fixed(value, 3) }
}
