import Tensors

/// Mean of each group of neighboring channels: [N, H, W, C] → [N, H, W, C / size]. A class is what a group of neurons votes
/// for.
public final class Voting: Layer {
    public let groupSize: Int

    public init(groupSize: Int) { self.groupSize = groupSize }

    public func outputShape(for input: ActivationShape) -> ActivationShape {
        precondition(input.channels % groupSize == 0, "groups of \(groupSize) among \(input.channels) channels")
        return input.with(height: input.height, width: input.width, channels: input.channels / groupSize)
    }

    public func makeTrace(input: Activation, planner: TracePlanner) -> any LayerTrace {
        DenseTrace(shape: outputShape(for: input.shape), input: input, planner: planner)
    }

    public func forward(_ input: Activation, trace: any LayerTrace) {
        let trace = trace.own(DenseTrace.self)
        let count = trace.output.shape.featureCount
        WorkerPool.shared.run(blocks: input.imageCount) { image, thread in
            let values = trace.inputValues(image, of: input, thread: thread)
            let output = trace.output.floats(image: image)
            for index in 0..<count {
                var sum: Float = 0
                for member in 0..<groupSize { sum += values[index * groupSize + member] }
                output[index] = sum / Float(groupSize)
            }
        }
    }

    public func backward(_ input: Activation, trace: any LayerTrace, inputGradient: UnsafeMutablePointer<Float>?) {
        guard let inputGradient else { return }
        for index in 0..<input.count {
            inputGradient[index] = trace.outputGradient[index / groupSize] / Float(groupSize)
        }
    }
}
