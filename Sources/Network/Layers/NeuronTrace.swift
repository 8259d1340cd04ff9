import Tensors

/// What a pass through a `Neuron` remembers: its spikes, the statistics of its normalization, and, where asked for, the
/// membrane potential after reset.
public final class NeuronTrace: LayerTrace {
    public let input: ActivationShape
    let purpose: PassPurpose
    let statistics: BatchNormalization.Statistics
    let membrane: PlannedTensor?
    /// dL/d(membrane after reset), set by the loss before the backward pass; `nil` where no loss sees the membrane.
    public var membraneGradient: Tensor?
    /// Puts the surrogate's primitive in place of the step: for gradient checks only.
    public var smoothCheck: SmoothCheck?
    /// Gradients of threshold, time constant and sharpness, for those who train them.
    public var parameterGradients: NeuronParameterGradients?

    private let planned: PlannedTensor
    let gradientMeans: PlannedTensor
    let productMeans: PlannedTensor
    private let scratchSpace: WorkSpace
    /// [block][sums, products][groups, C], for the normalization's backward pass.
    private let sumSpace: UnsafeMutableBufferPointer<Double>
    /// Elements of the position–channel plane that the backward pass takes at once: a multiple of the channels.
    let tile: Int

    init(input: ActivationShape, planner: TracePlanner, keepsMembrane: Bool) {
        self.input = input
        purpose = planner.purpose
        planned = planner.output(input.shape)
        statistics = BatchNormalization.Statistics(
            groups: input.groupCount, channels: input.channels, planner: planner)
        membrane = keepsMembrane && planner.purpose == .training ? planner.kept(input.shape) : nil
        tile = max(1, 8192 / (input.timeStepCount * input.channels)) * input.channels
        let trains = planner.purpose == .training
        let width = trains ? input.groupCount : 0
        gradientMeans = planner.kept([width, input.channels])
        productMeans = planner.kept([width, input.channels])
        scratchSpace = planner.workSpace(
            trains ? Neuron.blockCount * 2 * input.timeStepCount * tile : 0)
        sumSpace = .allocate(capacity: Neuron.blockCount * 2 * width * input.channels)
        sumSpace.initialize(repeating: 0)
    }

    deinit { sumSpace.deallocate() }

    /// Spikes [S·T, B, H, W, C].
    public var output: Tensor { planned.tensor }
    /// The membrane potential after reset, as `output`; `nil` unless the neuron keeps it.
    public var membranePotential: Tensor? { membrane?.tensor }

    func useIdentityNormalization() {
        statistics.mean.tensor.fill(0)
        statistics.inverseDeviation.tensor.fill(1)
        statistics.scale.tensor.fill(1)
        statistics.shift.tensor.fill(0)
    }

    func elements(ofBlock block: Int) -> (Int, Int) {
        let (positions, blocks) = (input.positionCount, Neuron.blockCount)
        return (positions * block / blocks * input.channels, positions * (block + 1) / blocks * input.channels)
    }

    func scratch(ofBlock block: Int) -> (potentials: Tensor.Pointer, derivatives: Tensor.Pointer) {
        let size = input.timeStepCount * tile
        let base = scratchSpace.pointer + block * 2 * size
        return (base, base + size)
    }

    private var sumWidth: Int { input.groupCount * input.channels }

    func clearSums() { sumSpace.update(repeating: 0) }

    func sums(ofBlock block: Int, stream: Int) -> UnsafeMutablePointer<Double> {
        sumSpace.baseAddress! + block * 2 * sumWidth + stream * input.timeStepCount * input.channels
    }

    func products(ofBlock block: Int, stream: Int) -> UnsafeMutablePointer<Double> {
        sums(ofBlock: block, stream: stream) + sumWidth
    }

    /// Adds the blocks' sums, in order, into the first block's and returns it: [sums, products][groups, C].
    func reducedSums() -> (sums: UnsafePointer<Double>, products: UnsafePointer<Double>) {
        let total = sumSpace.baseAddress!
        for block in 1..<Neuron.blockCount {
            for index in 0..<2 * sumWidth { total[index] += total[block * 2 * sumWidth + index] }
        }
        return (UnsafePointer(total), UnsafePointer(total + sumWidth))
    }
}
