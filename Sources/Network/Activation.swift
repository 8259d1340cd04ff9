import Tensors

/// What flows from layer to layer: [groups, B, H, W, C], channels last.
///
/// Spikes are kept as bits and pooled spikes as counts; only what is neither is kept as floats. A layer reads images through
/// `frames`, because several groups can share one.
public final class Activation {
    public enum Storage: Hashable, Sendable {
        /// float32.
        case dense
        /// A bit a spike, ⌈C / 8⌉ bytes a position.
        case spikes
        /// A byte: spikes of 2×2 pixels. The value is a quarter of it.
        case counts
    }

    public let shape: ActivationShape
    public let frames: FrameSources
    public var storage: Storage { whole?.storage ?? ownStorage }
    /// Elements that are not zero, of the last pass, in all images; `nil` where nobody counted.
    public internal(set) var activeCount: Int?
    /// Sums and squares of each image's channels, [images, C] each, where the layer before made them in this pass.
    var moments: Moments?

    var memory: PlannedMemory?
    private var own: Tensor?
    private var ownStorage: Storage
    /// What this is a stream of, and where in it.
    private let whole: Activation?
    private var firstImage = 0

    /// Sums over an image's positions, for the statistics of normalization.
    final class Moments {
        let sums: PlannedMemory
        let squares: PlannedMemory
        /// Whether they are those of this pass.
        var areFresh = false

        init(sums: PlannedMemory, squares: PlannedMemory) { (self.sums, self.squares) = (sums, squares) }
    }

    init(shape: ActivationShape, frames: FrameSources, storage: Storage, memory: PlannedMemory) {
        (self.shape, self.frames, self.memory) = (shape, frames, memory)
        (ownStorage, whole) = (storage, nil)
    }

    /// One stream of another activation, in the same memory.
    init(stream: Int, of whole: Activation) {
        precondition(whole.frames.isIdentity, "a stream of shared images")
        var shape = whole.shape
        shape.streamCount = 1
        (self.shape, frames, memory) = (shape, FrameSources(shape), nil)
        (ownStorage, self.whole) = (whole.storage, whole)
        firstImage = stream * shape.imageCount
    }

    /// Dense numbers in memory of their own.
    public init(_ shape: ActivationShape, frames: FrameSources? = nil) {
        let frames = frames ?? FrameSources(shape)
        (self.shape, self.frames, memory) = (shape, frames, nil)
        (ownStorage, whole) = (.dense, nil)
        own = Tensor([frames.imageCount, shape.height, shape.width, shape.channels])
    }

    static func byteCount(_ shape: ActivationShape, images: Int, storage: Storage) -> Int {
        images * shape.height * shape.width * positionBytes(shape.channels, storage)
    }

    static func positionBytes(_ channels: Int, _ storage: Storage) -> Int {
        switch storage {
        case .dense: channels * MemoryLayout<Float>.stride
        case .spikes: (channels + 7) / 8
        case .counts: channels
        }
    }

    /// From one position to the next.
    var positionBytes: Int { Self.positionBytes(shape.channels, storage) }
    var imageBytes: Int { shape.height * shape.width * positionBytes }
    public var imageCount: Int { frames.imageCount }
    /// Elements of all images.
    public var count: Int { imageCount * shape.featureCount }

    public var pointer: UnsafeMutableRawPointer {
        if let whole { return whole.image(firstImage) }
        if let own { return UnsafeMutableRawPointer(own.pointer) }
        guard let memory else { preconditionFailure("an activation without memory") }
        return memory.pointer
    }

    func image(_ index: Int) -> UnsafeMutableRawPointer { pointer + index * imageBytes }

    /// The image of a sample in a group.
    func image(group: Int, sample: Int) -> UnsafeMutableRawPointer { image(frames.image(group: group, sample: sample)) }

    /// Dense numbers: those of all images.
    public var floats: UnsafeMutablePointer<Float> {
        precondition(storage == .dense, "an activation of \(storage) as floats")
        return pointer.assumingMemoryBound(to: Float.self)
    }

    func floats(image index: Int) -> UnsafeMutablePointer<Float> { floats + index * shape.featureCount }

    /// Share of elements that are not zero in the last pass, 0…1. Counts dense ones when it is asked.
    public var density: Double {
        let active = activeCount ?? (storage == .dense ? count_nonzero(floats, count) : count)
        return Double(active) / Double(max(count, 1))
    }

    /// Numbers of one image.
    func expand(image index: Int, into values: UnsafeMutablePointer<Float>) {
        let source = image(index)
        switch storage {
        case .dense:
            values.update(from: source.assumingMemoryBound(to: Float.self), count: shape.featureCount)
        case .spikes:
            expand_spikes(
                source.assumingMemoryBound(to: UInt8.self), values, shape.height * shape.width, Int32(shape.channels))
        case .counts: expand_counts(source.assumingMemoryBound(to: UInt8.self), values, shape.featureCount)
        }
    }

    /// A copy of all groups as floats, [groups, B, H, W, C]: to look at, not to compute with.
    public func expanded() -> Tensor {
        let result = Tensor(shape.shape)
        for group in 0..<shape.groupCount {
            for sample in 0..<shape.batchSize {
                let at = group * shape.batchSize + sample
                expand(
                    image: frames.image(group: group, sample: sample), into: result.pointer + at * shape.featureCount)
            }
        }
        return result
    }

    /// Keeps floats from now on: for gradient checks, where spikes are not 0 and 1.
    func becomeDense() {
        guard storage != .dense, whole == nil else { return }
        ownStorage = .dense
        own = Tensor([imageCount, shape.height, shape.width, shape.channels])
    }
}
