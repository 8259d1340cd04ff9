import Tensors

/// Mean of 2×2 pixels: [N, H, W, C] → [N, H/2, W/2, C]. An odd last row or column is dropped.
public final class AveragePooling: Layer {
    public init() {}

    public func outputShape(for input: ActivationShape) -> ActivationShape {
        input.with(height: input.height / 2, width: input.width / 2, channels: input.channels)
    }

    public func makeTrace(input: ActivationShape, planner: TracePlanner) -> any LayerTrace {
        OutputTrace(input: input, output: planner.output(outputShape(for: input).shape))
    }

    public func forward(_ input: Tensor, trace: any LayerTrace) {
        forEachImage(trace.input) { shape, inputOffset, outputOffset in
            average_pool_forward(
                input.pointer + inputOffset, trace.output.pointer + outputOffset, Int32(shape.height),
                Int32(shape.width), Int32(shape.channels))
        }
    }

    public func backward(
        _ outputGradient: Tensor, input: Tensor, trace: any LayerTrace, inputGradient: Tensor?
    ) {
        guard let inputGradient else { return }
        forEachImage(trace.input) { shape, inputOffset, outputOffset in
            average_pool_backward(
                outputGradient.pointer + outputOffset, inputGradient.pointer + inputOffset, Int32(shape.height),
                Int32(shape.width), Int32(shape.channels))
        }
    }

    private func forEachImage(_ shape: ActivationShape, _ body: (ActivationShape, Int, Int) -> Void) {
        let outputSize = outputShape(for: shape).featureCount
        WorkerPool.shared.run(over: shape.imageCount) { images in
            for image in images { body(shape, image * shape.featureCount, image * outputSize) }
        }
    }
}
