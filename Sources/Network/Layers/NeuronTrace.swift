import Tensors

/// What a pass through a `Neuron` remembers: its spikes, the statistics of its normalization, and, where asked for, the
/// membrane potential after reset.
public final class NeuronTrace: DomainFeatureTrace {
    public let input: ActivationShape
    let purpose: PassPurpose
    /// Before pooling.
    public let spikes: Activation
    /// `spikes`, or what pooling makes of them.
    public let output: Activation
    let statistics: BatchNormalization.Statistics
    let membrane: PlannedTensor?
    /// dL/d(membrane after reset), set by the loss before the backward pass; `nil` where no loss sees the membrane.
    public var membraneGradient: Tensor?
    /// What the loss adds to dL/d(spike), set before the backward pass.
    public var spikeSlopes = SpikeSlopes()
    /// Whether spikes are −1, 0 or 1.
    public let isSigned: Bool
    /// Puts the surrogate's primitive in place of the step: for gradient checks only.
    public var smoothCheck: SmoothCheck? {
        didSet {
            spikes.becomeDense()
            output.becomeDense()
        }
    }
    /// Gradients of threshold, time constant and sharpness, for those who train them.
    public var parameterGradients: NeuronParameterGradients?

    /// By job (a sample of a stream): spikes, and pooled pixels that are not zero.
    let active: UnsafeMutableBufferPointer<(spikes: Int, pooled: Int)>
    /// Positions that the backward pass takes at once where the surrogate's derivative is asked for.
    let tile: Int

    private let gradient: PlannedMemory?
    private let scratchSpace: PlannedMemory?
    /// [stream, sample][sums, products][T, C].
    private let sumSpace: PlannedMemory?
    /// [slope, constant][groups, C].
    private let factorSpace: PlannedMemory?

    init(input activation: Activation, planner: TracePlanner, neuron: Neuron) {
        let shape = activation.shape
        let configuration = neuron.configuration
        input = shape
        purpose = planner.purpose
        let frames = FrameSources(shape)
        isSigned = configuration.surrogate.firing.isSigned
        let storage: Activation.Storage = isSigned ? .dense : .spikes
        let bytes = Activation.byteCount(shape, images: frames.imageCount, storage: storage)
        spikes = Activation(
            shape: shape, frames: frames, storage: storage, memory: planner.bytes(bytes, planner.toTheEnd))
        if configuration.pools {
            let pooled = neuron.outputShape(for: shape)
            let storage: Activation.Storage = storage == .spikes ? .counts : .dense
            let bytes = Activation.byteCount(pooled, images: frames.imageCount, storage: storage)
            output = Activation(
                shape: pooled, frames: FrameSources(pooled), storage: storage,
                memory: planner.bytes(bytes, planner.untilReadAgain))
        } else {
            output = spikes
        }
        statistics = BatchNormalization.Statistics(
            groups: shape.groupCount, channels: shape.channels, planner: planner)
        if neuron.normalization != nil, activation.moments == nil, planner.goesBackward {
            activation.moments = Activation.Moments(
                sums: planner.doubles(activation.imageCount * shape.channels, planner.always),
                squares: planner.doubles(activation.imageCount * shape.channels, planner.always))
        }
        membrane =
            configuration.keepsMembrane && planner.goesBackward ? planner.tensor(shape.shape, planner.toTheEnd) : nil
        active = .allocate(capacity: shape.streamCount * shape.batchSize)
        active.initialize(repeating: (0, 0))
        tile = max(1, 8192 / (shape.timeStepCount * shape.channels))
        if planner.goesBackward, !neuron.trainedConstants.isEmpty {
            parameterGradients = NeuronParameterGradients(
                jobs: shape.streamCount * shape.batchSize, wanted: neuron.trainedConstants)
        }

        guard planner.goesBackward else {
            (gradient, scratchSpace, sumSpace, factorSpace) = (nil, nil, nil, nil)
            return
        }
        gradient = planner.floats(output.count, planner.ofGradient)
        let now = planner.backwardTick...planner.backwardTick
        let threads = WorkerPool.shared.threadCount
        scratchSpace = planner.floats(threads * 2 * shape.timeStepCount * tile * shape.channels, now)
        sumSpace = planner.doubles(shape.streamCount * shape.batchSize * 2 * shape.timeStepCount * shape.channels, now)
        factorSpace = planner.floats(2 * shape.groupCount * shape.channels, now)
    }

    deinit { active.deallocate() }

    /// The membrane potential after reset, [S·T, B, H, W, C]; `nil` unless the neuron keeps it.
    public var membranePotential: Tensor? { membrane?.tensor }

    public var featureShape: ActivationShape { input }
    public var feature: Tensor? { membranePotential }
    public var featureGradient: Tensor? {
        get { membraneGradient }
        set { membraneGradient = newValue }
    }

    public var outputGradient: UnsafeMutablePointer<Float> { planned(gradient).floats }

    private func planned(_ memory: PlannedMemory?) -> PlannedMemory {
        guard let memory else { preconditionFailure("a backward pass outside training") }
        return memory
    }

    /// Adds up what the jobs counted.
    func countActive() {
        guard spikes.storage == .spikes else {
            spikes.activeCount = nil
            output.activeCount = nil
            return
        }
        spikes.activeCount = active.reduce(0) { $0 + $1.spikes }
        if output !== spikes { output.activeCount = active.reduce(0) { $0 + $1.pooled } }
    }

    func poolDense(_ image: Int) {
        average_pool_forward(
            spikes.floats(image: image), output.floats(image: image), Int32(input.height), Int32(input.width),
            Int32(input.channels))
    }

    // MARK: Backward

    func scratch(
        ofThread thread: Int
    ) -> (potentials: UnsafeMutablePointer<Float>, derivatives: UnsafeMutablePointer<Float>) {
        let size = input.timeStepCount * tile * input.channels
        let base = planned(scratchSpace).floats + thread * 2 * size
        return (base, base + size)
    }

    func sums(stream: Int, sample: Int) -> (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>) {
        let size = input.timeStepCount * input.channels
        let base = planned(sumSpace).doubles + (stream * input.batchSize + sample) * 2 * size
        return (base, base + size)
    }

    private func factorRow(_ kind: Int, _ group: Int) -> UnsafeMutablePointer<Float> {
        planned(factorSpace).floats + (kind * input.groupCount + group) * input.channels
    }

    /// Adds up the samples' sums, adds to the gradients of weight and bias, and turns them into what the gradient of the input
    /// is made of beside dL/dI · scale: slope · input + constant.
    func makeFactors(_ normalization: BatchNormalization?) {
        let (steps, count, channels) = (input.timeStepCount, statistics.count(input), input.channels)
        // Running statistics depend on nothing in the batch.
        guard let normalization, purpose == .training, let totals = statistics.totals?.doubles else {
            factorRow(0, 0).update(repeating: 0, count: 2 * input.groupCount * channels)
            return
        }
        for group in 0..<input.groupCount {
            let (total, products) = (totals + 2 * group * channels, totals + (2 * group + 1) * channels)
            let row = group % steps * channels
            total.update(repeating: 0, count: 2 * channels)
            for sample in 0..<input.batchSize {
                let own = sums(stream: group / steps, sample: sample)
                for c in 0..<channels {
                    total[c] += own.0[row + c]
                    products[c] += own.1[row + c]
                }
            }
            for c in 0..<channels {
                normalization.bias.gradient.pointer[c] += Float(total[c])
                normalization.weight.gradient.pointer[c] += Float(products[c])
            }
        }
        statistics.group?.sum(totals, count: 2 * input.groupCount * channels)
        for group in 0..<input.groupCount {
            let (total, products) = (totals + 2 * group * channels, totals + (2 * group + 1) * channels)
            let (slope, constant) = (factorRow(0, group), factorRow(1, group))
            let row = group * channels
            for c in 0..<channels {
                let scale = statistics.scale.tensor.pointer[row + c]
                let inverse = statistics.inverseDeviation.tensor.pointer[row + c]
                let mean = statistics.mean.tensor.pointer[row + c]
                slope[c] = -scale * inverse * Float(products[c] / count)
                constant[c] = -scale * Float(total[c] / count) - slope[c] * mean
            }
        }
    }

    /// [T, C] of a stream.
    func factors(stream: Int) -> (slope: UnsafePointer<Float>, constant: UnsafePointer<Float>) {
        let group = stream * input.timeStepCount
        return (UnsafePointer(factorRow(0, group)), UnsafePointer(factorRow(1, group)))
    }

    /// Zeros where nobody looked at an image.
    func clearUnused(_ frames: FrameSources, _ gradient: UnsafeMutablePointer<Float>) {
        for image in 0..<frames.imageCount where frames.users[image].isEmpty {
            (gradient + image * input.featureCount).update(repeating: 0, count: input.featureCount)
        }
    }
}
