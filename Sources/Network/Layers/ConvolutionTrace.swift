import Tensors

/// How one image is turned into columns, strip by strip.
struct ColumnPlan {
    let (height, width, channels): (Int, Int, Int)
    let (outHeight, outWidth, outChannels): (Int, Int, Int)
    let (kernel, padding): (Int, Int)
    /// Rows of the output that are gathered at once.
    let strips: [Range<Int>]

    /// Columns of a strip take at most this many elements: half a mebibyte, to stay in the second-level cache.
    private static let stripElements = 128 * 1024

    init(input: ActivationShape, output: ActivationShape, kernel: Int, padding: Int) {
        (height, width, channels) = (input.height, input.width, input.channels)
        (outHeight, outWidth, outChannels) = (output.height, output.width, output.channels)
        (self.kernel, self.padding) = (kernel, padding)
        let rowElements = output.width * kernel * kernel * input.channels
        let rows = min(output.height, max(1, Self.stripElements / max(rowElements, 1)))
        strips = stride(from: 0, to: output.height, by: rows).map { $0..<min($0 + rows, output.height) }
    }

    var inputSize: Int { height * width * channels }
    var outputSize: Int { outHeight * outWidth * outChannels }
    var columnWidth: Int { kernel * kernel * channels }
    var largestStrip: Int { (strips.first?.count ?? 0) * outWidth * columnWidth }

    func gather(_ image: UnsafePointer<Float>, rows: Range<Int>, into columns: Tensor.Pointer) {
        image_columns(
            image, columns, Int32(height), Int32(width), Int32(channels), Int32(kernel), Int32(padding), 1,
            Int32(outWidth), Int32(rows.lowerBound), Int32(rows.upperBound))
    }
}

/// What a pass through a `Convolution` remembers, and the space it works in.
final class ConvolutionTrace: LayerTrace {
    let input: ActivationShape
    let forwardPlan: ColumnPlan
    let backwardPlan: ColumnPlan
    let rotatedWeight: PlannedTensor?
    private let planned: PlannedTensor
    private let columnSpace: PlannedTensor
    private let partialGradients: PlannedTensor?

    init(layer: Convolution, input: ActivationShape, planner: TracePlanner) {
        self.input = input
        let output = layer.outputShape(for: input)
        planned = planner.output(output.shape)
        forwardPlan = ColumnPlan(input: input, output: output, kernel: layer.kernel, padding: layer.padding)
        backwardPlan = ColumnPlan(
            input: output, output: input, kernel: layer.kernel, padding: layer.kernel - 1 - layer.padding)
        let threads = WorkerPool.shared.threadCount
        let trains = planner.purpose == .training
        columnSpace = planner.kept([
            threads, max(forwardPlan.largestStrip, trains ? backwardPlan.largestStrip : 0),
        ])
        rotatedWeight =
            trains ? planner.kept([layer.kernel * layer.kernel * layer.outputChannels, layer.inputChannels]) : nil
        partialGradients = trains ? planner.kept([threads, layer.weight.value.count]) : nil
    }

    var output: Tensor { planned.tensor }

    func columns(ofBlock block: Int) -> Tensor.Pointer {
        columnSpace.tensor.pointer + block * columnSpace.tensor.shape[1]
    }

    func partialGradient(ofBlock block: Int) -> Tensor.Pointer {
        partialGradients!.tensor.pointer + block * partialGradients!.tensor.shape[1]
    }

    func images(ofBlock block: Int, of blocks: Int) -> Range<Int> {
        input.imageCount * block / blocks..<input.imageCount * (block + 1) / blocks
    }
}
