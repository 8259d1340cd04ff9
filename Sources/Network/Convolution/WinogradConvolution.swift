import Tensors

/// Convolution 3×3 by Winograd's minimal filtering, and the gradient of its input, which is a convolution with the rotated
/// weight. The arithmetic stands in `winograd.c`; here it is shared among threads.
struct WinogradConvolution {
    private let (height, width): (Int, Int)
    private let (inputChannels, outputChannels): (Int, Int)
    private let side: Int
    private let rotates: Bool
    /// Images that a thread takes at once.
    private let imagesPerBlock: Int
    /// Parts of the output channels that are made one after the other, each by a weight that is not too large.
    private let parts: Int

    /// - Parameter side: of the output tile, 4 or 6.
    init(
        height: Int, width: Int, inputChannels: Int, outputChannels: Int, side: Int, rotates: Bool, images: Int
    ) {
        (self.height, self.width) = (height, width)
        (self.inputChannels, self.outputChannels) = (inputChannels, outputChannels)
        (self.side, self.rotates) = (side, rotates)
        let tilesPerImage = ((height + side - 1) / side) * ((width + side - 1) / side)
        let tileBytes = (side + 2) * (side + 2) * (inputChannels + outputChannels) * MemoryLayout<Float>.stride
        // A large weight must be used by many tiles each time it comes into the cache; what small ones make should stay there.
        let least = inputChannels * outputChannels >= 1 << 15 ? 64 : 24
        let tiles = max(least, (384 << 10) / tileBytes)
        imagesPerBlock = min(max(1, (tiles + tilesPerImage / 2) / tilesPerImage), max(1, (images + 1) / 2))
        let weightBytes = (side + 2) * (side + 2) * inputChannels * outputChannels * MemoryLayout<Float>.stride
        parts = OutputParts.count(of: outputChannels, bytes: weightBytes)
    }

    private struct Space {
        var weight: UnsafeMutablePointer<Float>?
        var tiles: UnsafeMutablePointer<Float>?
        var tilesPerThread: Int
        var bytes: Int
    }

    private var outputsPerPart: Int { outputChannels / parts }

    private func space(_ base: UnsafeMutableRawPointer?) -> Space {
        var cutter = SpaceCutter(base)
        var convolution = description()
        let weight = cutter.take(Float.self, winograd_weight_size(&convolution))
        let floats = (winograd_workspace(&convolution, Int32(imagesPerBlock)) + 15) / 16 * 16
        let tiles = cutter.take(Float.self, WorkerPool.shared.threadCount * floats)
        return Space(weight: weight, tiles: tiles, tilesPerThread: floats, bytes: cutter.used)
    }

    var workBytes: Int { space(nil).bytes }

    private func description() -> winograd_convolution {
        var convolution = winograd_convolution()
        (convolution.height, convolution.width) = (Int32(height), Int32(width))
        (convolution.inChannels, convolution.outStride) = (Int32(inputChannels), Int32(outputChannels))
        convolution.outChannels = Int32(outputsPerPart)
        (convolution.tile, convolution.rotates) = (Int32(side), rotates ? 1 : 0)
        return convolution
    }

    /// - Parameter finished: called with each image whose output is complete, on the thread that made it.
    func run(
        _ input: UnsafeRawPointer, _ storage: Activation.Storage, weight: UnsafePointer<Float>,
        into output: UnsafeMutablePointer<Float>, images: Int, space base: UnsafeMutableRawPointer,
        finished: (Int) -> Void = { _ in }
    ) {
        let space = space(base)
        guard let tiles = space.tiles else { return }
        for part in 0..<parts {
            let first = part * outputsPerPart
            var convolution = description()
            convolution.input = input
            convolution.output = output + first
            convolution.weight = weight + (rotates ? first * inputChannels : first)
            convolution.transformedWeight = space.weight
            convolution.inputKind = storage.kind
            convolution.inputPositionBytes = Activation.positionBytes(inputChannels, storage)
            convolution.weightFactor = storage == .counts ? 0.25 : 1
            withUnsafePointer(to: &convolution) { convolution in
                // Safe: read only while the threads run, and each call waits for them.
                nonisolated(unsafe) let convolution = convolution
                WorkerPool.shared.run(blocks: (outputsPerPart + 15) / 16) { panel in
                    winograd_transform_weight(convolution, Int32(panel), Int32(panel + 1))
                }
                WorkerPool.shared.run(blocks: (images + imagesPerBlock - 1) / imagesPerBlock) { block, thread in
                    let first = block * imagesPerBlock
                    let last = min(first + imagesPerBlock, images)
                    winograd_run(convolution, Int32(first), Int32(last), tiles + thread * space.tilesPerThread)
                    if part == parts - 1 { for image in first..<last { finished(image) } }
                }
            }
        }
    }
}

/// Output channels are made some at a time where all at once would need too much memory for what is transformed.
enum OutputParts {
    /// Of a part; the input is transformed again for each part, which is little beside the products of so large a weight.
    static let largestBytes = 20 << 20

    /// Parts of whole panels of sixteen channels, all of the same size.
    static func count(of channels: Int, bytes: Int) -> Int {
        var parts = 1
        while bytes / parts > largestBytes, channels % (parts * 32) == 0 { parts *= 2 }
        return parts
    }
}

extension Activation.Storage {
    /// As the kernels call it.
    var kind: Int32 {
        switch self {
        case .dense: Int32(ACTIVATION_DENSE.rawValue)
        case .spikes: Int32(ACTIVATION_SPIKES.rawValue)
        case .counts: Int32(ACTIVATION_COUNTS.rawValue)
        }
    }
}
