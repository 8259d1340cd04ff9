import Communication
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
        /// In training: sums and squares of each group, [groups, 2, C].
        let totals: PlannedMemory?
        /// Who has the other samples of the groups; `nil`: nobody, or they are left to themselves.
        let group: RankGroup?

        init(groups: Int, channels: Int, planner: TracePlanner) {
            totals =
                planner.purpose == .training ? planner.doubles(2 * groups * channels, planner.throughBackward) : nil
            group = planner.statisticsGroup
            func planned() -> PlannedTensor { planner.tensor([groups, channels], planner.throughBackward) }
            (mean, inverseDeviation, scale, shift, variance) = (planned(), planned(), planned(), planned(), planned())
        }

        /// Positions of a group, of all who share it.
        func count(_ shape: ActivationShape) -> Double { Double(shape.positionCount * (group?.count ?? 1)) }

        func useIdentity() {
            mean.tensor.fill(0)
            inverseDeviation.tensor.fill(1)
            scale.tensor.fill(1)
            shift.tensor.fill(0)
        }
    }

    /// Fills `statistics` from the batch (training) or the running statistics (all else).
    func prepare(_ input: Activation, purpose: PassPurpose, statistics: Statistics) {
        let (shape, channels) = (input.shape, input.shape.channels)
        let (mean, variance) = (statistics.mean.tensor.pointer, statistics.variance.tensor.pointer)
        switch purpose {
        case .training: measure(input, statistics)
        case .evaluation, .inspection, .attribution:
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
        if purpose == .training { updateRunning(shape: shape, statistics) }
    }

    /// Mean and biased variance of each group, from the moments of its images, and of those that others have.
    private func measure(_ input: Activation, _ statistics: Statistics) {
        let (shape, channels) = (input.shape, input.shape.channels)
        let moments = input.freshMoments()
        guard let totals = statistics.totals?.doubles else {
            preconditionFailure("statistics of a batch outside training")
        }
        let least = max(1, 4096 / channels)
        WorkerPool.shared.run(over: shape.groupCount, least: least) { groups in
            for group in groups {
                let (sums, squares) = (totals + 2 * group * channels, totals + (2 * group + 1) * channels)
                sums.update(repeating: 0, count: 2 * channels)
                for sample in 0..<shape.batchSize {
                    let row = input.frames.image(group: group, sample: sample) * channels
                    for c in 0..<channels {
                        sums[c] += moments.sums.doubles[row + c]
                        squares[c] += moments.squares.doubles[row + c]
                    }
                }
            }
        }
        statistics.group?.sum(totals, count: 2 * shape.groupCount * channels)
        let (mean, variance) = (statistics.mean.tensor.pointer, statistics.variance.tensor.pointer)
        let count = statistics.count(shape)
        WorkerPool.shared.run(over: shape.groupCount, least: least) { groups in
            for group in groups {
                let (sums, squares) = (totals + 2 * group * channels, totals + (2 * group + 1) * channels)
                for c in 0..<channels {
                    let average = sums[c] / count
                    mean[group * channels + c] = Float(average)
                    variance[group * channels + c] = Float(max(0, squares[c] / count - average * average))
                }
            }
        }
    }

    private func updateRunning(shape: ActivationShape, _ statistics: Statistics) {
        let (mean, variance) = (statistics.mean.tensor.pointer, statistics.variance.tensor.pointer)
        let count = statistics.count(shape)
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
}

extension Activation {
    /// The moments of this pass; made here where the layer before did not.
    func freshMoments() -> Moments {
        guard let moments else { preconditionFailure("normalization of an activation without moments") }
        guard !moments.areFresh else { return moments }
        moments.clear(self)
        WorkerPool.shared.run(blocks: imageCount) { image in moments.add(image, of: self) }
        return moments
    }
}
