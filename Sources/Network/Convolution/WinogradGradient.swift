import Tensors

/// The weight's gradient of a convolution 3×3 by Winograd's minimal filtering: the derivative of the transformed product. The
/// arithmetic stands in `winograd.c`; here it is shared among threads.
struct WinogradGradient {
    private let input: ActivationShape
    private let images: Int
    private let (inputChannels, outputChannels): (Int, Int)
    private let side: Int
    /// Images that are transformed at once; by the layer alone, so that bits do not depend on the threads.
    private let imagesPerBlock: Int
    /// Parts of the output channels that are summed one after the other.
    private let parts: Int
    /// Ranges of images that are summed each by one thread, and then added up; 1: threads share the transforms and products
    /// of each block instead.
    private let ranges: Int

    /// Bytes of the transformed weight's gradient that each thread sums alone.
    private static let smallSums = 512 << 10

    /// - Parameter side: of the output tile, 4 or 6.
    init(layer: Convolution, input: ActivationShape, images: Int, side: Int) {
        (self.input, self.images, self.side) = (input, images, side)
        (inputChannels, outputChannels) = (layer.inputChannels, layer.outputChannels)
        let tilesPerImage = ((input.height + side - 1) / side) * ((input.width + side - 1) / side)
        let sumBytes = (side + 2) * (side + 2) * inputChannels * outputChannels * MemoryLayout<Float>.stride
        let isSmall = sumBytes <= Self.smallSums
        imagesPerBlock = min(images, max(isSmall ? 1 : 2, (isSmall ? 24 : 48) / tilesPerImage))
        parts = OutputParts.count(of: outputChannels, bytes: sumBytes)
        ranges = isSmall ? max(1, min(8, images / imagesPerBlock)) : 1
    }

    private func description() -> winograd_gradient {
        var gradient = winograd_gradient()
        (gradient.images, gradient.imagesPerBlock) = (Int32(images), Int32(imagesPerBlock))
        (gradient.height, gradient.width) = (Int32(input.height), Int32(input.width))
        (gradient.inChannels, gradient.outStride) = (Int32(inputChannels), Int32(outputChannels))
        gradient.outChannels = Int32(outputChannels / parts)
        gradient.tile = Int32(side)
        winograd_gradient_layout(&gradient)
        return gradient
    }

    private struct Space {
        /// Of each thread, or the one that all share.
        var blocks: UnsafeMutablePointer<Float>?
        /// Of each range.
        var sums: UnsafeMutablePointer<Float>?
        var bytes: Int
    }

    private func space(_ base: UnsafeMutableRawPointer?) -> Space {
        let gradient = description()
        var cutter = SpaceCutter(base)
        let blocks = cutter.take(
            Float.self, (ranges > 1 ? WorkerPool.shared.threadCount : 1) * Self.blockSize(gradient))
        let sums = cutter.take(Float.self, ranges * Self.padded(gradient.sumSize))
        return Space(blocks: blocks, sums: sums, bytes: cutter.used)
    }

    private static func padded(_ count: Int) -> Int { (count + 15) / 16 * 16 }
    private static func blockSize(_ gradient: winograd_gradient) -> Int {
        padded(gradient.inSize) + padded(gradient.outSize)
    }

    var workBytes: Int { space(nil).bytes }

    func add(
        _ activation: Activation, outputGradient: UnsafePointer<Float>, to weightGradient: UnsafeMutablePointer<Float>,
        space base: UnsafeMutableRawPointer
    ) {
        let space = space(base)
        guard let blocks = space.blocks, let sums = space.sums else { return }
        for part in 0..<parts {
            var gradient = description()
            gradient.use(blocks, sums: sums)
            gradient.input = UnsafeRawPointer(activation.pointer)
            gradient.inputPositionBytes = activation.positionBytes
            gradient.inputKind = activation.storage.kind
            gradient.inputFactor = activation.storage == .counts ? 0.25 : 1
            gradient.gradient = outputGradient + part * outputChannels / parts
            gradient.weightGradient = weightGradient + part * outputChannels / parts
            if ranges > 1 {
                sumRanges(gradient, blocks, sums)
            } else {
                sumBlocks(gradient)
            }
            withUnsafePointer(to: gradient) { gradient in
                // Safe: read only while the threads run, and the call waits for them.
                nonisolated(unsafe) let gradient = gradient
                WorkerPool.shared.run(blocks: (outputChannels / parts + 15) / 16) { panel in
                    winograd_gradient_finish(gradient, Int32(panel))
                }
            }
        }
    }

    private var components: Int { (side + 2) * (side + 2) }
    private var blockCount: Int { (images + imagesPerBlock - 1) / imagesPerBlock }

    /// Block after block, its images and then its components shared among the threads.
    private func sumBlocks(_ gradient: winograd_gradient) {
        withUnsafePointer(to: gradient) { gradient in
            // Safe: as above.
            nonisolated(unsafe) let gradient = gradient
            for block in 0..<blockCount {
                WorkerPool.shared.run(blocks: imagesPerBlock) { image in
                    winograd_gradient_gather(gradient, Int32(block), Int32(image), Int32(image + 1))
                }
                WorkerPool.shared.run(blocks: components) { component in
                    winograd_gradient_multiply(gradient, Int32(component), block > 0 ? 1 : 0)
                }
            }
        }
    }

    /// Each range of blocks by one thread, whose transforms and sums stay in its cache; then the ranges' sums added up.
    private func sumRanges(
        _ gradient: winograd_gradient, _ blocks: UnsafeMutablePointer<Float>, _ sums: UnsafeMutablePointer<Float>
    ) {
        let (blockSize, sumSize) = (Self.blockSize(gradient), Self.padded(gradient.sumSize))
        WorkerPool.shared.run(blocks: ranges) { range, thread in
            var own = gradient
            own.use(blocks + thread * blockSize, sums: sums + range * sumSize)
            let first = blockCount * range / ranges
            for block in first..<blockCount * (range + 1) / ranges {
                winograd_gradient_gather(&own, Int32(block), 0, Int32(imagesPerBlock))
                for component in 0..<components {
                    winograd_gradient_multiply(&own, Int32(component), block > first ? 1 : 0)
                }
            }
        }
        WorkerPool.shared.run(over: gradient.sumSize, least: 4096) { elements in
            for range in 1..<ranges {
                add_to(
                    sums + elements.lowerBound, sums + range * sumSize + elements.lowerBound, elements.count)
            }
        }
    }
}

extension winograd_gradient {
    /// Says where transforms of a block and their sums go.
    fileprivate mutating func use(_ blocks: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Float>) {
        `in` = blocks
        out = blocks + (inSize + 15) / 16 * 16
        self.sums = sums
    }
}
