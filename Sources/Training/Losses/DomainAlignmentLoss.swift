import Communication
import Network
import Tensors

/// Pulls the two streams' membrane potentials together at each time step (He et al. 2024):
///
///     mean over t of k(t) · D(t),   D(t) = 1 − |linear CKA of the static and the event feature at t|
public final class DomainAlignmentLoss: AlignmentEvaluator {
    private let timeSteps: Int
    private let width: Int
    private let batchSize: Int
    /// One a time step: time steps and streams are shared among the threads.
    private let alignments: [LinearCKA]
    private var lastSimilarities: [Double] = []
    private let group: RankGroup?

    /// Bytes that it takes, before it takes them.
    static func byteCount(timeStepCount: Int, batchSize: Int) -> Int {
        timeStepCount * LinearCKA.byteCount(batchSize: batchSize)
    }

    /// - Parameters:
    ///   - batchSize: of all ranks.
    ///   - width: features a sample.
    ///   - group: ranks that have the same features: each compares its own samples with all, and writes their gradients alone.
    public init(timeStepCount: Int, batchSize: Int, width: Int, group: RankGroup? = nil) {
        (timeSteps, self.batchSize, self.width, self.group) = (timeStepCount, batchSize, width, group)
        let rows = group.map { batchSize * $0.rank / $0.count..<batchSize * ($0.rank + 1) / $0.count }
        alignments = (0..<timeStepCount).map { _ in LinearCKA(batchSize: batchSize, rows: rows) }
    }

    /// Linear CKA at each time step of a feature [2T, B, …], static stream first.
    public func similarities(_ feature: Tensor) -> [Double] {
        let stepSize = batchSize * width
        eachSide { t, side, row in
            alignments[t].look(at: feature.pointer + row * stepSize, width: width, side)
        }
        if let group {
            let sums = group.sums(alignments.flatMap(\.ownSums))
            for (t, alignment) in alignments.enumerated() { alignment.take(sums: Array(sums[3 * t..<3 * t + 3])) }
        }
        lastSimilarities = alignments.map(\.value)
        return lastSimilarities
    }

    /// D(t).
    public func distances(_ feature: Tensor) -> [Double] { similarities(feature).map { 1 - abs($0) } }

    /// Writes `scales[t]` · dD(t)/d(feature) into `gradient`, for the features last seen.
    public func writeGradient(scales: [Double], of feature: Tensor, into gradient: Tensor) {
        let similarities = lastSimilarities
        let stepSize = batchSize * width
        eachSide { t, side, row in
            // d|CKA| = sign(CKA) dCKA; nothing where the similarity is zero.
            let sign: Double = similarities[t] > 0 ? 1 : similarities[t] < 0 ? -1 : 0
            alignments[t].writeGradient(
                scale: -sign * scales[t], of: feature.pointer + row * stepSize, width: width, side,
                into: gradient.pointer + row * stepSize)
        }
    }

    private func eachSide(_ body: (_ timeStep: Int, _ side: LinearCKA.Side, _ row: Int) -> Void) {
        WorkerPool.shared.run(blocks: 2 * timeSteps) { row in
            body(row % timeSteps, row < timeSteps ? .x : .y, row)
        }
    }
}
