import Tensors

/// From which time step on a sample's event frames take the place of its image (time-step mixup, 2509.12959): each step is
/// asked with probability p, and the first that says yes begins, t* = min {t : u(t) < p}, a truncated geometric
/// distribution. p is found by bisection so that the share of event frames is the wanted one on average.
public enum TimeStepMixing: String, Sendable, Hashable, CaseIterable {
    /// P(t* = t) = p (1 − p)^(t − 1); where no step says yes, nothing is replaced.
    case open
    /// The same over 1 − (1 − p)^T: some step always begins, so that no less than (T + 1) / 2T is replaced on average.
    case renormalized

    /// P(t* = t) of each time step in turn.
    private func chances(_ p: Double, _ timeSteps: Int) -> [Double] {
        var left = 1.0
        let open = (0..<timeSteps).map { _ in
            defer { left *= 1 - p }
            return left
        }
        switch self {
        case .open: return open.map { $0 * p }
        case .renormalized:
            let sum = open.reduce(0, +)
            return open.map { $0 / sum }
        }
    }

    /// Mean share of event frames, (T − t* + 1) / T, for a probability a step, 0…1.
    public func meanShare(probability p: Double, timeSteps: Int) -> Double {
        chances(p, timeSteps).enumerated().reduce(0) { $0 + $1.element * Double(timeSteps - $1.offset) }
            / Double(max(1, timeSteps))
    }

    /// The probability a step with this mean share; the nearest there is where none has it.
    public func probability(ofMean share: Double, timeSteps: Int) -> Double {
        guard share < 1 else { return 1 }
        var (low, high) = (0.0, 1.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if meanShare(probability: middle, timeSteps: timeSteps) < share { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The first time step that shows events, 0…T, counted from 0; T: none.
    public func start(probability p: Double, timeSteps: Int, using draws: inout RandomSource) -> Int {
        switch self {
        case .open: return (0..<timeSteps).first { _ in draws.uniform() < p } ?? timeSteps
        case .renormalized:
            var rest = draws.uniform()
            for (step, chance) in chances(p, timeSteps).enumerated() {
                rest -= chance
                if rest < 0 { return step }
            }
            return timeSteps - 1
        }
    }
}
