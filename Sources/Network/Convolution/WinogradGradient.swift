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

    /// Bytes of the transformed weight's gradient.
    private static let largestSums = 40 << 20

    /// - Parameter side: of the output tile, 4 or 6.
    init(layer: Convolution, input: ActivationShape, images: Int, side: Int) {
        (self.input, self.images, self.side) = (input, images, side)
        (inputChannels, outputChannels) = (layer.inputChannels, layer.outputChannels)
        let tilesPerImage = ((input.height + side - 1) / side) * ((input.width + side - 1) / side)
        imagesPerBlock = min(images, max(2, 48 / tilesPerImage))
        let sumBytes = (side + 2) * (side + 2) * inputChannels * outputChannels * MemoryLayout<Float>.stride
        parts = outputChannels % 32 == 0 && sumBytes > Self.largestSums ? 2 : 1
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

    private func place(_ gradient: inout winograd_gradient, in base: UnsafeMutableRawPointer?) -> Int {
        var cutter = SpaceCutter(base)
        gradient.in = cutter.take(Float.self, gradient.inSize)
        gradient.out = cutter.take(Float.self, gradient.outSize)
        gradient.sums = cutter.take(Float.self, gradient.sumSize)
        return cutter.used
    }

    var workBytes: Int {
        var gradient = description()
        return place(&gradient, in: nil)
    }

    func add(
        _ activation: Activation, outputGradient: UnsafePointer<Float>, to weightGradient: UnsafeMutablePointer<Float>,
        space: UnsafeMutableRawPointer
    ) {
        for part in 0..<parts {
            var gradient = description()
            _ = place(&gradient, in: space)
            gradient.input = UnsafeRawPointer(activation.pointer)
            gradient.inputPositionBytes = activation.positionBytes
            gradient.inputKind = activation.storage.kind
            gradient.inputFactor = activation.storage == .counts ? 0.25 : 1
            gradient.gradient = outputGradient + part * outputChannels / parts
            gradient.weightGradient = weightGradient + part * outputChannels / parts
            add(gradient)
        }
    }

    private func add(_ gradient: winograd_gradient) {
        let components = (side + 2) * (side + 2)
        withUnsafePointer(to: gradient) { gradient in
            // Safe: read only while the threads run, and each call waits for them.
            nonisolated(unsafe) let gradient = gradient
            for block in 0..<(images + imagesPerBlock - 1) / imagesPerBlock {
                WorkerPool.shared.run(blocks: imagesPerBlock) { image in
                    winograd_gradient_gather(gradient, Int32(block), Int32(image), Int32(image + 1))
                }
                WorkerPool.shared.run(blocks: components) { component in
                    winograd_gradient_multiply(gradient, Int32(component), block > 0 ? 1 : 0)
                }
            }
            WorkerPool.shared.run(blocks: (outputChannels / parts + 15) / 16) { panel in
                winograd_gradient_finish(gradient, Int32(panel))
            }
        }
    }
}
