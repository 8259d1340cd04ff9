import Messages
import Terminal

@testable import Screens

/// A study that is half done: the same every time.
extension Samples {
    /// Three arms over two values of an axis, three seeds; a run of each kind in the first row.
    static func board(work: StudyBoard.Work = .training, isCounting: Bool = false) -> StudyBoard {
        let arms = ["events only", "joint", "full"]
        let points = ["2", "10"]
        var (rows, cells): ([StudyBoard.Row], [StudyBoard.Cell]) = ([], [])
        for point in points.indices {
            for arm in arms.indices {
                let own = (1...3).map { cell(arm: arm, point: point, seed: $0) }
                cells += own
                rows.append(row(arm: arm, point: point, own))
            }
        }
        return StudyBoard(
            name: "digits", note: "Simulated recordings of digits.", path: "/studies/digits.yaml",
            axes: [.init(key: "data.recordings_per_class", title: "recordings_per_class")],
            points: points.map { [$0] }, arms: arms.map { .init(name: $0) }, reference: "events only",
            seeds: [1, 2, 3], addedSeeds: [3], rows: rows, cells: cells,
            protocols: points.map { point in
                StudyBoard.Block(
                    point: "recordings_per_class \(point)", arms: arms,
                    lines: [
                        "recordings: digits (simulated), 10 classes",
                        "photographs behind test recordings in the pool: \(point == "2" ? 0 : 40)",
                        "tested: the epoch with the best validation accuracy", "split: seed 1 f0498d3aad0b",
                    ])
            },
            notes: ["5 of 18 runs are not finished: the table is not the last word"],
            legend: ["test %: mean over seeds"],
            progress: "13 of 18 runs finished, 1 failed, 1 stopped, 1 under way, about 3 minutes left", work: work,
            isCounting: isCounting)
    }

    /// Of the first arm at the first point each state once; all others are finished.
    private static func cell(arm: Int, point: Int, seed: Int) -> StudyBoard.Cell {
        let id = "c\(arm)\(point)\(seed)"
        var cell = StudyBoard.Cell(
            id: id, arm: arm, point: point, seed: seed, state: .finished, run: "r-\(id)", epoch: 40, epochs: 40,
            validation: 0.6, test: 0.5 + Double(arm + point) / 10)
        switch (arm, point, seed) {
        case (0, 0, 2):
            (cell.state, cell.epoch, cell.test) = (.running, 11, nil)
        case (0, 0, 3): (cell.state, cell.run, cell.epoch, cell.validation, cell.test) = (.waiting, nil, 0, nil, nil)
        case (1, 0, 2): (cell.state, cell.epoch, cell.test) = (.stopped, 7, nil)
        case (1, 0, 3):
            (cell.state, cell.reason, cell.test) = (.failed, "the loss is no number", nil)
        case (2, 0, 3): (cell.state, cell.epoch, cell.test, cell.isFirst) = (.begun, 3, nil, true)
        default: break
        }
        return cell
    }

    private static func row(arm: Int, point: Int, _ cells: [StudyBoard.Cell]) -> StudyBoard.Row {
        let test = 0.5 + Double(arm + point) / 10
        let isReference = arm == 0
        let difference = Double(arm) / 10
        return StudyBoard.Row(
            arm: arm, point: point, cells: cells.map(\.id), steps: 120, passes: 38.4,
            figures: StudyBoard.Figures(
                count: 3, test: test, testLow: test - 0.03, testHigh: test + 0.04, validation: 0.6,
                difference: isReference ? nil : difference, differenceLow: isReference ? nil : difference - 0.12,
                differenceHigh: isReference ? nil : difference + 0.05, p: isReference ? nil : 0.0004,
                moreSeeds: isReference ? nil : 2))
    }

    /// The same arms without an axis, and another study of which nothing is finished.
    static var plainBoard: StudyBoard {
        var board = board(work: .none)
        (board.axes, board.points) = ([], [[]])
        board.rows = Array(board.rows.prefix(3))
        board.cells = board.cells.filter { $0.point == 0 }
        board.protocols = [StudyBoard.Block(point: "", arms: board.arms.map(\.name), lines: board.protocols[0].lines)]
        return board
    }

    static let studies = [
        StudySummary(name: "mine", path: "/home/a/mine.yaml", runCount: 12),
        StudySummary(name: "digits", path: "/shipped/digits.yaml", isShipped: true),
        StudySummary(name: "gone", path: nil, runCount: 1),
    ]
}

extension WorkbenchState {
    /// On the study screen, with a study open.
    static func studying(
        size: Size = Size(width: 120, height: 36), _ board: StudyBoard = Samples.board()
    ) -> WorkbenchState {
        var state = answered(size: size)
        _ = state.press(.character("5"))
        state.receive([.reply(.studies(Samples.studies)), .reply(.board(board))])
        return state
    }
}
