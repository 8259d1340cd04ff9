import Tensors

/// What a pass through a `Convolution` remembers, and the space it works in.
public final class ConvolutionTrace: LayerTrace {
    public let output: Activation
    /// What the last pass used.
    public internal(set) var used = ConvolutionUse()

    public var profile: StepProfile?
    /// Place among the layers, for the profile.
    let layer: Int
    /// Whether the output's moments are this layer's to make: not those of a sum.
    let measures: Bool

    let choice: ConvolutionChoice
    let plain: PlainConvolution
    let sparse: SparseConvolution
    let winogradForward: WinogradConvolution?
    let winogradBackward: WinogradConvolution?
    let winogradGradient: WinogradGradient?

    private let forwardMemory: PlannedMemory
    /// Where images are shared, one of them is an input of several of the next layer's jobs, and must outlive its gradient.
    private let gradientMemory: PlannedMemory?
    /// Where the output is made again for the backward pass; `nil` where it is kept.
    private let restoredMemory: PlannedMemory?
    private let forwardWork: PlannedMemory
    private let restoringWork: PlannedMemory?
    private let backwardWork: PlannedMemory?

    init(layer: Convolution, input: Activation, planner: TracePlanner) {
        let shape = layer.outputShape(for: input.shape)
        let images = input.imageCount
        (self.layer, measures) = (planner.layer, planner.goesBackward && !planner.isSummed)
        let choice = ConvolutionChoice(layer, input: input.shape, policy: planner.policy)
        self.choice = choice
        let plain = PlainConvolution(layer: layer, input: input.shape, images: images)
        let sparse = SparseConvolution(layer: layer, input: input.shape, images: images)
        (self.plain, self.sparse) = (plain, sparse)
        let tile = choice.tile
        let candidates = choice.candidates(input.storage)
        let winograd =
            candidates.contains(tile)
            ? WinogradConvolution(
                height: input.shape.height, width: input.shape.width, inputChannels: layer.inputChannels,
                outputChannels: layer.outputChannels, side: tile.tileSide, rotates: false, images: images) : nil
        winogradForward = winograd

        let byteCount = Activation.byteCount(shape, images: images, storage: .dense)
        let isRestored = planner.goesBackward && planner.recomputes
        forwardMemory = planner.bytes(byteCount, isRestored ? planner.untilRead : planner.throughBackward)
        restoredMemory = isRestored ? planner.bytes(byteCount, planner.ofGradient) : nil
        gradientMemory =
            planner.goesBackward && !input.frames.isIdentity ? planner.bytes(byteCount, planner.ofGradient) : nil
        output = Activation(shape: shape, frames: input.frames, storage: .dense, memory: forwardMemory)
        if measures {
            output.moments = Activation.Moments(
                sums: planner.doubles(images * shape.channels, planner.untilRead),
                squares: planner.doubles(images * shape.channels, planner.untilRead))
        }

        func forwardBytes(_ storage: Activation.Storage) -> Int {
            let bytes = choice.candidates(storage).map { method in
                switch method {
                case .plain: plain.forwardBytes
                case .sparse: sparse.forwardBytes(storage)
                case .winograd4, .winograd6: winograd?.workBytes ?? 0
                }
            }
            return bytes.max() ?? 0
        }
        // A smooth check makes any input dense.
        let work = max(forwardBytes(input.storage), planner.goesBackward ? forwardBytes(.dense) : 0)
        forwardWork = planner.workSpace(bytes: work, backward: false)
        // The next layer's backward pass comes right after.
        restoringWork = isRestored ? planner.bytes(work, planner.ofGradient) : nil
        guard planner.goesBackward else {
            (backwardWork, winogradBackward, winogradGradient) = (nil, nil, nil)
            return
        }
        let gradient =
            candidates.contains(tile)
            ? WinogradGradient(layer: layer, input: input.shape, images: images, side: tile.tileSide) : nil
        winogradGradient = gradient
        func gradientBytes(_ storage: Activation.Storage) -> Int {
            let bytes = choice.candidates(storage).map { method in
                switch method {
                case .plain: plain.backwardBytes
                case .sparse: sparse.backwardBytes(storage)
                case .winograd4, .winograd6: gradient?.workBytes ?? 0
                }
            }
            return bytes.max() ?? 0
        }
        var backwardBytes = max(gradientBytes(input.storage), gradientBytes(.dense))
        if planner.layer == 0 && !planner.firstLayerHasGradient {
            winogradBackward = nil
        } else if choice.inputGradient == .plain {
            winogradBackward = nil
            backwardBytes = max(backwardBytes, plain.backwardBytes)
        } else {
            let backward = WinogradConvolution(
                height: input.shape.height, width: input.shape.width, inputChannels: layer.outputChannels,
                outputChannels: layer.inputChannels, side: tile.tileSide, rotates: true, images: images)
            winogradBackward = backward
            backwardBytes = max(backwardBytes, backward.workBytes)
        }
        backwardWork = planner.workSpace(bytes: backwardBytes, backward: true)
    }

    /// The next layer writes it where the output lies, which it has read by then, unless images are shared.
    public var outputGradient: UnsafeMutablePointer<Float> { gradientMemory?.floats ?? output.floats }

    var forwardSpace: UnsafeMutableRawPointer { forwardWork.pointer }
    var restoringSpace: UnsafeMutableRawPointer { (restoringWork ?? forwardWork).pointer }
    var backwardSpace: UnsafeMutableRawPointer {
        guard let backwardWork else { preconditionFailure("a backward pass outside training") }
        return backwardWork.pointer
    }

    func usesForwardMemory() { output.memory = forwardMemory }

    /// Whether the output has to be made again.
    func usesRestoredMemory() -> Bool {
        guard let restoredMemory else { return false }
        output.memory = restoredMemory
        return true
    }
}

/// Cuts work space into parts, each on a cache line.
struct SpaceCutter {
    private let base: UnsafeMutableRawPointer?
    private(set) var used = 0

    /// - Parameter base: `nil` measures only.
    init(_ base: UnsafeMutableRawPointer?) { self.base = base }

    /// Room for `count` elements; where nothing is cut, an address that must not be used.
    mutating func take<Element>(_ kind: Element.Type, _ count: Int) -> UnsafeMutablePointer<Element>? {
        defer {
            used += (count * MemoryLayout<Element>.stride + Tensor.alignment - 1) / Tensor.alignment * Tensor.alignment
        }
        return base.map { ($0 + used).assumingMemoryBound(to: Element.self) }
    }
}
