import Configuration
import Network
import Tensors

/// The static stream's classification loss; never weighted by time step.
public struct ImageClassification: LossTerm {
    public static let weight = Setting.number(
        "loss.image_weight", "image weight", "Weight of the static stream's classification loss.", 0...10, step: 0.05,
        default: 1)

    public init() {}

    public var name: String { "image-classification" }
    public var summary: String { "classification loss of the static stream" }
    public var knobs: [Knob] { [Self.weight.knob] }
    public var series: [SeriesDescription] {
        [
            SeriesDescription(
                .imageLoss, "image loss", short: "image", higherIsBetter: false, panel: "loss",
                column: .init("image_loss", .mean))
        ]
    }

    public func makeEvaluator(_ batch: LossBatch) -> (any LossTermEvaluator)? {
        batch.streamCount == 2 ? Evaluator() : nil
    }

    private final class Evaluator: LossTermEvaluator {
        func evaluate(_ context: LossContext) -> LossTermValue {
            let ones = [Double](repeating: 1, count: context.timeStepCount)
            let weight = context.configuration.imageWeight
            let loss = context.streamLoss(0, mix: context.imageMix, scale: weight, criterion: ones, distance: ones).loss
            return LossTermValue(weighted: weight * loss, points: [(.imageLoss, loss)])
        }
    }
}

/// The event stream's classification loss, weighted by 1 − w(t) where time-step weights are on.
public struct EventClassification: LossTerm {
    public static let weight = Setting.number(
        "loss.event_weight", "event weight", "Weight of the event stream's classification loss.", 0...10, step: 0.05,
        default: 1)

    public init() {}

    public var name: String { "event-classification" }
    public var summary: String { "classification loss of the event stream" }
    public var knobs: [Knob] { [Self.weight.knob] }
    public var series: [SeriesDescription] {
        [
            SeriesDescription(
                .eventLoss, "event loss", short: "event", higherIsBetter: false, panel: "loss",
                column: .init("event_loss", .mean))
        ]
    }

    public func makeEvaluator(_ batch: LossBatch) -> (any LossTermEvaluator)? { Evaluator() }

    private final class Evaluator: LossTermEvaluator {
        func evaluate(_ context: LossContext) -> LossTermValue {
            let weight = context.configuration.eventWeight
            let loss = context.streamLoss(
                context.batch.streamCount - 1, mix: context.eventMix, scale: weight,
                criterion: context.timeStepWeights.criterion, distance: context.timeStepWeights.distance)
            addWeightGradients(loss, context)
            return LossTermValue(weighted: weight * loss.loss, points: [(.eventLoss, loss.loss)])
        }

        /// dL/dw(t) of terms that are weighted by 1 − w(t).
        private func addWeightGradients(_ loss: TemporalEfficientTrainingLoss.Value, _ context: LossContext) {
            let configuration = context.configuration
            guard let regularization = configuration.temporalRegularization else { return }
            let share = configuration.eventWeight / Double(context.timeStepCount)
            for t in 0..<context.timeStepCount {
                if configuration.timeStepWeights == .learnable {
                    context.weightGradients[t] -= share * (1 - regularization) * loss.criterionByTimeStep[t]
                }
                if configuration.learnsDistanceWeights {
                    context.weightGradients[t] -= share * regularization * loss.distanceByTimeStep[t]
                }
            }
        }
    }
}

extension LossContext {
    /// A stream's classification loss as configured; adds `scale` times its gradient to that of the stream's outputs.
    func streamLoss(
        _ stream: Int, mix: LabelMix?, scale: Double, criterion: [Double], distance: [Double]
    ) -> TemporalEfficientTrainingLoss.Value {
        let (logits, gradient) = (batch.logits[stream], logitGradient(stream: stream))
        guard let regularization = configuration.temporalRegularization else {
            let loss = MeanOutputLoss.value(
                logits, labels: labels, mix: mix, criterion: configuration.criterion, scale: scale, gradient: gradient)
            return .init(loss: loss, criterionByTimeStep: [], distanceByTimeStep: [])
        }
        return TemporalEfficientTrainingLoss(
            criterion: configuration.criterion, regularizationWeight: regularization,
            threshold: configuration.threshold
        ).value(
            logits, labels: labels, mix: mix, criterionWeights: criterion, distanceWeights: distance, scale: scale,
            gradient: gradient)
    }
}
