import Communication
import Configuration
import Data
import Dispatch
import Network
import Tensors

/// One optimizer step, from a batch to moved weights. Read this first: it is the method from top to bottom.
///
/// All memory is planned when it is made; a step allocates nothing that grows with the network.
public final class TrainingStep {
    /// Everything that may change from one step to the next.
    public struct Settings: Sendable {
        public var loss: TransferLoss.Configuration
        public var learningRate: Double
        public var weightDecay: Double
        /// Largest norm of the gradient; 0 does not clip.
        public var clipNorm: Double
        /// Share of the static inputs that event data take the place of, on average; 0…1.
        public var replacementProbability: Double
        /// Whether whole samples are replaced, or samples from a time step on.
        public var replacement = StaticInput.Replacement.wholeSamples
        /// Of the run, as edited so far: for what losses, optimizers and metrics declare themselves.
        public var settings: RunConfiguration

        public init(
            loss: TransferLoss.Configuration, learningRate: Double, weightDecay: Double, clipNorm: Double,
            replacementProbability: Double, settings: RunConfiguration = RunConfiguration()
        ) {
            (self.loss, self.learningRate, self.weightDecay) = (loss, learningRate, weightDecay)
            (self.clipNorm, self.replacementProbability) = (clipNorm, replacementProbability)
            self.settings = settings
        }
    }

    /// What a step found. Accuracies are shares of the batch, 0…1; an answer to a mixed sample is right by its share.
    public struct Outcome: Sendable {
        public var loss: TransferLoss.Value
        /// `nil` with a single stream.
        public var imageAccuracy: Double?
        public var eventAccuracy: Double
        public var gradientNorm: Double
        public var wasClipped: Bool
        /// Samples whose static input was replaced, from some time step on.
        public var replacedCount: Int
        /// Share of the static stream's frames that show event data, where samples are replaced from a time step on.
        public var eventShare: Double?
        /// Of the parts after the data.
        public var time = StepTime()
    }

    public let network: SpikingNetwork
    public let optimizer: any Optimizer
    public let trace: NetworkTrace
    public let streams: StreamUse
    /// Who is asked about every batch, where somebody is.
    public let teacher: Teacher?
    /// Who passes the other samples of the batch; `nil`: nobody.
    public let group: RankGroup?
    private let random: RandomSource
    private let terms: [any LossTerm]
    private var transferLoss: TransferLoss?
    private var reduction: GradientReduction?

    /// Plans the memory, takes none.
    ///
    /// - Parameters:
    ///   - optimizer: of an earlier step on the same network, to go on with what it remembers; else one like this.
    ///   - terms: of the loss.
    ///   - frames: which images the input holds; what `run` needs unless given.
    ///   - teacher: for batches of this size.
    ///   - group: who passes the other samples, `batchSize` each, at the same time.
    ///   - statistics: what normalization is made of where there are several ranks.
    public init(
        network: SpikingNetwork, streams: StreamUse, batchSize: Int, seed: UInt64, optimizer: (any Optimizer)? = nil,
        options: NetworkTrace.Options = .init(), frames: NetworkTrace.InputFrames? = nil,
        terms: [any LossTerm] = LossTermCatalogue.all, teacher: Teacher? = nil, group: RankGroup? = nil,
        statistics: BatchStatistics = .wholeBatch
    ) {
        (self.network, self.streams, self.terms, self.teacher) = (network, streams, terms, teacher)
        self.group = group
        self.optimizer = optimizer ?? AdamW(parameters: network.parameters)
        trace = NetworkTrace(
            network: network, purpose: .training, streamCount: streams.streamCount, batchSize: batchSize,
            inputFrames: frames ?? InputAssembly.frames(streams), options: options,
            group: group, sharesStatistics: statistics == .wholeBatch)
        random = RandomSource(seed: seed).split("training step")
    }

    /// Bytes of activations, gradients and work space that `prepare()` takes, of the loss's terms, and of what the
    /// optimizer remembers.
    public var plannedBytes: Int {
        let (shape, ranks) = (trace.inputShape, group?.count ?? 1)
        let gradients = network.parameters.reduce(0) { $0 + $1.gradient.count } * MemoryLayout<Float>.stride
        let shared = ranks > 1 ? 3 * gradients + LossBatch.byteCount(trace, rankCount: ranks) : 0
        return terms.reduce(trace.byteCount + optimizer.byteCount + (teacher?.plannedBytes ?? 0) + shared) {
            $0
                + $1.byteCount(
                    timeStepCount: shape.timeStepCount, batchSize: shape.batchSize * ranks,
                    streamCount: streams.streamCount)
        }
    }

    /// Takes the planned memory.
    public func prepare() {
        trace.allocate()
        transferLoss = TransferLoss(trace: trace, terms: terms, group: group)
        guard let group else { return }
        let reduction = GradientReduction(network, streamCount: streams.streamCount, group: group)
        self.reduction = reduction
        trace.onGradients = { [unowned reduction] in reduction.isReady($0) }
    }

    /// Trains on one batch.
    ///
    /// - Parameter optimizerStep: counts from 0; with the seed it determines every draw.
    /// - Throws: `TrainingError.notFinite` before any weight is moved.
    public func run(
        _ batch: Batch, settings: Settings, optimizerStep: Int
    ) throws(TrainingError) -> Outcome {
        let shared = SharedBatch(batch, group: group)
        let starts = eventStarts(count: shared.labels.count, settings, optimizerStep: optimizerStep)
        InputAssembly.fill(trace, batch: batch, streams: streams, eventStarts: Array(starts[shared.own]))
        let steps = trace.inputShape.timeStepCount
        let eventShares = starts.map { Double(steps - $0) / Double(steps) }
        let (imageMix, eventMix) = Self.mixes(of: shared, eventShares: eventShares, streams: streams)
        var inputs = StepInputs(replacementProbability: settings.replacementProbability)
        if streams == .both { inputs.eventStarts = starts }
        if let teacher, settings.settings[Distillation.weight] > 0 {
            inputs.teacherLogits = transferLoss?.batch.whole(ofSamples: teacher.logits(for: batch))
        }
        var outcome = try update(
            labels: shared.labels, imageMix: imageMix, eventMix: eventMix, inputs: inputs, settings: settings,
            optimizerStep: optimizerStep)
        outcome.replacedCount = starts.count { $0 < steps }
        if streams == .both, case .timeSteps = settings.replacement {
            outcome.eventShare = eventShares.reduce(0, +) / Double(max(1, eventShares.count))
        }
        return outcome
    }

    /// Second labels of both streams, where recordings were mixed: a static stream that shows an image keeps its label.
    ///
    /// - Parameter eventShares: of each sample's time steps in the static stream, 0…1.
    private static func mixes(
        of batch: SharedBatch, eventShares: [Double], streams: StreamUse
    ) -> (image: LabelMix?, event: LabelMix?) {
        guard streams != .imagesOnly, batch.ownShares.contains(where: { $0 < 1 }) else { return (nil, nil) }
        let shares = zip(batch.ownShares, eventShares).map { own, events in
            events == 1 ? own : 1 - events * (1 - own)
        }
        return (
            LabelMix(partners: batch.partnerLabels, ownShares: shares),
            LabelMix(partners: batch.partnerLabels, ownShares: batch.ownShares)
        )
    }

    /// Trains on what stands in `trace.input`.
    func update(
        labels: [Int], imageMix: LabelMix? = nil, eventMix: LabelMix? = nil, inputs: StepInputs = StepInputs(),
        settings: Settings, optimizerStep: Int
    ) throws(TrainingError) -> Outcome {
        guard let transferLoss else { preconditionFailure("prepare() comes before the first step") }
        var clock = StepClock()
        var time = StepTime()
        let statistics = group.map { _ in RunningStatistics(of: network) }
        let waitedBefore = group?.traffic.waitingSeconds ?? 0
        func stopIfAlone() throws(TrainingError) {
            guard let failure = group?.failure else { return }
            // What a pass leaves behind that nobody finished.
            statistics?.restore()
            throw .ranks(failure)
        }
        trace.beginPass { random.split("dropout", optimizerStep, $0) }

        // Forward, both streams at once.
        network.forward(trace)
        time.forward = clock.lap()

        // Losses, and their gradients at outputs, membrane potentials and time-step coefficients.
        network.clearGradients()
        var lossConfiguration = settings.loss
        if streams != .both { lossConfiguration.timeStepWeights = .off }
        let loss = trace.profile.measure(.init(phase: .loss)) {
            transferLoss.evaluate(
                network: network, labels: labels, imageMix: imageMix, eventMix: eventMix,
                inputs: inputs, configuration: lossConfiguration, settings: settings.settings)
        }
        time.loss = clock.lap()
        try stopIfAlone()
        guard loss.total.isFinite else {
            throw .notFinite(what: "loss", value: loss.total, optimizerStep: optimizerStep)
        }

        // Backward, layer list reversed.
        // What a loss gives weights by itself counts once.
        if let group, !group.isFirst { network.clearGradients() }
        reduction?.begin()
        network.backward(trace)
        reduction?.finish()
        try stopIfAlone()
        let norm = GradientClipping.norm(of: network.parameters)
        guard norm.isFinite else {
            throw .notFinite(what: "gradient norm", value: norm, optimizerStep: optimizerStep)
        }

        time.backward = clock.lap()

        // The optimizer leaves alone what has no gradient.
        let scale = GradientClipping.scale(norm: norm, limit: settings.clipNorm)
        let trainsWeights = lossConfiguration.trainsTimeStepWeights
        trace.profile.measure(.init(phase: .optimizer)) {
            let update = OptimizerUpdate(
                learningRate: settings.learningRate, weightDecay: settings.weightDecay, gradientScale: scale,
                settings: settings.settings)
            optimizer.update(update) { [network, streams] parameter in
                if !trainsWeights, network.timeStepCoefficients.contains(where: { $0 === parameter }) { return true }
                return streams != .both && network.imageHeadParameters.contains { $0 === parameter }
            }
        }
        time.optimizer = clock.lap()
        time.ranks = (group?.traffic.waitingSeconds ?? 0) - waitedBefore
        return Outcome(
            loss: loss,
            imageAccuracy: streams == .both
                ? Accuracy.share(transferLoss.batch.logits[0], labels: labels, mix: imageMix) : nil,
            eventAccuracy: Accuracy.share(transferLoss.batch.eventLogits, labels: labels, mix: eventMix),
            gradientNorm: norm,
            wasClipped: scale < 1, replacedCount: 0, time: time)
    }

    /// By sample, the time step from which on its event data take the image's place, 0…T; T: never. A whole sample is replaced
    /// if a uniform number of its own is at most the probability.
    private func eventStarts(count: Int, _ settings: Settings, optimizerStep: Int) -> [Int] {
        let steps = trace.inputShape.timeStepCount
        let never = [Int](repeating: steps, count: count)
        let probability = settings.replacementProbability
        guard streams == .both, probability > 0 else { return never }
        switch settings.replacement {
        case .wholeSamples:
            var draws = random.split("replacement", optimizerStep)
            return (0..<count).map { _ in draws.uniform() <= probability ? 0 : steps }
        case .timeSteps(let mixing):
            let chance = mixing.probability(ofMean: probability, timeSteps: steps)
            return (0..<count).map { sample in
                var draws = random.split("time-step mixup", optimizerStep, sample)
                return mixing.start(probability: chance, timeSteps: steps, using: &draws)
            }
        }
    }
}

/// What the static stream of a step shows, and who else has seen the batch; for the terms of its loss.
public struct StepInputs {
    /// Share of the static inputs that event data take the place of, on average; 0…1.
    public var replacementProbability: Double
    /// By sample, the time step, 0…T, from which on the static stream shows event data; T: never. `nil` where that is not
    /// known, or with a single stream.
    public var eventStarts: [Int]?
    /// What a teacher answers, averaged over time, [B, K].
    public var teacherLogits: Tensor?

    public init(replacementProbability: Double = 0, eventStarts: [Int]? = nil, teacherLogits: Tensor? = nil) {
        (self.replacementProbability, self.eventStarts) = (replacementProbability, eventStarts)
        self.teacherLogits = teacherLogits
    }
}

/// Seconds from one part of the step to the next.
private struct StepClock {
    private var last = DispatchTime.now().uptimeNanoseconds

    mutating func lap() -> Double {
        let now = DispatchTime.now().uptimeNanoseconds
        defer { last = now }
        return Double(now - last) / 1e9
    }
}
