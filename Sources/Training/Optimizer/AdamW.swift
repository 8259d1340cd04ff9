import Foundation
import Network
import Tensors

/// Adam with decoupled weight decay (Loshchilov and Hutter 2019): β = (0.9, 0.999), ε = 1e-8, decay on parameters of two
/// and more dimensions only, as the reference's groups have it.
public final class AdamW {
    public static let betas = (first: 0.9, second: 0.999)
    public static let epsilon = 1e-8

    struct Moments {
        let parameter: Parameter
        let first: Tensor
        let second: Tensor
        /// Updates made so far: a parameter that is left alone for a while has fewer.
        var updates = 0
    }

    var moments: [Moments]

    public init(parameters: [Parameter]) {
        moments = parameters.map {
            Moments(parameter: $0, first: Tensor($0.value.shape), second: Tensor($0.value.shape))
        }
    }

    /// Moves every parameter by its gradient.
    ///
    /// - Parameters:
    ///   - gradientScale: factor on every gradient, from clipping.
    ///   - isSkipped: parameters that have no gradient in this step; they are not decayed either.
    public func update(
        learningRate: Double, weightDecay: Double, gradientScale: Double = 1,
        isSkipped: (Parameter) -> Bool = { _ in false }
    ) {
        for index in moments.indices where !isSkipped(moments[index].parameter) {
            moments[index].updates += 1
            let entry = moments[index]
            let updates = Double(entry.updates)
            var step = adamw_step(
                learningRate: Float(learningRate),
                decay: Float(entry.parameter.isDecayed ? 1 - learningRate * weightDecay : 1),
                firstWeight: Float(1 - Self.betas.first), secondDecay: Float(Self.betas.second),
                secondWeight: Float(1 - Self.betas.second),
                firstCorrection: Float(1 - pow(Self.betas.first, updates)),
                secondCorrection: Float((1 - pow(Self.betas.second, updates)).squareRoot()),
                epsilon: Float(Self.epsilon), gradientScale: Float(gradientScale))
            let (value, gradient) = (entry.parameter.value, entry.parameter.gradient)
            withUnsafePointer(to: &step) { step in
                // Safe: read only while the threads run, and this call waits for them.
                nonisolated(unsafe) let step = step
                WorkerPool.shared.run(over: value.count, least: 1 << 16) { range in
                    adamw_update(
                        value.pointer + range.lowerBound, gradient.pointer + range.lowerBound,
                        entry.first.pointer + range.lowerBound, entry.second.pointer + range.lowerBound, range.count,
                        step)
                }
            }
        }
    }
}

/// Norm of the whole gradient, and the factor that clipping puts on it.
public enum GradientClipping {
    public static func norm(of parameters: [Parameter]) -> Double {
        parameters.reduce(0) { $0 + $1.gradient.sumOfSquares }.squareRoot()
    }

    /// 1 where `limit` is 0 or the norm is below it.
    public static func scale(norm: Double, limit: Double) -> Double {
        limit > 0 && norm > limit ? limit / (norm + 1e-6) : 1
    }
}
