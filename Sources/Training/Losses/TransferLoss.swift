import Communication
import Configuration
import Network
import Tensors

/// The whole loss: the sum of the catalogue's terms. With those that ship (He et al. 2024; assembled as the reference's
/// training loop does):
///
///     image weight · L_image + event weight · L_event + coefficient · domain alignment
///
/// With w(t) = σ(coefficient t), time-step weights multiply the domain term by w(t) and the event stream's terms by
/// 1 − w(t); the static stream is never weighted.
public final class TransferLoss {
    public enum TimeStepWeights: Sendable, Hashable {
        case off
        case learnable
        /// As learnable, but the coefficients keep their values.
        case frozen
        case fixed(Double)
    }

    public struct Configuration: Sendable, Hashable {
        public var criterion = Criterion.crossEntropy(labelSmoothing: 0)
        /// λ of temporal efficient training; `nil`: the criterion at the mean output.
        public var temporalRegularization: Double? = 1e-3
        /// θ, in the units of the outputs.
        public var threshold = 0.5
        /// `nil`: the domain alignment takes no part, but is still measured.
        public var domainCoefficient: Double? = 0.5
        public var timeStepWeights = TimeStepWeights.learnable
        public var imageWeight = 1.0
        public var eventWeight = 1.0
        /// As the reference: with fixed weights, temporal efficient training's second term keeps the learnable ones.
        public var referenceFixedWeightTerm = false

        public init() {}
    }

    public struct Value: Sendable {
        public var total = 0.0
        /// What the terms report, in their order.
        public var points: [(series: MetricSeries, value: Double)] = []
        /// One value a time step.
        public var profiles: [MetricSeries: [Double]] = [:]

        public subscript(_ series: MetricSeries) -> Double? { points.first { $0.series == series }?.value }
        /// Linear CKA by time step; empty with a single stream.
        public var linearCKA: [Double] { profiles[.linearCKA] ?? [] }
    }

    private let evaluators: [any LossTermEvaluator]
    private let spare = SpareTensor()

    /// The batch as all ranks have it.
    let batch: LossBatch

    /// - Parameters:
    ///   - trace: with its memory.
    ///   - group: who passes the other samples of the batch.
    public init(
        trace: NetworkTrace, terms: [any LossTerm] = LossTermCatalogue.all, group: RankGroup? = nil
    ) {
        let batch = LossBatch(trace, group: group)
        self.batch = batch
        evaluators = terms.compactMap { $0.makeEvaluator(batch) }
    }

    /// Of what stands in the trace: fills its gradients of logits and domain feature, adds to the gradients of the coefficients.
    ///
    /// - Parameters:
    ///   - labels: class of each sample of the batch, the same in both streams.
    ///   - imageMix: of samples whose static input is mixed event data.
    ///   - eventMix: of samples whose event data were mixed.
    ///   - inputs: what the static stream shows.
    ///   - settings: for what terms declare themselves.
    public func evaluate(
        network: SpikingNetwork, labels: [Int], imageMix: LabelMix? = nil,
        eventMix: LabelMix? = nil, inputs: StepInputs = StepInputs(), configuration: Configuration,
        settings: RunConfiguration = RunConfiguration()
    ) -> Value {
        batch.begin()
        defer { batch.end() }
        let context = LossContext(
            batch: batch, network: network, labels: labels, imageMix: imageMix, eventMix: eventMix,
            inputs: inputs, configuration: configuration, settings: settings, spare: spare)
        let values = evaluators.map { $0.evaluate(context) }
        for (t, coefficient) in network.timeStepCoefficients.enumerated() {
            let weight = context.timeStepWeights.learned[t]
            coefficient.gradient.pointer[0] += Float(context.weightGradients[t] * (weight * (1 - weight)))
        }
        // Last term first: the order of this sum has always been event, image, domain.
        return Value(
            total: values.reversed().reduce(0) { $0 + $1.weighted }, points: values.flatMap(\.points),
            profiles: values.reduce(into: [:]) { $0.merge($1.profiles) { first, _ in first } })
    }
}

extension TransferLoss.Configuration {
    func weights(learned: [Double]) -> TimeStepWeightValues {
        switch timeStepWeights {
        case .off:
            let ones = [Double](repeating: 1, count: learned.count)
            return TimeStepWeightValues(learned: learned, domain: ones, criterion: ones, distance: ones)
        case .learnable, .frozen:
            let complements = learned.map { 1 - $0 }
            return TimeStepWeightValues(
                learned: learned, domain: learned, criterion: complements, distance: complements)
        case .fixed(let weight):
            let complements = [Double](repeating: 1 - weight, count: learned.count)
            return TimeStepWeightValues(
                learned: learned, domain: [Double](repeating: weight, count: learned.count), criterion: complements,
                distance: referenceFixedWeightTerm ? learned.map { 1 - $0 } : complements)
        }
    }

    /// Whether the coefficients have a gradient at all; where not, the optimizer leaves them alone.
    public var trainsTimeStepWeights: Bool {
        timeStepWeights == .learnable && (temporalRegularization != nil || domainCoefficient != nil)
            || learnsDistanceWeights && temporalRegularization != nil
    }

    /// Whether the weights of temporal efficient training's second term are trained.
    var learnsDistanceWeights: Bool {
        if case .fixed = timeStepWeights { return referenceFixedWeightTerm }
        return timeStepWeights == .learnable
    }
}
