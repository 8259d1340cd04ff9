import Tensors

/// A residual block: output = branch(input) + shortcut(input), real-valued (He et al. 2016, as the paper's spiking ResNet has
/// it: normalization and neuron before each convolution).
///
/// Without a shortcut the input itself is added. The sum is made where the branch's last convolution has written, and its
/// gradient is both branch's and shortcut's.
public final class Residual: Layer {
    public let branch: Chain
    /// Empty: the identity.
    public let shortcut: Chain

    /// - Parameter branch: ends with a convolution.
    public init(branch: [any Layer], shortcut: [any Layer] = []) {
        precondition(branch.last is Convolution, "a residual branch that ends without a convolution")
        (self.branch, self.shortcut) = (Chain(branch), Chain(shortcut))
    }

    public var leaves: [any Layer] { branch.leaves + shortcut.leaves }
    public var parameters: [Parameter] { leaves.flatMap(\.parameters) }
    public var buffers: [NamedBuffer] { leaves.flatMap(\.buffers) }
    public var constants: [(name: String, value: Float)] { leaves.flatMap(\.constants) }
    public var normalizations: [BatchNormalization] { leaves.flatMap(\.normalizations) }

    /// The layers that it is made of draw theirs.
    public func drawWeights(_ random: inout RandomSource) {}

    public func outputShape(for input: ActivationShape) -> ActivationShape {
        let shape = branch.outputShape(for: input)
        precondition(shape == shortcut.outputShape(for: input), "a shortcut of another shape than its branch")
        return shape
    }

    public func makeTrace(input: Activation, planner: TracePlanner) -> any LayerTrace {
        ResidualTrace(self, input: input, planner: planner)
    }

    public func forward(_ input: Activation, trace: any LayerTrace) {
        let trace = trace.own(ResidualTrace.self)
        branch.forward(input, trace: trace.branch)
        shortcut.forward(input, trace: trace.shortcut)
        let (output, added) = (trace.output, trace.shortcut.output ?? input)
        let (shape, moments) = (output.shape, output.moments)
        moments?.clear(output)
        WorkerPool.shared.run(blocks: output.imageCount) { image in
            let source = added.floats(group: image / shape.batchSize, sample: image % shape.batchSize)
            add_to(output.floats(image: image), source, shape.featureCount)
            moments?.add(image, of: output)
        }
        moments?.areFresh = true
    }

    public func backward(_ input: Activation, trace: any LayerTrace, inputGradient: UnsafeMutablePointer<Float>?) {
        let trace = trace.own(ResidualTrace.self)
        let side = inputGradient == nil ? nil : trace.sideGradient
        if let last = trace.shortcut.traces.last {
            last.outputGradient.update(from: trace.outputGradient, count: trace.output.count)
            shortcut.backward(input, trace: trace.shortcut, inputGradient: side)
        } else if let side {
            gather(trace.outputGradient, of: input, into: side)
        }
        // The input may be overwritten from here on.
        branch.backward(input, trace: trace.branch, inputGradient: inputGradient)
        guard let inputGradient, let side else { return }
        let size = input.shape.featureCount
        WorkerPool.shared.run(blocks: input.imageCount) { image in
            add_to(inputGradient + image * size, side + image * size, size)
        }
    }

    /// Gradient of each image of the input where it is added as it is: that of all outputs that show it.
    private func gather(
        _ outputGradient: UnsafePointer<Float>, of input: Activation, into gradient: UnsafeMutablePointer<Float>
    ) {
        let (frames, size, batch) = (input.frames, input.shape.featureCount, input.shape.batchSize)
        WorkerPool.shared.run(blocks: input.imageCount) { image in
            let target = gradient + image * size
            guard !frames.isIdentity else {
                target.update(from: outputGradient + image * size, count: size)
                return
            }
            target.update(repeating: 0, count: size)
            for group in frames.users[image] {
                let sample = image % batch
                add_to(target, outputGradient + (group * batch + sample) * size, size)
            }
        }
    }
}

/// What a pass through a `Residual` remembers.
final class ResidualTrace: LayerTrace {
    let branch: ChainTrace
    let shortcut: ChainTrace
    let output: Activation
    private let last: any LayerTrace
    private let plannedSideGradient: PlannedMemory?

    init(_ layer: Residual, input: Activation, planner: TracePlanner) {
        precondition(input.storage == .dense, "a residual block that reads \(input.storage)")
        let (first, readers) = (planner.layer, planner.readers)
        branch = layer.branch.makeTrace(
            input: input, planner: planner, readers: layer.shortcut.leaves.count + readers, sums: true)
        shortcut = layer.shortcut.makeTrace(input: input, planner: planner, sums: true)
        guard let last = branch.traces.last else { preconditionFailure("a residual block without a branch") }
        precondition(last.output.frames.isIdentity, "a residual branch without a neuron")
        (self.last, output) = (last, last.output)
        guard planner.goesBackward else {
            plannedSideGradient = nil
            return
        }
        let sumTick = planner.layer
        let (images, channels) = (output.imageCount, output.shape.channels)
        output.moments = Activation.Moments(
            sums: planner.doubles(images * channels, sumTick...sumTick + readers),
            squares: planner.doubles(images * channels, sumTick...sumTick + readers))
        let isWanted = first > 0 || planner.firstLayerHasGradient
        plannedSideGradient =
            isWanted ? planner.floats(input.count, planner.backward(of: first..<planner.layer)) : nil
    }

    var outputGradient: UnsafeMutablePointer<Float> { last.outputGradient }
    /// Room for what the shortcut adds to the gradient of the input.
    var sideGradient: UnsafeMutablePointer<Float>? { plannedSideGradient?.floats }

    var leaves: [any LayerTrace] { branch.leaves + shortcut.leaves }
    var profile: StepProfile? {
        get { branch.profile }
        set { (branch.profile, shortcut.profile) = (newValue, newValue) }
    }
}
