import Configuration
import Foundation
import Network
import Tensors

/// Modality-aware guidance of time-step mixup (MAG, 2509.12959): a small head says of each time step of the static stream
/// whether it shows an image or events. Our reading: a full connection from the aligned feature to one number, binary cross
/// entropy, averaged over samples and time steps.
public struct ModalityGuidance: LossTerm {
    public static let weight = Setting.number(
        "loss.modality_weight", "MAG weight",
        "Our reading: weight of telling image from event frames at each time step, if loss.mixup_heads is on; 0 is off.",
        0...10, step: 0.05, default: 0.1)
    public static let loss = MetricSeries("loss.modality")

    public init() {}

    public var name: String { "modality-guidance" }
    public var summary: String { "telling image from event frames at each time step of time-step mixup (MAG)" }
    public var isAddition: Bool { true }
    public var knobs: [Knob] { [MixupHead.areWanted.knob, Self.weight.knob] }
    public var series: [SeriesDescription] {
        [
            SeriesDescription(
                Self.loss, "modality loss", short: "MAG", higherIsBetter: false, panel: "loss",
                column: .init("modality_loss", .mean))
        ]
    }

    public func makeParameters(_ network: SpikingNetwork, settings: RunConfiguration) -> [Parameter] {
        MixupHead.parameters("modality_head", network, settings)
    }

    public func makeEvaluator(_ batch: LossBatch) -> (any LossTermEvaluator)? {
        batch.streamCount == 2 && batch.domainFeature != nil ? Evaluator() : nil
    }

    private final class Evaluator: LossTermEvaluator {
        func evaluate(_ context: LossContext) -> LossTermValue {
            let weight = context.settings[ModalityGuidance.weight]
            guard weight > 0, let starts = context.inputs.eventStarts,
                let head = MixupHead("modality_head", context)
            else { return LossTermValue(weighted: 0, points: []) }
            let (steps, batch) = (context.timeStepCount, starts.count)
            let share = 1 / Double(steps * batch)
            var (value, slopes) = (0.0, [Double](repeating: 0, count: steps * batch))
            for t in 0..<steps {
                for sample in 0..<batch {
                    let output = head.output(timeStep: t, sample: sample)
                    let isEvent = t >= starts[sample] ? 1.0 : 0
                    // −log σ(±output), without the exponential's overflow.
                    value += share * (max(output, 0) - output * isEvent + log1p(exp(-abs(output))))
                    slopes[t * batch + sample] = weight * share * (1 / (1 + exp(-output)) - isEvent)
                }
            }
            head.addGradients(slopes)
            return LossTermValue(weighted: weight * value, points: [(ModalityGuidance.loss, value)])
        }
    }
}
