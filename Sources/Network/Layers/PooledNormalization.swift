import Tensors

/// Batch normalization and the mean over all positions: [N, H, W, C] → [N, 1, 1, C], one after the other or the other way
/// round, which is the same. The output is what the paper's ResNet aligns between the streams.
///
/// Shapes: input x [S·T, B, H, W, C], output y [S·T, B, 1, 1, C]. With the mean x̄ over an image's positions and the group's
/// statistics:
///
///     y = scale · x̄ + shift
///     dL/dx = scale · (dL/dy / P − S / N − x̂ · D / N),   S = Σ dL/dy,  D = Σ dL/dy · x̂(x̄),  P = H · W,  N = B · P
public final class PooledNormalization: Layer {
    public let normalization: BatchNormalization

    public init(name: String, channels: Int) { normalization = BatchNormalization(name: name, channels: channels) }

    public var parameters: [Parameter] { [normalization.weight, normalization.bias] }
    public var buffers: [NamedBuffer] { normalization.buffers }
    public var normalizations: [BatchNormalization] { [normalization] }

    /// Scale and shift begin at 1 and 0.
    public func drawWeights(_ random: inout RandomSource) {}

    public func outputShape(for input: ActivationShape) -> ActivationShape {
        input.with(height: 1, width: 1, channels: input.channels)
    }

    public func makeTrace(input: Activation, planner: TracePlanner) -> any LayerTrace {
        PooledNormalizationTrace(input: input, shape: outputShape(for: input.shape), planner: planner)
    }

    public func forward(_ input: Activation, trace: any LayerTrace) {
        let trace = trace.own(PooledNormalizationTrace.self)
        normalization.prepare(input, purpose: trace.purpose, statistics: trace.statistics)
        let (shape, channels) = (input.shape, input.shape.channels)
        let (positions, means) = (shape.height * shape.width, trace.means.floats)
        let (scale, shift) = (trace.statistics.scale.tensor.pointer, trace.statistics.shift.tensor.pointer)
        WorkerPool.shared.run(blocks: input.imageCount) { image in
            let (values, row) = (input.floats(image: image), image / shape.batchSize * channels)
            let (mean, output) = (means + image * channels, trace.output.floats(image: image))
            for c in 0..<channels {
                var sum = 0.0
                for position in 0..<positions { sum += Double(values[position * channels + c]) }
                mean[c] = Float(sum / Double(positions))
                output[c] = mean[c] * scale[row + c] + shift[row + c]
            }
        }
        trace.output.activeCount = nil
    }

    public func backward(_ input: Activation, trace: any LayerTrace, inputGradient: UnsafeMutablePointer<Float>?) {
        let trace = trace.own(PooledNormalizationTrace.self)
        trace.addFeatureGradient()
        let shape = input.shape
        WorkerPool.shared.run(blocks: shape.groupCount) { group in
            trace.addUp(group, shape)
        }
        addParameterGradients(trace, shape)
        trace.addUpAll(shape)
        WorkerPool.shared.run(blocks: shape.groupCount) { group in
            trace.makeFactors(group, shape)
        }
        guard let inputGradient else { return }
        let (channels, positions) = (shape.channels, shape.height * shape.width)
        let scale = trace.statistics.scale.tensor.pointer
        WorkerPool.shared.run(blocks: input.imageCount) { image in
            let row = image / shape.batchSize * channels
            let (values, target) = (input.floats(image: image), inputGradient + image * shape.featureCount)
            let (slope, constant) = (trace.slope.floats + row, trace.constant.floats + row)
            let gradient = trace.totalGradient.floats + image * channels
            for position in 0..<positions {
                let at = position * channels
                for c in 0..<channels {
                    target[at + c] =
                        scale[row + c] * gradient[c] / Float(positions) + slope[c] * values[at + c] + constant[c]
                }
            }
        }
    }

    private func addParameterGradients(_ trace: PooledNormalizationTrace, _ shape: ActivationShape) {
        for group in 0..<shape.groupCount {
            let row = group * shape.channels
            for c in 0..<shape.channels {
                normalization.bias.gradient.pointer[c] += Float(trace.sums.doubles[row + c])
                normalization.weight.gradient.pointer[c] += Float(trace.products.doubles[row + c])
            }
        }
    }
}

/// What a pass through a `PooledNormalization` remembers.
final class PooledNormalizationTrace: DomainFeatureTrace {
    let purpose: PassPurpose
    let output: Activation
    let statistics: BatchNormalization.Statistics
    /// x̄ of each image, [images, C].
    let means: PlannedMemory
    public var featureGradient: Tensor?

    private let planned: PlannedTensor
    private let gradient: PlannedMemory?
    private let backwardSpace: BackwardSpace?

    /// Space of the backward pass: [images, C] and [groups, C].
    private struct BackwardSpace {
        let total: PlannedMemory
        let (sums, products): (PlannedMemory, PlannedMemory)
        let (slope, constant): (PlannedMemory, PlannedMemory)
    }

    init(input: Activation, shape: ActivationShape, planner: TracePlanner) {
        precondition(
            input.storage == .dense && input.frames.isIdentity, "a pooled normalization of shared or spiking images")
        purpose = planner.purpose
        planned = planner.tensor(shape.shape, planner.toTheEnd)
        output = Activation(
            shape: shape, frames: FrameSources(shape), storage: .dense, memory: planned.memory)
        statistics = BatchNormalization.Statistics(
            groups: shape.groupCount, channels: shape.channels, planner: planner)
        means = planner.floats(shape.count, planner.throughBackward)
        if input.moments == nil, planner.goesBackward {
            input.moments = Activation.Moments(
                sums: planner.doubles(input.imageCount * shape.channels, planner.always),
                squares: planner.doubles(input.imageCount * shape.channels, planner.always))
        }
        guard planner.goesBackward else {
            (gradient, backwardSpace) = (nil, nil)
            return
        }
        gradient = planner.floats(shape.count, planner.ofGradient)
        let (now, rows) = (planner.backwardTick...planner.backwardTick, shape.groupCount * shape.channels)
        backwardSpace = BackwardSpace(
            total: planner.floats(shape.count, now), sums: planner.doubles(rows, now),
            products: planner.doubles(rows, now), slope: planner.floats(rows, now), constant: planner.floats(rows, now))
    }

    var featureShape: ActivationShape { output.shape }
    var feature: Tensor? { purpose == .training ? planned.tensor : nil }

    var outputGradient: UnsafeMutablePointer<Float> {
        guard let gradient else { preconditionFailure("a gradient outside training") }
        return gradient.floats
    }

    private var space: BackwardSpace {
        guard let backwardSpace else { preconditionFailure("a backward pass outside training") }
        return backwardSpace
    }

    /// dL/dy by way of the next layer and by way of the alignment, [images, C].
    var totalGradient: PlannedMemory { space.total }
    /// Sums over each group, [groups, C].
    var sums: PlannedMemory { space.sums }
    var products: PlannedMemory { space.products }
    /// What the gradient of the input is made of beside scale · dL/dy / P: slope · x + constant.
    var slope: PlannedMemory { space.slope }
    var constant: PlannedMemory { space.constant }

    func addFeatureGradient() {
        let total = totalGradient.floats
        total.update(from: outputGradient, count: output.shape.count)
        if let featureGradient { add_to(total, featureGradient.pointer, output.shape.count) }
    }

    /// Sums over the samples of a group.
    ///
    /// - Parameter shape: of the input.
    func addUp(_ group: Int, _ shape: ActivationShape) {
        let (channels, row) = (shape.channels, group * shape.channels)
        for c in 0..<channels {
            let mean = statistics.mean.tensor.pointer[row + c]
            let inverse = statistics.inverseDeviation.tensor.pointer[row + c]
            var (sum, product) = (0.0, 0.0)
            for sample in 0..<shape.batchSize {
                let at = (group * shape.batchSize + sample) * channels + c
                let toOutput = totalGradient.floats[at]
                sum += Double(toOutput)
                product += Double(toOutput * (means.floats[at] - mean) * inverse)
            }
            (sums.doubles[row + c], products.doubles[row + c]) = (sum, product)
        }
    }

    /// Adds what others have of the groups.
    func addUpAll(_ shape: ActivationShape) {
        guard purpose == .training, let group = statistics.group else { return }
        let count = shape.groupCount * shape.channels
        group.sum(sums.doubles, count: count)
        group.sum(products.doubles, count: count)
    }

    /// - Parameter shape: of the input.
    func makeFactors(_ group: Int, _ shape: ActivationShape) {
        let (channels, row, count) = (shape.channels, group * shape.channels, statistics.count(shape))
        for c in 0..<channels {
            guard purpose == .training else {
                // Running statistics depend on nothing in the batch.
                (slope.floats[row + c], constant.floats[row + c]) = (0, 0)
                continue
            }
            let mean = statistics.mean.tensor.pointer[row + c]
            let scale = statistics.scale.tensor.pointer[row + c]
            let inverse = statistics.inverseDeviation.tensor.pointer[row + c]
            slope.floats[row + c] = -scale * inverse * Float(products.doubles[row + c] / count)
            constant.floats[row + c] = -scale * Float(sums.doubles[row + c] / count) - slope.floats[row + c] * mean
        }
    }
}
