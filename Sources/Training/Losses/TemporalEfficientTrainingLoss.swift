import Tensors

/// The loss at each time step instead of at the mean output (Deng et al. 2022), as He et al. 2024 use it:
///
///     (1 − λ) · mean over t of a(t) · L(O(t), y)  +  λ · mean over t of b(t) · MSE(O(t), θ)
public struct TemporalEfficientTrainingLoss: Sendable {
    public var criterion: Criterion
    /// λ: share of the second term.
    public var regularizationWeight: Double
    /// θ, to which the second term pulls every output.
    public var threshold: Double

    public init(criterion: Criterion, regularizationWeight: Double, threshold: Double) {
        (self.criterion, self.regularizationWeight, self.threshold) = (criterion, regularizationWeight, threshold)
    }

    public struct Value: Sendable {
        public var loss: Double
        /// L(O(t), y), unweighted.
        public var criterionByTimeStep: [Double]
        /// MSE(O(t), θ), unweighted.
        public var distanceByTimeStep: [Double]
    }

    /// - Parameters:
    ///   - logits: [T, B, K]
    ///   - criterionWeights: a(t).
    ///   - distanceWeights: b(t).
    ///   - scale: factor on the gradient that is added to `gradient` [T, B, K].
    public func value(
        _ logits: Tensor, labels: [Int], mix: LabelMix? = nil, criterionWeights: [Double], distanceWeights: [Double],
        scale: Double, gradient: Tensor
    ) -> Value {
        let (timeSteps, classCount) = (logits.shape[0], logits.shape[2])
        let stepSize = logits.shape[1] * classCount
        let share = 1 / Double(timeSteps)
        var value = Value(loss: 0, criterionByTimeStep: [], distanceByTimeStep: [])
        for t in 0..<timeSteps {
            let (outputs, target) = (logits.pointer + t * stepSize, gradient.pointer + t * stepSize)
            let first = (1 - regularizationWeight) * share * criterionWeights[t]
            let second = regularizationWeight * share * distanceWeights[t]
            let loss = criterion.value(
                outputs, labels: labels, mix: mix, classCount: classCount, weight: scale * first, gradient: target)
            var distance = 0.0
            for index in 0..<stepSize {
                let difference = Double(outputs[index]) - threshold
                distance += difference * difference
                target[index] += Float(scale * second * 2 * difference / Double(stepSize))
            }
            distance /= Double(stepSize)
            value.loss += first * loss + second * distance
            value.criterionByTimeStep.append(loss)
            value.distanceByTimeStep.append(distance)
        }
        return value
    }
}

/// The criterion at the output averaged over time.
public enum MeanOutputLoss {
    /// - Parameters:
    ///   - logits: [T, B, K]
    ///   - gradient: [T, B, K], added to.
    public static func value(
        _ logits: Tensor, labels: [Int], mix: LabelMix? = nil, criterion: Criterion, scale: Double, gradient: Tensor
    ) -> Double {
        let mean = logits.meanOverTime()
        let meanGradient = Tensor(mean.shape)
        let loss = criterion.value(
            mean.pointer, labels: labels, mix: mix, classCount: logits.shape[2], weight: scale,
            gradient: meanGradient.pointer)
        let share = 1 / Float(logits.shape[0])
        for t in 0..<logits.shape[0] {
            for index in 0..<mean.count {
                gradient.pointer[t * mean.count + index] += share * meanGradient.pointer[index]
            }
        }
        return loss
    }
}

extension Tensor {
    /// [T, B, K] → [B, K].
    public func meanOverTime() -> Tensor {
        let mean = Tensor([shape[1], shape[2]])
        for t in 0..<shape[0] { add_to(mean.pointer, pointer + t * mean.count, mean.count) }
        scale_into(mean.pointer, mean.pointer, 1 / Float(shape[0]), mean.count)
        return mean
    }
}
