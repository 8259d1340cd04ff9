import Configuration
import Network
import Tensors

/// The domain alignment term: coefficient · mean over t of k(t) · D(t), where D is the distance of the two streams'
/// features by the chosen measure. Where its coefficient takes no part the distance is measured all the same.
public struct DomainAlignment: LossTerm {
    public static let coefficient = Setting.number(
        "loss.domain_coefficient", "λ domain", "Weight of the domain alignment loss (1 − linear CKA).", 0...10,
        step: 0.05, default: 0.5)
    public static let isOn = Setting.flag(
        "loss.domain_alignment", "domain alignment", "Include the domain alignment loss.",
        default: true, live: true)
    public static let measure = Setting.name(
        "loss.alignment_measure", "alignment measure",
        "linear-cka: 1 − linear CKA, as in the paper; debiased-cka and rbf-cka likewise; mean-difference: MMD with a linear "
            + "kernel; mmd-rbf; squared-error.",
        of: "alignment measures", default: LinearCKAMeasure().name, live: true)
    public static let feature = Setting.name(
        "loss.alignment_feature", "aligned feature",
        "Feature to align: membrane-potential before the heads, as in the paper, or the outputs of the heads.",
        of: "alignment features", default: AlignmentFeature.membranePotential.rawValue, live: true)

    public let measures: [any AlignmentMeasure]

    public init(measures: [any AlignmentMeasure] = AlignmentMeasureCatalogue.all) { self.measures = measures }

    public var name: String { "domain-alignment" }
    public var summary: String { "distance between the features of the two streams at each time step" }
    public var knobs: [Knob] { [Self.coefficient.knob, Self.isOn.knob, Self.measure.knob, Self.feature.knob] }
    public var series: [SeriesDescription] {
        [
            SeriesDescription(
                .domainLoss, "domain loss", short: "domain", higherIsBetter: false, panel: "loss",
                column: .init("domain_loss", .mean)),
            SeriesDescription(.linearCKA, "CKA", higherIsBetter: true, panel: "cka"),
        ]
    }

    public var catalogues: [String: [String]] {
        [
            "alignment measures": measures.map(\.name),
            "alignment features": AlignmentFeature.allCases.map(\.rawValue),
        ]
    }

    public func byteCount(timeStepCount: Int, batchSize: Int, streamCount: Int) -> Int {
        streamCount == 2 ? DomainAlignmentLoss.byteCount(timeStepCount: timeStepCount, batchSize: batchSize) : 0
    }

    public func makeEvaluator(_ batch: LossBatch) -> (any LossTermEvaluator)? {
        guard batch.streamCount == 2, let feature = batch.domainFeature else { return nil }
        return Evaluator(batch, width: feature.count / (2 * batch.timeStepCount * batch.batchSize), measures)
    }

    private final class Evaluator: LossTermEvaluator {
        private let (timeSteps, batchSize): (Int, Int)
        private let measures: [any AlignmentMeasure]
        /// Measured whatever the loss is.
        private let linearCKA: DomainAlignmentLoss
        private var chosen: (name: String, width: Int, evaluator: any AlignmentEvaluator)?

        init(_ batch: LossBatch, width: Int, _ measures: [any AlignmentMeasure]) {
            (timeSteps, batchSize, self.measures) = (batch.timeStepCount, batch.batchSize, measures)
            linearCKA = DomainAlignmentLoss(
                timeStepCount: timeSteps, batchSize: batchSize, width: width, group: batch.group)
        }

        func evaluate(_ context: LossContext) -> LossTermValue {
            guard let feature = context.batch.domainFeature else { return LossTermValue(weighted: 0, points: []) }
            let similarities = linearCKA.similarities(feature)
            guard let aligned = AlignmentFeature(rawValue: context.settings[DomainAlignment.feature]) else {
                preconditionFailure("names are checked before a step is made")
            }
            let name = context.settings[DomainAlignment.measure]
            let usesLinearCKA = name == LinearCKAMeasure().name && aligned == .membranePotential
            let evaluator: any AlignmentEvaluator
            let (distances, subject): ([Double], Tensor)
            if usesLinearCKA {
                (evaluator, subject) = (linearCKA, feature)
                distances = similarities.map { 1 - abs($0) }
            } else {
                subject = aligned == .membranePotential ? feature : stacked(context.batch.logits)
                evaluator = self.evaluator(name, width: subject.count / (2 * timeSteps * batchSize))
                distances = evaluator.distances(subject)
            }
            let weights = context.timeStepWeights.domain
            let value = zip(weights, distances).reduce(0) { $0 + $1.0 * $1.1 } / Double(timeSteps)
            var result = LossTermValue(
                weighted: 0,
                points: [
                    (.domainLoss, value),
                    (.linearCKA, similarities.reduce(0, +) / Double(max(1, similarities.count))),
                ], profiles: [.linearCKA: similarities])
            guard let coefficient = context.configuration.domainCoefficient else { return result }
            result.weighted = coefficient * value
            let scales = weights.map { coefficient * $0 / Double(timeSteps) }
            switch aligned {
            case .membranePotential:
                context.addFeatureGradient { evaluator.writeGradient(scales: scales, of: subject, into: $0) }
            case .outputs:
                let gradient = Tensor(subject.shape)
                evaluator.writeGradient(scales: scales, of: subject, into: gradient)
                for stream in 0..<2 {
                    let target = context.logitGradient(stream: stream)
                    add_to(target.pointer, gradient.pointer + stream * target.count, target.count)
                }
            }
            if context.configuration.timeStepWeights == .learnable {
                for t in 0..<timeSteps {
                    context.weightGradients[t] += coefficient * distances[t] / Double(timeSteps)
                }
            }
            return result
        }

        /// [T, B, K] of both streams → [2T, B, K].
        private func stacked(_ logits: [Tensor]) -> Tensor {
            let shape = logits[0].shape
            let both = Tensor([2 * shape[0], shape[1], shape[2]])
            for (stream, outputs) in logits.enumerated() {
                (both.pointer + stream * outputs.count).update(from: outputs.pointer, count: outputs.count)
            }
            return both
        }

        private func evaluator(_ name: String, width: Int) -> any AlignmentEvaluator {
            if let chosen, chosen.name == name, chosen.width == width { return chosen.evaluator }
            guard let measure = measures.first(where: { $0.name == name }) else {
                preconditionFailure("names are checked before a step is made")
            }
            let made = measure.makeEvaluator(timeStepCount: timeSteps, batchSize: batchSize, width: width)
            chosen = (name, width, made)
            return made
        }
    }
}

/// What of the two streams can be aligned.
public enum AlignmentFeature: String, Sendable, CaseIterable {
    case membranePotential = "membrane-potential"
    case outputs
}
