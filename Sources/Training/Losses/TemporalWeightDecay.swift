import Configuration
import Foundation
import Network
import Tensors

/// Temporal regularization training: a decay of weights that fades over the time steps, faster for large weights (TRT; in
/// the public code of R2ETL):
///
///     mean over t of λ · Σ W² / (1 + (|W| + ε) k(t)),   k(t) = e^(δ (t − 1)) − 1,   t = 1…T
///
/// Over the weights of convolutions and full connections; normalization is left alone, which is our reading.
public struct TemporalWeightDecay: LossTerm {
    public static let weight = Setting.number(
        "loss.temporal_decay_weight", "TRT weight",
        "Temporal regularization: weight of a weight decay that fades over the time steps; 1e-5 is usual, 0 is off.",
        0...0.01, step: 1e-5, default: 0)
    public static let rate = Setting.number(
        "loss.temporal_decay_rate", "TRT δ", "How fast temporal regularization fades from one time step to the next.",
        0...5, step: 0.1, default: 0.5)
    public static let epsilon = Setting.number(
        "loss.temporal_decay_epsilon", "TRT ε", "Added to the size of each weight in temporal regularization.",
        0...1, step: 1e-5, default: 1e-5)
    public static let decay = MetricSeries("loss.temporal_decay")

    public init() {}

    public var name: String { "temporal-regularization" }
    public var summary: String { "a decay of weights that fades over the time steps (TRT)" }
    public var isAddition: Bool { true }
    public var knobs: [Knob] { [Self.weight.knob, Self.rate.knob, Self.epsilon.knob] }
    public var series: [SeriesDescription] {
        [
            SeriesDescription(
                Self.decay, "temporal regularization", short: "TRT", higherIsBetter: false, panel: "loss",
                column: .init("temporal_decay_loss", .mean))
        ]
    }

    public func makeEvaluator(_ batch: LossBatch) -> (any LossTermEvaluator)? { Evaluator() }

    /// Σ W² / (1 + (|W| + ε) k), averaged over k; adds `scale` times its gradient.
    ///
    /// - Parameter fading: k of each time step.
    public static func value(
        _ weights: Tensor, fading: [Float], epsilon: Float, scale: Float, gradient: Tensor
    ) -> Double {
        let share = 1 / Float(max(1, fading.count))
        // Blocks of a size that does not depend on the number of threads, so that no sum does.
        let size = 1 << 14
        let blocks = (weights.count + size - 1) / size
        var sums = [Double](repeating: 0, count: blocks)
        sums.withUnsafeMutableBufferPointer { buffer in
            // Safe: each block has a place of its own, and this call waits for all of them.
            nonisolated(unsafe) let places = buffer
            WorkerPool.shared.run(blocks: blocks) { block in
                var sum = 0.0
                for index in block * size..<min((block + 1) * size, weights.count) {
                    let weight = weights.pointer[index]
                    let length = abs(weight)
                    var (value, slope): (Float, Float) = (0, 0)
                    for k in fading {
                        let divisor = 1 / (1 + (length + epsilon) * k)
                        value += divisor
                        slope += (2 - length * k * divisor) * divisor
                    }
                    sum += Double(weight * weight * value * share)
                    gradient.pointer[index] += scale * share * weight * slope
                }
                places[block] = sum
            }
        }
        return sums.reduce(0, +)
    }

    private final class Evaluator: LossTermEvaluator {
        func evaluate(_ context: LossContext) -> LossTermValue {
            let settings = context.settings
            let weight = settings[TemporalWeightDecay.weight]
            guard weight > 0 else { return LossTermValue(weighted: 0, points: []) }
            let fading = (0..<context.timeStepCount).map {
                Float(exp(settings[TemporalWeightDecay.rate] * Double($0)) - 1)
            }
            let epsilon = Float(settings[TemporalWeightDecay.epsilon])
            // A head that no stream goes through is not trained, and those of losses are none of the network's.
            let network = context.network
            let idle = Set(
                ((context.batch.streamCount == 1 ? network.imageHeadParameters : []) + network.lossParameters)
                    .map(ObjectIdentifier.init))
            let weights = context.network.parameters.filter {
                $0.isDecayed && !idle.contains(ObjectIdentifier($0))
            }
            let value = weights.reduce(0) {
                $0
                    + TemporalWeightDecay.value(
                        $1.value, fading: fading, epsilon: epsilon, scale: Float(weight), gradient: $1.gradient)
            }
            return LossTermValue(weighted: weight * value, points: [(TemporalWeightDecay.decay, value)])
        }
    }
}
