import Tensors

/// Maximum mean discrepancy with a Gaussian kernel (Gretton et al. 2012, biased estimator), as wide as the median distance of
/// both streams' samples together:
///
///     D(t) = mean of k(x, x′) + mean of k(y, y′) − 2 · mean of k(x, y)
///
/// The gradient goes through the median, too.
public struct RadialDiscrepancyMeasure: AlignmentMeasure {
    public init() {}

    public var name: String { "mmd-rbf" }
    public var summary: String {
        "maximum mean discrepancy with a Gaussian kernel as wide as the median distance of both streams together"
    }

    public func makeEvaluator(timeStepCount: Int, batchSize: Int, width: Int) -> any AlignmentEvaluator {
        Evaluator(timeSteps: timeStepCount, batchSize: batchSize, width: width)
    }

    private final class Evaluator: AlignmentEvaluator {
        private let (timeSteps, batchSize, width): (Int, Int, Int)
        /// By time step, of both streams' samples.
        private let kernels: [SampleKernel]
        /// A thread's room for the samples of both streams and for their gradient, [2][2B, width].
        private let rooms: [Tensor]

        init(timeSteps: Int, batchSize: Int, width: Int) {
            (self.timeSteps, self.batchSize, self.width) = (timeSteps, batchSize, width)
            kernels = (0..<timeSteps).map { _ in SampleKernel(.radial, count: 2 * batchSize) }
            rooms = (0..<min(timeSteps, WorkerPool.shared.threadCount)).map { _ in Tensor([4, batchSize, width]) }
        }

        func distances(_ feature: Tensor) -> [Double] {
            eachStep { t, room in
                gather(feature, t, into: room)
                kernels[t].fill(room.pointer, width: width)
            }
            return kernels.map { kernel in
                kernel.values.indices.reduce(0) { $0 + kernel.values[$1] * weight($1) }
            }
        }

        func writeGradient(scales: [Double], of feature: Tensor, into gradient: Tensor) {
            let stepSize = batchSize * width
            eachStep { t, room in
                gather(feature, t, into: room)
                let result = room.pointer + 2 * stepSize
                kernels[t].writeGradient(of: room.pointer, width: width, into: result) { scales[t] * weight($0) }
                for side in 0..<2 {
                    (gradient.pointer + (side * timeSteps + t) * stepSize)
                        .update(from: result + side * stepSize, count: stepSize)
                }
            }
        }

        /// 1/B² within a stream, −1/B² between them.
        private func weight(_ place: Int) -> Double {
            let isWithin = (place / (2 * batchSize) < batchSize) == (place % (2 * batchSize) < batchSize)
            return (isWithin ? 1 : -1) / Double(batchSize * batchSize)
        }

        private func gather(_ feature: Tensor, _ t: Int, into room: Tensor) {
            let stepSize = batchSize * width
            for side in 0..<2 {
                (room.pointer + side * stepSize)
                    .update(from: feature.pointer + (side * timeSteps + t) * stepSize, count: stepSize)
            }
        }

        /// Time steps are shared among as many threads as there are rooms.
        private func eachStep(_ body: (_ timeStep: Int, _ room: Tensor) -> Void) {
            WorkerPool.shared.run(blocks: rooms.count) { room in
                for t in stride(from: room, to: timeSteps, by: rooms.count) { body(t, rooms[room]) }
            }
        }
    }
}
