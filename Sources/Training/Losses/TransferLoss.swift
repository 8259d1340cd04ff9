import Network
import Tensors

/// The whole loss (He et al. 2024; assembled as the reference's training loop does):
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
        public var image = 0.0
        public var event = 0.0
        /// Weighted by the time-step weights, before the coefficient.
        public var domain = 0.0
        /// Linear CKA by time step; empty with a single stream.
        public var linearCKA: [Double] = []
    }

    private let alignment: DomainAlignmentLoss?
    private let domainGradient: Tensor?

    /// Room for traces like this one.
    public init(trace: NetworkTrace) {
        guard trace.streamCount == 2, let feature = trace.domainFeature else {
            (alignment, domainGradient) = (nil, nil)
            return
        }
        let shape = trace.inputShape
        let width = feature.count / (shape.groupCount * shape.batchSize)
        alignment = DomainAlignmentLoss(timeStepCount: shape.timeStepCount, batchSize: shape.batchSize, width: width)
        domainGradient = trace.domainGradientSpace
    }

    /// Fills the trace's gradients of logits and domain feature, adds to the gradients of the coefficients.
    ///
    /// - Parameters:
    ///   - labels: class of each sample of the batch, the same in both streams.
    ///   - imageMix: of samples whose static input is mixed event data.
    ///   - eventMix: of samples whose event data were mixed.
    public func evaluate(
        _ trace: NetworkTrace, network: SpikingNetwork, labels: [Int], imageMix: LabelMix? = nil,
        eventMix: LabelMix? = nil, configuration: Configuration
    ) -> Value {
        let timeSteps = trace.inputShape.timeStepCount
        // A network with a single head has none; then nothing is weighted.
        let learned =
            network.hasTwoStreams
            ? network.timeStepWeights.map(Double.init) : [Double](repeating: 0, count: timeSteps)
        let (domainWeights, criterionWeights, distanceWeights) = configuration.weights(learned: learned)
        var value = Value()
        var coefficientGradients = [Double](repeating: 0, count: timeSteps)
        for gradient in trace.logitGradients { gradient.fill(0) }
        let ones = [Double](repeating: 1, count: timeSteps)

        if trace.streamCount == 2 {
            value.image =
                streamLoss(
                    trace, stream: 0, labels, imageMix, configuration, scale: configuration.imageWeight, ones, ones
                ).loss
        }
        let event = streamLoss(
            trace, stream: trace.streamCount - 1, labels, eventMix, configuration, scale: configuration.eventWeight,
            criterionWeights, distanceWeights)
        value.event = event.loss
        value.total = configuration.imageWeight * value.image + configuration.eventWeight * value.event

        trace.domainFeatureGradient = nil
        if let alignment, let domainGradient, let feature = trace.domainFeature {
            value.linearCKA = alignment.similarities(feature)
            let distances = value.linearCKA.map { 1 - abs($0) }
            value.domain = zip(domainWeights, distances).reduce(0) { $0 + $1.0 * $1.1 } / Double(timeSteps)
            if let coefficient = configuration.domainCoefficient {
                value.total += coefficient * value.domain
                alignment.writeGradient(
                    similarities: value.linearCKA,
                    scales: domainWeights.map { coefficient * $0 / Double(timeSteps) }, of: feature,
                    into: domainGradient)
                trace.domainFeatureGradient = domainGradient
                if configuration.timeStepWeights == .learnable {
                    for t in 0..<timeSteps { coefficientGradients[t] += coefficient * distances[t] / Double(timeSteps) }
                }
            }
        }
        addEventShare(event, configuration, to: &coefficientGradients)
        for (t, coefficient) in network.timeStepCoefficients.enumerated() {
            let slope = learned[t] * (1 - learned[t])
            coefficient.gradient.pointer[0] += Float(coefficientGradients[t] * slope)
        }
        return value
    }

    /// dL/dw(t) by way of the event stream's terms, which are weighted by 1 − w(t).
    private func addEventShare(
        _ event: TemporalEfficientTrainingLoss.Value, _ configuration: Configuration, to gradients: inout [Double]
    ) {
        guard let regularization = configuration.temporalRegularization else { return }
        let share = configuration.eventWeight / Double(gradients.count)
        for t in gradients.indices {
            if configuration.timeStepWeights == .learnable {
                gradients[t] -= share * (1 - regularization) * event.criterionByTimeStep[t]
            }
            if configuration.learnsDistanceWeights {
                gradients[t] -= share * regularization * event.distanceByTimeStep[t]
            }
        }
    }

    private func streamLoss(
        _ trace: NetworkTrace, stream: Int, _ labels: [Int], _ mix: LabelMix?, _ configuration: Configuration,
        scale: Double, _ criterionWeights: [Double], _ distanceWeights: [Double]
    ) -> TemporalEfficientTrainingLoss.Value {
        let (logits, gradient) = (trace.logits[stream], trace.logitGradients[stream])
        guard let regularization = configuration.temporalRegularization else {
            let loss = MeanOutputLoss.value(
                logits, labels: labels, mix: mix, criterion: configuration.criterion, scale: scale, gradient: gradient)
            return .init(loss: loss, criterionByTimeStep: [], distanceByTimeStep: [])
        }
        return TemporalEfficientTrainingLoss(
            criterion: configuration.criterion, regularizationWeight: regularization,
            threshold: configuration.threshold
        ).value(
            logits, labels: labels, mix: mix, criterionWeights: criterionWeights, distanceWeights: distanceWeights,
            scale: scale, gradient: gradient)
    }
}

extension TransferLoss.Configuration {
    /// k(t), a(t), b(t) for domain term, criterion and distance.
    func weights(learned: [Double]) -> (domain: [Double], criterion: [Double], distance: [Double]) {
        switch timeStepWeights {
        case .off:
            let ones = [Double](repeating: 1, count: learned.count)
            return (ones, ones, ones)
        case .learnable, .frozen:
            let complements = learned.map { 1 - $0 }
            return (learned, complements, complements)
        case .fixed(let weight):
            let complements = [Double](repeating: 1 - weight, count: learned.count)
            return (
                [Double](repeating: weight, count: learned.count), complements,
                referenceFixedWeightTerm ? learned.map { 1 - $0 } : complements
            )
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
