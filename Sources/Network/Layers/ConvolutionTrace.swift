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
    /// Parts that the weight's gradient is summed in. Fixed by the layer alone, so that the sum does not depend on the
    /// number of threads.
    let gradientBlocks: Int
    private let planned: PlannedTensor
    /// [columns a thread | weight gradients a block | rotated weight]
    private let space: WorkSpace
    private let stripSize: Int
    private let weightCount: Int

    /// Large weights are summed in few parts, to save memory; small ones in many, to keep many threads busy.
    private static let gradientElements = 4 << 20

    init(layer: Convolution, input: ActivationShape, planner: TracePlanner) {
        self.input = input
        let output = layer.outputShape(for: input)
        planned = planner.output(output.shape)
        forwardPlan = ColumnPlan(input: input, output: output, kernel: layer.kernel, padding: layer.padding)
        backwardPlan = ColumnPlan(
            input: output, output: input, kernel: layer.kernel, padding: layer.kernel - 1 - layer.padding)
        weightCount = layer.weight.value.count
        gradientBlocks = max(2, min(16, Self.gradientElements / weightCount))
        let trains = planner.purpose == .training
        stripSize = max(forwardPlan.largestStrip, trains ? backwardPlan.largestStrip : 0)
        let threads = max(WorkerPool.shared.threadCount, trains ? gradientBlocks : 0)
        space = planner.workSpace(threads * stripSize + (trains ? (gradientBlocks + 1) * weightCount : 0))
    }

    var output: Tensor { planned.tensor }

    func columns(ofBlock block: Int) -> Tensor.Pointer { space.pointer + block * stripSize }

    private var gradientSpace: Tensor.Pointer {
        space.pointer + max(WorkerPool.shared.threadCount, gradientBlocks) * stripSize
    }

    func partialGradient(ofBlock block: Int) -> Tensor.Pointer { gradientSpace + block * weightCount }

    var rotatedWeight: Tensor.Pointer { gradientSpace + gradientBlocks * weightCount }

    func images(ofBlock block: Int, of blocks: Int) -> Range<Int> {
        input.imageCount * block / blocks..<input.imageCount * (block + 1) / blocks
    }
}
