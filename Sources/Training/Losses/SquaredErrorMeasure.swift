import Tensors

/// Mean squared difference of each sample's features in the two streams: they are pulled together pair by pair.
///
///     D(t) = 1/(B · width) · Σ (x − y)²
public struct SquaredErrorMeasure: AlignmentMeasure {
    public init() {}

    public var name: String { "squared-error" }
    public var summary: String { "mean squared difference of the features, pair by pair" }

    public func makeEvaluator(timeStepCount: Int, batchSize: Int, width: Int) -> any AlignmentEvaluator {
        Evaluator(timeSteps: timeStepCount, stepSize: batchSize * width)
    }

    private final class Evaluator: AlignmentEvaluator {
        private let (timeSteps, stepSize): (Int, Int)

        init(timeSteps: Int, stepSize: Int) { (self.timeSteps, self.stepSize) = (timeSteps, stepSize) }

        func distances(_ feature: Tensor) -> [Double] {
            (0..<timeSteps).map { t in
                let (x, y) = (feature.pointer + t * stepSize, feature.pointer + (timeSteps + t) * stepSize)
                var sum = 0.0
                for place in 0..<stepSize {
                    let difference = Double(x[place]) - Double(y[place])
                    sum += difference * difference
                }
                return sum / Double(stepSize)
            }
        }

        func writeGradient(scales: [Double], of feature: Tensor, into gradient: Tensor) {
            for t in 0..<timeSteps {
                let (first, second) = (t * stepSize, (timeSteps + t) * stepSize)
                let factor = Float(2 * scales[t] / Double(stepSize))
                for place in 0..<stepSize {
                    let slope = factor * (feature.pointer[first + place] - feature.pointer[second + place])
                    gradient.pointer[first + place] = slope
                    gradient.pointer[second + place] = -slope
                }
            }
        }
    }
}
