import Configuration
import Messages

extension OpenStudy {
    /// What people see of it, as of the last look.
    func board() throws -> StudyBoard {
        let study = plan.study
        let (cells, rows, blocks) = try parts()
        let held = Set(orders.held)
        let first = Set(orders.first)
        let arms = Dictionary(study.arms.enumerated().map { ($1.name, $0) }) { first, _ in first }
        let points = Dictionary(plan.points.enumerated().map { ($1, $0) }) { first, _ in first }
        let shown = cells.map { cell in
            self.cell(cell, arms[cell.arm] ?? 0, points[cell.point] ?? 0, isHeld: held.contains(cell.id), first)
        }
        let active = Set(shown.filter { $0.state == .running }.map(\.id))
        let isAtWork = book.isAtWork
        var progress = StudyProgress(cells, states, active: active, held: held, jobs: max(1, active.count))
        // Nobody works: it takes until somebody does.
        if !isAtWork, active.isEmpty { progress.secondsLeft = nil }
        let isCounting = problem == nil && reported != wantedReport
        return StudyBoard(
            name: study.name, note: study.note, path: path,
            axes: study.axes.map { .init(key: $0.key, title: String($0.key.drop { $0 != "." }.dropFirst())) },
            points: plan.points.map { $0.map(\.value.description) },
            arms: study.arms.map { .init(name: $0.name, note: $0.note) }, reference: reference, seeds: study.seeds,
            addedSeeds: plan.addedSeeds, rows: rows.map(withFigures), cells: shown, protocols: blocks,
            notes: (problem.map { [$0] } ?? []) + (report?.notes ?? []), legend: report?.legend ?? [],
            progress: progress.text,
            work: work(isAtWork), isCounting: isCounting)
    }

    private func work(_ isAtWork: Bool) -> StudyBoard.Work {
        guard isAtWork else { return .none }
        return switch orders.mode {
        case .train: .training
        case .pause: .pausing
        case .stop: .stopping
        }
    }

    private func cell(
        _ cell: Cell, _ arm: Int, _ point: Int, isHeld: Bool, _ first: Set<String>
    ) -> StudyBoard.Cell {
        let state = states[cell.id] ?? .absent
        let summary = summary(of: cell.id)
        var shown = StudyBoard.Cell(
            id: cell.id, arm: arm, point: point, seed: cell.seed, state: .waiting, run: state.run,
            epochs: cell.epochs, isFirst: first.contains(cell.id))
        if case .search = cell.stage { shown.candidate = Cell.text(of: cell.candidate) }
        switch state {
        case .absent: shown.state = isHeld ? .stopped : .waiting
        case .begun:
            shown.state = isHeld ? .stopped : .begun
            shown.epoch = summary?.epoch ?? 0
        case .live:
            shown.state = .running
            shown.epoch = summary?.epoch ?? 0
            shown.validation = summary?.validationAccuracy
        case .failed(_, let reason): (shown.state, shown.reason) = (.failed, reason)
        case .finished(let result):
            (shown.state, shown.epoch) = (.finished, cell.epochs)
            (shown.validation, shown.test) = (result.validationAccuracy, result.testAccuracy)
        }
        return shown
    }

    private func withFigures(_ row: StudyBoard.Row) -> StudyBoard.Row {
        var row = row
        let (arm, point) = (plan.study.arms[row.arm].name, plan.points[row.point])
        guard let known = report?.rows.first(where: { $0.arm == arm && $0.point == point }), let test = known.test
        else { return row }
        let comparison = report?.reference == reference ? known.comparison : nil
        row.figures = StudyBoard.Figures(
            count: test.count, test: test.mean, testLow: known.interval?.low ?? test.low.map { max(0, $0) },
            testHigh: known.interval?.high ?? test.high.map { min(1, $0) }, validation: known.validation?.mean,
            difference: comparison?.difference.mean,
            differenceLow: comparison?.interval?.low ?? comparison?.difference.low,
            differenceHigh: comparison?.interval?.high ?? comparison?.difference.high, p: comparison?.combinedP,
            moreSeeds: comparison?.moreSeedsNeeded)
        return row
    }
}
