import Foundation
import Tensors

/// Batch normalization whose statistics are those of each group: one time step of one stream.
///
/// Running statistics are updated group after group, static stream first, event stream last, as the reference's calls do
/// (momentum 0.1, unbiased variance). Normalization itself is folded into the neuron's pass as input · scale + shift.
public final class BatchNormalization {
    public static let epsilon: Float = 1e-5
    public static let momentum = 0.1

    public let weight: Parameter
    public let bias: Parameter
    public let runningMean: Tensor
    public let runningVariance: Tensor
    /// Number of groups seen in training.
    public var batchCount: Int64 = 0
    let name: String

    public init(name: String, channels: Int) {
        self.name = name
        weight = Parameter(name: "\(name).weight", shape: [channels])
        bias = Parameter(name: "\(name).bias", shape: [channels])
        runningMean = Tensor([channels])
        runningVariance = Tensor([channels])
        weight.value.fill(1)
        runningVariance.fill(1)
    }

    var buffers: [NamedBuffer] {
        [
            NamedBuffer(name: "\(name).running_mean", tensor: runningMean),
            NamedBuffer(name: "\(name).running_var", tensor: runningVariance),
        ]
    }

    /// What normalization of one pass needs; each [groups, C].
    struct Statistics {
        let mean: PlannedTensor
        let inverseDeviation: PlannedTensor
        let scale: PlannedTensor
        let shift: PlannedTensor
        /// In training: biased variance of each group.
        let variance: PlannedTensor

        init(groups: Int, channels: Int, planner: TracePlanner) {
            mean = planner.kept([groups, channels])
            inverseDeviation = planner.kept([groups, channels])
            scale = planner.kept([groups, channels])
            shift = planner.kept([groups, channels])
            variance = planner.kept([groups, channels])
        }
    }

    /// Fills `statistics` from the batch (training) or the running statistics (evaluation).
    func prepare(_ input: Tensor, shape: ActivationShape, purpose: PassPurpose, statistics: Statistics) {
        let channels = shape.channels
        let (mean, variance) = (statistics.mean.tensor.pointer, statistics.variance.tensor.pointer)
        switch purpose {
        case .training:
            WorkerPool.shared.run(blocks: shape.groupCount) { group in
                withUnsafeTemporaryAllocation(of: Double.self, capacity: channels) { sums in
                    let values = UnsafePointer(input.pointer + group * shape.groupSize)
                    let count = Double(shape.positionCount)
                    sums.initialize(repeating: 0)
                    channel_sums(values, 0, shape.positionCount, Int32(channels), sums.baseAddress)
                    for c in 0..<channels { mean[group * channels + c] = Float(sums[c] / count) }
                    sums.update(repeating: 0)
                    channel_squares(
                        values, 0, shape.positionCount, Int32(channels), mean + group * channels, sums.baseAddress)
                    for c in 0..<channels { variance[group * channels + c] = Float(sums[c] / count) }
                }
            }
        case .evaluation, .inspection:
            for group in 0..<shape.groupCount {
                (mean + group * channels).update(from: runningMean.pointer, count: channels)
                (variance + group * channels).update(from: runningVariance.pointer, count: channels)
            }
        }
        let (inverse, scale) = (statistics.inverseDeviation.tensor.pointer, statistics.scale.tensor.pointer)
        let shift = statistics.shift.tensor.pointer
        for group in 0..<shape.groupCount {
            for c in 0..<channels {
                let at = group * channels + c
                inverse[at] = 1 / (variance[at] + Self.epsilon).squareRoot()
                scale[at] = inverse[at] * weight.value.pointer[c]
                shift[at] = bias.value.pointer[c] - mean[at] * scale[at]
            }
        }
        if purpose == .training { updateRunning(shape: shape, mean: mean, variance: variance) }
    }

    private func updateRunning(shape: ActivationShape, mean: Tensor.Pointer, variance: Tensor.Pointer) {
        let count = Double(shape.positionCount)
        let unbiased = count > 1 ? count / (count - 1) : 1
        for c in 0..<shape.channels {
            var runningMean = Double(self.runningMean.pointer[c])
            var runningVariance = Double(self.runningVariance.pointer[c])
            for group in 0..<shape.groupCount {
                let at = group * shape.channels + c
                runningMean += Self.momentum * (Double(mean[at]) - runningMean)
                runningVariance += Self.momentum * (Double(variance[at]) * unbiased - runningVariance)
            }
            self.runningMean.pointer[c] = Float(runningMean)
            self.runningVariance.pointer[c] = Float(runningVariance)
        }
        batchCount += Int64(shape.groupCount)
    }

    /// Turns dL/d(normalized) in `gradient` into dL/d(input), and adds to the gradients of weight and bias.
    ///
    /// - Parameters:
    ///   - sums: [groups, C] sums over positions of the gradient.
    ///   - products: [groups, C] sums over positions of gradient · normalized input.
    func backward(
        _ gradient: Tensor, input: Tensor, shape: ActivationShape, statistics: Statistics, sums: UnsafePointer<Double>,
        products: UnsafePointer<Double>, means: PlannedTensor, productMeans: PlannedTensor
    ) {
        let channels = shape.channels
        let count = Double(shape.positionCount)
        for group in 0..<shape.groupCount {
            for c in 0..<channels {
                let at = group * channels + c
                bias.gradient.pointer[c] += Float(sums[at])
                weight.gradient.pointer[c] += Float(products[at])
                means.tensor.pointer[at] = Float(sums[at] / count)
                productMeans.tensor.pointer[at] = Float(products[at] / count)
            }
        }
        WorkerPool.shared.run(blocks: shape.groupCount) { group in
            let offset = group * channels
            batch_normalization_backward(
                gradient.pointer + group * shape.groupSize, input.pointer + group * shape.groupSize, 0,
                shape.positionCount, Int32(channels), statistics.mean.tensor.pointer + offset,
                statistics.inverseDeviation.tensor.pointer + offset, statistics.scale.tensor.pointer + offset,
                means.tensor.pointer + offset, productMeans.tensor.pointer + offset)
        }
    }
}
