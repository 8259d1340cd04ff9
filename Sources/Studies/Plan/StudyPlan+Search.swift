import Configuration
import Foundation
import Tensors

extension Search {
    /// What is tried, in order; the same for the same search.
    var candidates: [[KnobChange]] {
        let hasRange = dimensions.contains { if case .range = $0.domain { true } else { false } }
        guard let count, hasRange || kind != .grid else { return grid }
        var random = RandomSource(seed: UInt64(seed)).split("study candidates")
        // Of lists alone no combination is drawn twice.
        if !hasRange { return Array(random.shuffled(grid).prefix(count)) }
        return (0..<count).map { _ in
            dimensions.map { KnobChange(key: $0.key, value: Self.draw($0.domain, &random)) }
        }
    }

    private var grid: [[KnobChange]] {
        dimensions.reduce([[]]) { combinations, dimension in
            guard case .values(let values) = dimension.domain else { return combinations }
            return combinations.flatMap { one in values.map { one + [KnobChange(key: dimension.key, value: $0)] } }
        }
    }

    private static func draw(_ domain: Domain, _ random: inout RandomSource) -> KnobValue {
        switch domain {
        case .values(let values): return values[random.below(values.count)]
        case .range(let range, let isLogarithmic, let isWhole):
            let share = random.uniform()
            let (low, high) = (range.lowerBound, range.upperBound)
            let value =
                isLogarithmic ? low * pow(high / low, share) : low + (isWhole ? high - low + 1 : high - low) * share
            if isWhole { return .integer(min(Int(high), Int(value.rounded(.down)))) }
            // Four figures are as good as sixteen, and can be read.
            let digits = pow(10, 3 - floor(log10(max(abs(value), 1e-9))))
            return .number(min(high, max(low, (value * digits).rounded() / digits)))
        }
    }

    /// Of each rung the share of the budget and how many candidates it has; one rung where nothing is halved.
    func rungs(candidates count: Int) -> [(share: Double, count: Int)] {
        guard kind == .halving else { return [(1, count)] }
        var counts = [count]
        while let last = counts.last, last > 1 { counts.append(max(1, last / factor)) }
        // The last one has the whole budget; a single one left is the winner and is trained for the table anyway.
        if counts.count > 1 { counts.removeLast() }
        return counts.enumerated().map { index, count in
            (pow(1 / Double(factor), Double(counts.count - 1 - index)), count)
        }
    }
}

extension StudyPlan {
    /// What is tried for an arm: of knobs that are not searched for it, the arm's own value.
    func candidates(of arm: Study.Arm) -> [[KnobChange]] {
        guard let search = study.search else { return [[]] }
        var seen: Set<[KnobChange]> = []
        return search.candidates.map { candidate in
            candidate.filter { arm.tuned?.contains($0.key) ?? true }
        }.filter { seen.insert($0).inserted }
    }

    /// How far the search for an arm at a point has come.
    ///
    /// - Returns: cells whose turn it is or was, and who has won, once that is known.
    func search(
        _ arm: Study.Arm, _ point: [KnobChange], _ results: [String: CellState]
    ) throws -> (cells: [Cell], winner: [KnobChange]?) {
        var left = candidates(of: arm)
        guard let search = study.search, left.count > 1 else { return ([], left[0]) }
        var cells: [Cell] = []
        for (rung, (share, count)) in search.rungs(candidates: left.count).enumerated() {
            left = Array(left.prefix(count))
            let tried = try left.map { candidate in
                try search.seeds.map {
                    try cell(arm, point, candidate, seed: $0, stage: .search(rung: rung), share: share)
                }
            }
            // One seed of all of them, then the next.
            for place in search.seeds.indices { cells += tried.map { $0[place] } }
            guard let scores = Self.scores(tried, results) else { return (cells, nil) }
            // Of equals the one that was drawn first.
            left = scores.enumerated().sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }.map {
                left[$0.offset]
            }
        }
        return (cells, left[0])
    }

    /// Mean validation accuracy of each candidate over the seeds, −1 for one that failed with any; `nil` while some are not
    /// done.
    private static func scores(_ tried: [[Cell]], _ results: [String: CellState]) -> [Double]? {
        var scores: [Double] = []
        for cells in tried {
            var accuracies: [Double] = []
            for cell in cells {
                switch results[cell.id] {
                case .finished(let result): accuracies.append(result.validationAccuracy ?? -1)
                case .failed: accuracies.append(-1)
                default: return nil
                }
            }
            scores.append(accuracies.contains(-1) ? -1 : accuracies.reduce(0, +) / Double(accuracies.count))
        }
        return scores
    }
}
