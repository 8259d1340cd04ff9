import Tensors

/// Squared distance of the two streams' mean features: maximum mean discrepancy with a linear kernel (Gretton et al. 2012),
/// by feature:
///
///     D(t) = 1/width · ‖mean over B of x − mean over B of y‖²
public struct MeanDifferenceMeasure: AlignmentMeasure {
    public init() {}

    public var name: String { "mean-difference" }
    public var summary: String {
        "maximum mean discrepancy with a linear kernel: squared distance of the mean features"
    }

    public func makeEvaluator(timeStepCount: Int, batchSize: Int, width: Int) -> any AlignmentEvaluator {
        Evaluator(timeSteps: timeStepCount, batchSize: batchSize, width: width)
    }

    private final class Evaluator: AlignmentEvaluator {
        private let (timeSteps, batchSize, width): (Int, Int, Int)
        /// mean x − mean y, [T, width].
        private var differences: [Float]

        init(timeSteps: Int, batchSize: Int, width: Int) {
            (self.timeSteps, self.batchSize, self.width) = (timeSteps, batchSize, width)
            differences = [Float](repeating: 0, count: timeSteps * width)
        }

        func distances(_ feature: Tensor) -> [Double] {
            let stepSize = batchSize * width
            let share = 1 / Float(batchSize)
            for index in differences.indices { differences[index] = 0 }
            return (0..<timeSteps).map { t in
                for (side, sign) in [(0, share), (timeSteps, -share)] {
                    let rows = feature.pointer + (side + t) * stepSize
                    for sample in 0..<batchSize {
                        for place in 0..<width { differences[t * width + place] += sign * rows[sample * width + place] }
                    }
                }
                let squares = differences[t * width..<(t + 1) * width].reduce(0.0) { $0 + Double($1) * Double($1) }
                return squares / Double(width)
            }
        }

        func writeGradient(scales: [Double], of feature: Tensor, into gradient: Tensor) {
            let stepSize = batchSize * width
            for t in 0..<timeSteps {
                let factor = Float(2 * scales[t] / Double(width * batchSize))
                for (side, sign) in [(0, factor), (timeSteps, -factor)] {
                    let rows = gradient.pointer + (side + t) * stepSize
                    for sample in 0..<batchSize {
                        for place in 0..<width { rows[sample * width + place] = sign * differences[t * width + place] }
                    }
                }
            }
        }
    }
}
