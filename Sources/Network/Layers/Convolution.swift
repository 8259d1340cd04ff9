import Tensors

/// Convolution without bias, all time steps of both streams at once.
///
/// Shapes: input [N, H, W, Cin], output [N, H', W', Cout] with N = S·T·B; weight [k·k·Cin, Cout].
/// Forward: columns(input) · weight, some rows of an image at a time, so that the columns stay in the cache.
/// Backward: dL/dweight = columnsᵀ · dL/doutput; dL/dinput = columns(dL/doutput) · rotated weight.
public final class Convolution: Layer {
    public let weight: Parameter
    public let inputChannels: Int
    public let outputChannels: Int
    public let kernel: Int
    public let padding: Int

    public init(name: String, inputChannels: Int, outputChannels: Int, kernel: Int = 3, padding: Int = 1) {
        (self.inputChannels, self.outputChannels) = (inputChannels, outputChannels)
        (self.kernel, self.padding) = (kernel, padding)
        weight = Parameter(
            name: "\(name).weight", shape: [kernel * kernel * inputChannels, outputChannels],
            layout: .convolution(out: outputChannels, in: inputChannels, kernel: kernel))
    }

    public var parameters: [Parameter] { [weight] }

    public func outputShape(for input: ActivationShape) -> ActivationShape {
        input.with(
            height: input.height + 2 * padding - kernel + 1, width: input.width + 2 * padding - kernel + 1,
            channels: outputChannels)
    }

    public func makeTrace(input: ActivationShape, planner: TracePlanner) -> any LayerTrace {
        ConvolutionTrace(layer: self, input: input, planner: planner)
    }

    public func forward(_ input: Tensor, trace: any LayerTrace) {
        let trace = trace.own(ConvolutionTrace.self)
        run(input, weight: weight.value.pointer, into: trace.output, trace.forwardPlan, trace)
    }

    public func backward(
        _ outputGradient: Tensor, input: Tensor, trace: any LayerTrace, inputGradient: Tensor?
    ) {
        let trace = trace.own(ConvolutionTrace.self)
        accumulateWeightGradient(input: input, outputGradient: outputGradient, trace)
        guard let inputGradient else { return }
        rotateWeight(into: trace.rotatedWeight)
        run(outputGradient, weight: trace.rotatedWeight, into: inputGradient, trace.backwardPlan, trace)
    }

    /// output = columns(input) · weight for every image.
    private func run(
        _ input: Tensor, weight: UnsafePointer<Float>, into output: Tensor, _ plan: ColumnPlan,
        _ trace: ConvolutionTrace
    ) {
        let threads = WorkerPool.shared.threadCount
        WorkerPool.shared.run(blocks: threads) { block in
            let columns = trace.columns(ofBlock: block)
            for image in trace.images(ofBlock: block, of: threads) {
                let source = input.pointer + image * plan.inputSize
                let target = output.pointer + image * plan.outputSize
                for rows in plan.strips {
                    plan.gather(source, rows: rows, into: columns)
                    MatrixProduct.multiply(
                        columns, weight, into: target + rows.lowerBound * plan.outWidth * plan.outChannels,
                        rows: rows.count * plan.outWidth, columns: plan.outChannels, inner: plan.columnWidth)
                }
            }
        }
    }

    private func accumulateWeightGradient(input: Tensor, outputGradient: Tensor, _ trace: ConvolutionTrace) {
        let plan = trace.forwardPlan
        let blocks = trace.gradientBlocks
        WorkerPool.shared.run(blocks: blocks) { block in
            let columns = trace.columns(ofBlock: block)
            let partial = trace.partialGradient(ofBlock: block)
            var accumulates = false
            for image in trace.images(ofBlock: block, of: blocks) {
                for rows in plan.strips {
                    plan.gather(input.pointer + image * plan.inputSize, rows: rows, into: columns)
                    MatrixProduct.multiply(
                        columns,
                        outputGradient.pointer + image * plan.outputSize
                            + rows.lowerBound * plan.outWidth * plan.outChannels,
                        into: partial, rows: plan.columnWidth, columns: plan.outChannels,
                        inner: rows.count * plan.outWidth, transposesLeft: true, accumulates: accumulates)
                    accumulates = true
                }
            }
            if !accumulates { partial.update(repeating: 0, count: weight.value.count) }
        }
        for block in 0..<blocks {
            add_to(weight.gradient.pointer, trace.partialGradient(ofBlock: block), weight.value.count)
        }
    }

    /// [k·k·Cout, Cin] with the taps in reverse order.
    private func rotateWeight(into rotated: Tensor.Pointer) {
        let taps = kernel * kernel
        for tap in 0..<taps {
            for i in 0..<inputChannels {
                let source = weight.value.pointer + (tap * inputChannels + i) * outputChannels
                let target = rotated + (taps - 1 - tap) * outputChannels * inputChannels + i
                for o in 0..<outputChannels { target[o * inputChannels] = source[o] }
            }
        }
    }
}
