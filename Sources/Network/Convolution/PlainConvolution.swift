import Tensors

/// Convolution as a product of image columns and weight, some rows of an image at a time, so that the columns stay in the
/// cache. The twin of the fast methods, and what runs where they cannot.
///
/// Forward: columns(input) · weight. Backward: dL/dweight = columnsᵀ · dL/doutput; dL/dinput = columns(dL/doutput) ·
/// rotated weight; with a stride, the columns dL/doutput · weightᵀ are added up where they came from.
struct PlainConvolution {
    private let forwardPlan: ColumnPlan
    private let backwardPlan: ColumnPlan
    private let images: Int
    private let taps: Int
    private let (inputChannels, outputChannels): (Int, Int)
    /// Parts that the weight's gradient is summed in. Fixed by the layer alone, so that the sum does not depend on the
    /// number of threads.
    let gradientBlocks: Int

    /// Large weights are summed in few parts, to save memory; small ones in many, to keep many threads busy.
    private static let gradientElements = 4 << 20

    init(layer: Convolution, input: ActivationShape, images: Int) {
        let output = layer.outputShape(for: input)
        forwardPlan = ColumnPlan(
            input: input, output: output, kernel: layer.kernel, padding: layer.padding, stride: layer.stride)
        backwardPlan = ColumnPlan(
            input: output, output: input, kernel: layer.kernel, padding: layer.kernel - 1 - layer.padding, stride: 1)
        self.images = images
        taps = layer.kernel * layer.kernel
        (inputChannels, outputChannels) = (layer.inputChannels, layer.outputChannels)
        gradientBlocks = max(2, min(16, Self.gradientElements / layer.weight.value.count))
    }

    private var weightCount: Int { taps * inputChannels * outputChannels }
    private var threads: Int { WorkerPool.shared.threadCount }

    private struct Space {
        var columns: UnsafeMutablePointer<Float>?
        var images: UnsafeMutablePointer<Float>?
        var partials: UnsafeMutablePointer<Float>?
        var rotated: UnsafeMutablePointer<Float>?
        var bytes: Int
    }

    private func space(_ base: UnsafeMutableRawPointer?, backward: Bool) -> Space {
        var cutter = SpaceCutter(base)
        let strip = max(forwardPlan.largestStrip, backward ? backwardPlan.largestStrip : 0)
        let columns = cutter.take(Float.self, threads * strip)
        let images = cutter.take(Float.self, threads * forwardPlan.inputSize)
        let partials = backward ? cutter.take(Float.self, gradientBlocks * weightCount) : nil
        let rotated = backward ? cutter.take(Float.self, weightCount) : nil
        return Space(columns: columns, images: images, partials: partials, rotated: rotated, bytes: cutter.used)
    }

    var forwardBytes: Int { space(nil, backward: false).bytes }
    var backwardBytes: Int { space(nil, backward: true).bytes }

    func run(
        _ input: Activation, weight: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>,
        space base: UnsafeMutableRawPointer, finished: (Int) -> Void
    ) {
        let space = space(base, backward: false)
        guard let columns = space.columns, let expanded = space.images else { return }
        WorkerPool.shared.run(blocks: images) { image, thread in
            let values = dense(input, image, expanded + thread * forwardPlan.inputSize)
            multiply(
                values, weight, forwardPlan, into: output + image * forwardPlan.outputSize,
                columns: columns + thread * forwardPlan.largestStrip)
            finished(image)
        }
    }

    /// output = columns(input) · weight for one image.
    private func multiply(
        _ input: UnsafePointer<Float>, _ weight: UnsafePointer<Float>, _ plan: ColumnPlan,
        into output: UnsafeMutablePointer<Float>, columns: UnsafeMutablePointer<Float>
    ) {
        for rows in plan.strips {
            plan.gather(input, rows: rows, into: columns)
            MatrixProduct.multiply(
                columns, weight, into: output + rows.lowerBound * plan.outWidth * plan.outChannels,
                rows: rows.count * plan.outWidth, columns: plan.outChannels, inner: plan.columnWidth)
        }
    }

    private func dense(
        _ input: Activation, _ image: Int, _ space: UnsafeMutablePointer<Float>
    ) -> UnsafePointer<Float> {
        if input.storage == .dense { return UnsafePointer(input.floats(image: image)) }
        input.expand(image: image, into: space)
        return UnsafePointer(space)
    }

    func addWeightGradient(
        _ input: Activation, outputGradient: UnsafePointer<Float>, to gradient: UnsafeMutablePointer<Float>,
        space base: UnsafeMutableRawPointer
    ) {
        let (plan, space) = (forwardPlan, space(base, backward: true))
        guard let columns = space.columns, let expanded = space.images, let partials = space.partials else { return }
        let strip = max(forwardPlan.largestStrip, backwardPlan.largestStrip)
        WorkerPool.shared.run(blocks: gradientBlocks) { block, thread in
            let partial = partials + block * weightCount
            let columns = columns + thread * strip
            var accumulates = false
            for image in images * block / gradientBlocks..<images * (block + 1) / gradientBlocks {
                let values = dense(input, image, expanded + thread * plan.inputSize)
                for rows in plan.strips {
                    plan.gather(values, rows: rows, into: columns)
                    MatrixProduct.multiply(
                        columns,
                        outputGradient + image * plan.outputSize + rows.lowerBound * plan.outWidth * plan.outChannels,
                        into: partial, rows: plan.columnWidth, columns: plan.outChannels,
                        inner: rows.count * plan.outWidth, transposesLeft: true, accumulates: accumulates)
                    accumulates = true
                }
            }
            if !accumulates { partial.update(repeating: 0, count: weightCount) }
        }
        for block in 0..<gradientBlocks { add_to(gradient, partials + block * weightCount, weightCount) }
    }

    func writeInputGradient(
        _ inputGradient: UnsafeMutablePointer<Float>, outputGradient: UnsafePointer<Float>,
        weight: UnsafePointer<Float>, images: Int, space base: UnsafeMutableRawPointer
    ) {
        let space = space(base, backward: true)
        guard let columns = space.columns, let rotated = space.rotated else { return }
        let strip = max(forwardPlan.largestStrip, backwardPlan.largestStrip)
        guard forwardPlan.stride == 1 else {
            WorkerPool.shared.run(blocks: images) { image, thread in
                scatter(
                    outputGradient + image * forwardPlan.outputSize, weight,
                    into: inputGradient + image * forwardPlan.inputSize, columns: columns + thread * strip)
            }
            return
        }
        rotate(weight, into: rotated)
        WorkerPool.shared.run(blocks: images) { image, thread in
            multiply(
                outputGradient + image * backwardPlan.inputSize, rotated, backwardPlan,
                into: inputGradient + image * backwardPlan.outputSize, columns: columns + thread * strip)
        }
    }

    /// Gradient of one image of the input, by way of that of its columns.
    private func scatter(
        _ outputGradient: UnsafePointer<Float>, _ weight: UnsafePointer<Float>,
        into inputGradient: UnsafeMutablePointer<Float>, columns: UnsafeMutablePointer<Float>
    ) {
        let plan = forwardPlan
        inputGradient.update(repeating: 0, count: plan.inputSize)
        for rows in plan.strips {
            MatrixProduct.multiply(
                outputGradient + rows.lowerBound * plan.outWidth * plan.outChannels, weight, into: columns,
                rows: rows.count * plan.outWidth, columns: plan.columnWidth, inner: plan.outChannels,
                transposesRight: true)
            plan.scatter(columns, rows: rows, into: inputGradient)
        }
    }

    /// [k·k·Cout, Cin] with the taps in reverse order.
    private func rotate(_ weight: UnsafePointer<Float>, into rotated: UnsafeMutablePointer<Float>) {
        for tap in 0..<taps {
            for i in 0..<inputChannels {
                let source = weight + (tap * inputChannels + i) * outputChannels
                let target = rotated + (taps - 1 - tap) * outputChannels * inputChannels + i
                for o in 0..<outputChannels { target[o * inputChannels] = source[o] }
            }
        }
    }
}

/// How one image is turned into columns, strip by strip.
struct ColumnPlan {
    let (height, width, channels): (Int, Int, Int)
    let (outHeight, outWidth, outChannels): (Int, Int, Int)
    let (kernel, padding, stride): (Int, Int, Int)
    /// Rows of the output that are gathered at once.
    let strips: [Range<Int>]

    /// Columns of a strip take at most this many elements: half a mebibyte, to stay in the second-level cache.
    private static let stripElements = 128 * 1024

    init(input: ActivationShape, output: ActivationShape, kernel: Int, padding: Int, stride: Int) {
        (height, width, channels) = (input.height, input.width, input.channels)
        (outHeight, outWidth, outChannels) = (output.height, output.width, output.channels)
        (self.kernel, self.padding, self.stride) = (kernel, padding, stride)
        let rowElements = output.width * kernel * kernel * input.channels
        let rows = min(output.height, max(1, Self.stripElements / max(rowElements, 1)))
        strips = Swift.stride(from: 0, to: output.height, by: rows).map { $0..<min($0 + rows, output.height) }
    }

    var inputSize: Int { height * width * channels }
    var outputSize: Int { outHeight * outWidth * outChannels }
    var columnWidth: Int { kernel * kernel * channels }
    var largestStrip: Int { (strips.first?.count ?? 0) * outWidth * columnWidth }

    func gather(_ image: UnsafePointer<Float>, rows: Range<Int>, into columns: Tensor.Pointer) {
        image_columns(
            image, columns, Int32(height), Int32(width), Int32(channels), Int32(kernel), Int32(padding),
            Int32(stride), Int32(outWidth), Int32(rows.lowerBound), Int32(rows.upperBound))
    }

    /// Adds columns, laid out as `gather` does, to the pixels that they come from.
    func scatter(_ columns: UnsafePointer<Float>, rows: Range<Int>, into image: UnsafeMutablePointer<Float>) {
        for y in rows {
            for x in 0..<outWidth {
                let left = x * stride - padding
                let (first, last) = (max(0, -left), min(kernel, width - left))
                guard first < last else { continue }
                for tap in 0..<kernel {
                    let row = y * stride + tap - padding
                    guard row >= 0, row < height else { continue }
                    let source =
                        ((y - rows.lowerBound) * outWidth + x) * columnWidth + (tap * kernel + first) * channels
                    add_to(
                        image + (row * width + left + first) * channels, columns + source, (last - first) * channels)
                }
            }
        }
    }
}
