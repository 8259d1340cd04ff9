import Messages
import Terminal

/// Test accuracies with their intervals: over the values of an axis a curve an arm, else a line an arm.
struct StudyPlot {
    let board: StudyBoard
    /// What is chosen in the table: its arm stands in front, and of several axes its values count.
    let chosen: StudyBoard.Row
    let rows: [StudyBoard.Row]

    /// The axis whose values are numbers, and at least two.
    var axis: Int? {
        board.axes.indices.first { axis in
            let values = Set(board.points.map { $0[axis] })
            return values.count > 1 && values.allSatisfy { Double($0) != nil }
        }
    }

    var title: String {
        guard let axis else { return "Test accuracy %" + (board.axes.isEmpty ? "" : "  \(pointTitle)") }
        let others = board.axes.indices.filter { $0 != axis }.map {
            "\(board.axes[$0].title) \(board.points[chosen.point][$0])"
        }
        return (["Test accuracy % over \(board.axes[axis].title)"] + others).joined(separator: ", ")
    }

    private var pointTitle: String { board.title(ofPoint: chosen.point) }

    /// Rows with figures whose values of the other axes are those that are chosen.
    var shown: [StudyBoard.Row] {
        rows.filter { row in
            guard row.figures != nil else { return false }
            return board.axes.indices.allSatisfy { other in
                other == axis || board.points[row.point][other] == board.points[chosen.point][other]
            }
        }
    }

    /// Least and greatest of all that is drawn, 0…1.
    var bounds: ClosedRange<Double>? {
        let ends = shown.compactMap(\.figures).flatMap { [$0.test, $0.testLow, $0.testHigh].compactMap { $0 } }
        guard let low = ends.min(), let high = ends.max() else { return nil }
        return low...max(high, low)
    }

    /// `a`, `b`, … by which an arm is found where there are no colors.
    static func letter(_ arm: Int) -> Character {
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        return arm < letters.count ? letters[arm] : "*"
    }

    func style(_ arm: Int, _ look: Look) -> Style {
        let style = look.theme.series(arm)
        return arm == chosen.arm ? style.adding(.bold) : style
    }

    /// Arms that are drawn, that in front last: the chosen one, and below it the reference.
    var arms: [Int] {
        let shown = Set(shown.map(\.arm))
        let front = [board.arms.firstIndex { $0.name == board.reference }, chosen.arm].compactMap { $0 }
        return board.arms.indices.filter { shown.contains($0) && !front.contains($0) }
            + front.enumerated().filter { shown.contains($1) && !front.dropFirst($0 + 1).contains($1) }.map(\.element)
    }
}

extension StudyState {
    func drawPlot(_ canvas: inout Canvas, _ rect: Rect, _ look: Look, _ board: StudyBoard) {
        guard let row else {
            _ = look.panel(&canvas, rect, "Test accuracy %", isFocused: focus == .plot)
            return
        }
        let plot = StudyPlot(board: board, chosen: row, rows: rows)
        let inner = look.panel(
            &canvas, rect, plot.title, note: "95 % intervals", isFocused: focus == .plot)
        guard let bounds = plot.bounds else {
            return look.hint(&canvas, inner.inset(), "No run of it is finished yet.")
        }
        if let axis = plot.axis {
            plot.drawCurves(over: axis, bounds, &canvas, inner, look)
        } else {
            plot.drawLines(bounds, &canvas, inner, look)
        }
    }
}
