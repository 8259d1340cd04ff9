import Tensors

/// What a pass through a `Neuron` remembers: its spikes, the statistics of its normalization, and, where asked for, the
/// membrane potential after reset.
public final class NeuronTrace: LayerTrace {
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
    /// Channels that the backward pass takes at once: all, or a multiple of eight.
    let channelsAtOnce: Int
    /// Positions that it takes at once where the surrogate's derivative is asked for.
    let tile: Int

    /// Streams are gone through together, because their images are the same.
    private let sharesImages: Bool
    private let gradient: PlannedMemory?
    /// Of the channels at hand, what each image of the input gets: [images][P, channels].
    private let currents: PlannedMemory?
    private let scratchSpace: PlannedMemory?
    /// [stream, sample][sums, products][T, C].
    private let sumSpace: PlannedMemory?
    /// [slope, constant][groups, C], and [slope, constant][C] for each thread.
    private let factorSpace: PlannedMemory?

    /// What the backward pass holds of dL/dI at once, in bytes, if eight channels are not more.
    private static let currentBytes = 12 << 20

    init(input activation: Activation, planner: TracePlanner, neuron: Neuron) {
        let shape = activation.shape
        let configuration = neuron.configuration
        input = shape
        purpose = planner.purpose
        let frames = FrameSources(shape)
        let storage: Activation.Storage = configuration.surrogate.firing.isSigned ? .dense : .spikes
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
        if neuron.normalization != nil, activation.moments == nil, planner.trains {
            activation.moments = Activation.Moments(
                sums: planner.doubles(activation.imageCount * shape.channels, planner.always),
                squares: planner.doubles(activation.imageCount * shape.channels, planner.always))
        }
        membrane =
            configuration.keepsMembrane && planner.trains ? planner.tensor(shape.shape, planner.toTheEnd) : nil
        active = .allocate(capacity: shape.streamCount * shape.batchSize)
        active.initialize(repeating: (0, 0))
        tile = max(1, 8192 / (shape.timeStepCount * shape.channels))

        sharesImages = !activation.frames.isIdentity
        let images = sharesImages ? activation.imageCount : shape.timeStepCount * shape.batchSize
        let perChannel = images * shape.height * shape.width * MemoryLayout<Float>.stride
        // A cache line has sixteen channels.
        let fitting = max(16, Self.currentBytes / max(perChannel, 1) / 16 * 16)
        channelsAtOnce = shape.channels % 8 == 0 ? min(shape.channels, fitting) : shape.channels
        guard planner.trains else {
            (gradient, currents, scratchSpace, sumSpace, factorSpace) = (nil, nil, nil, nil, nil)
            return
        }
        gradient = planner.floats(output.count, planner.ofGradient)
        let now = planner.backwardTick...planner.backwardTick
        currents = planner.floats(images * shape.height * shape.width * channelsAtOnce, now)
        let threads = WorkerPool.shared.threadCount
        scratchSpace = planner.floats(threads * 2 * shape.timeStepCount * tile * shape.channels, now)
        sumSpace = planner.doubles(shape.streamCount * shape.batchSize * 2 * shape.timeStepCount * shape.channels, now)
        factorSpace = planner.floats((2 * shape.groupCount + 2 * threads) * shape.channels, now)
    }

    deinit { active.deallocate() }

    /// The membrane potential after reset, [S·T, B, H, W, C]; `nil` unless the neuron keeps it.
    public var membranePotential: Tensor? { membrane?.tensor }

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

    func currentGradient(image: Int, stream: Int, _ channels: Range<Int>) -> UnsafeMutablePointer<Float> {
        let first = sharesImages ? 0 : stream * input.timeStepCount * input.batchSize
        return planned(currents).floats + (image - first) * input.height * input.width * channels.count
    }

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
    func makeFactors(streams: Range<Int>, channels: Range<Int>, _ normalization: BatchNormalization?) {
        let (steps, count) = (input.timeStepCount, Double(input.positionCount))
        for stream in streams {
            for timeStep in 0..<steps {
                let group = stream * steps + timeStep
                let (slope, constant) = (factorRow(0, group), factorRow(1, group))
                guard let normalization else {
                    for c in channels { (slope[c], constant[c]) = (0, 0) }
                    continue
                }
                let row = group * input.channels
                for c in channels {
                    var (sum, product) = (0.0, 0.0)
                    for sample in 0..<input.batchSize {
                        let (sums, products) = sums(stream: stream, sample: sample)
                        sum += sums[timeStep * input.channels + c]
                        product += products[timeStep * input.channels + c]
                    }
                    normalization.bias.gradient.pointer[c] += Float(sum)
                    normalization.weight.gradient.pointer[c] += Float(product)
                    let scale = statistics.scale.tensor.pointer[row + c]
                    let inverse = statistics.inverseDeviation.tensor.pointer[row + c]
                    let mean = statistics.mean.tensor.pointer[row + c]
                    slope[c] = -scale * inverse * Float(product / count)
                    constant[c] = -scale * Float(sum / count) - slope[c] * mean
                }
            }
        }
    }

    /// What the users of an image add up to; `nil` if there is none.
    func factors(
        _ frames: FrameSources, _ image: Int, thread: Int, channels: Range<Int>
    ) -> (slope: UnsafePointer<Float>, constant: UnsafePointer<Float>)? {
        if frames.isIdentity {
            let group = image / input.batchSize
            return (UnsafePointer(factorRow(0, group)), UnsafePointer(factorRow(1, group)))
        }
        let groups = frames.users[image]
        guard !groups.isEmpty else { return nil }
        let slope = planned(factorSpace).floats + (2 * input.groupCount + 2 * thread) * input.channels
        let constant = slope + input.channels
        for c in channels {
            slope[c] = groups.reduce(0) { $0 + factorRow(0, $1)[c] }
            constant[c] = groups.reduce(0) { $0 + factorRow(1, $1)[c] }
        }
        return (UnsafePointer(slope), UnsafePointer(constant))
    }

    /// Zeros in some channels of one image.
    func clear(_ image: UnsafeMutablePointer<Float>, _ channels: Range<Int>) {
        for position in 0..<input.height * input.width {
            (image + position * input.channels + channels.lowerBound).update(repeating: 0, count: channels.count)
        }
    }
}
