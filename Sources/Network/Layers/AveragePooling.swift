import Tensors

/// Mean of 2×2 pixels: [N, H, W, C] → [N, H/2, W/2, C]. An odd last row or column is dropped.
///
/// Behind a neuron, the neuron pools by itself (`Neuron.Configuration.pools`); this layer is for everything else.
public final class AveragePooling: Layer {
    public init() {}

    public func outputShape(for input: ActivationShape) -> ActivationShape {
        input.with(height: input.height / 2, width: input.width / 2, channels: input.channels)
    }

    public func makeTrace(input: Activation, planner: TracePlanner) -> any LayerTrace {
        DenseTrace(shape: outputShape(for: input.shape), input: input, planner: planner)
    }

    public func forward(_ input: Activation, trace: any LayerTrace) {
        let trace = trace.own(DenseTrace.self)
        let shape = input.shape
        WorkerPool.shared.run(blocks: input.imageCount) { image, thread in
            let values = trace.inputValues(image, of: input, thread: thread)
            average_pool_forward(
                values, trace.output.floats(image: image), Int32(shape.height), Int32(shape.width),
                Int32(shape.channels))
        }
    }

    public func backward(_ input: Activation, trace: any LayerTrace, inputGradient: UnsafeMutablePointer<Float>?) {
        guard let inputGradient else { return }
        let (shape, output) = (input.shape, trace.output.shape.featureCount)
        WorkerPool.shared.run(blocks: input.imageCount) { image in
            average_pool_backward(
                trace.outputGradient + image * output, inputGradient + image * shape.featureCount, Int32(shape.height),
                Int32(shape.width), Int32(shape.channels))
        }
    }
}

/// The trace of a layer whose output is dense and that remembers nothing else.
final class DenseTrace: LayerTrace {
    let output: Activation
    private let gradient: PlannedMemory?
    private let images: PlannedMemory
    private let imageSize: Int

    init(shape: ActivationShape, input: Activation, planner: TracePlanner) {
        let count = input.imageCount * shape.featureCount
        output = Activation(
            shape: shape, frames: input.frames, storage: .dense,
            memory: planner.floats(count, planner.untilReadAgain))
        gradient = planner.goesBackward ? planner.floats(count, planner.ofGradient) : nil
        imageSize = input.shape.featureCount
        images = planner.workSpace(
            bytes: WorkerPool.shared.threadCount * imageSize * MemoryLayout<Float>.stride, backward: false)
    }

    var outputGradient: UnsafeMutablePointer<Float> {
        guard let gradient else { preconditionFailure("a gradient outside training") }
        return gradient.floats
    }

    /// An image of the input as floats; in the thread's space if it is not kept so.
    func inputValues(_ image: Int, of input: Activation, thread: Int) -> UnsafeMutablePointer<Float> {
        if input.storage == .dense { return input.floats(image: image) }
        let values = images.floats + thread * imageSize
        input.expand(image: image, into: values)
        return values
    }
}
