import Configuration
import Foundation
import Network
import Tensors

/// Mix-ratio perception of time-step mixup (MRP, 2509.12959): a small head estimates which share of the static stream's time
/// steps shows events. Our reading: a full connection from the aligned feature, averaged over time, to one number, σ, and
/// the squared distance from the share.
public struct MixRatioPerception: LossTerm {
    public static let weight = Setting.number(
        "loss.mix_ratio_weight", "MRP weight",
        "Our reading: weight of estimating the share of event frames of each sequence, if loss.mixup_heads is on; 0 is off.",
        0...10, step: 0.05, default: 0.1)
    public static let loss = MetricSeries("loss.mix_ratio")

    public init() {}

    public var name: String { "mix-ratio-perception" }
    public var summary: String { "estimating the share of event frames in time-step mixup (MRP)" }
    public var isAddition: Bool { true }
    public var knobs: [Knob] { [MixupHead.areWanted.knob, Self.weight.knob] }
    public var series: [SeriesDescription] {
        [
            SeriesDescription(
                Self.loss, "mix-ratio loss", short: "MRP", higherIsBetter: false, panel: "loss",
                column: .init("mix_ratio_loss", .mean))
        ]
    }

    public func makeParameters(_ network: SpikingNetwork, settings: RunConfiguration) -> [Parameter] {
        MixupHead.parameters("mix_ratio_head", network, settings)
    }

    public func makeEvaluator(_ batch: LossBatch) -> (any LossTermEvaluator)? {
        batch.streamCount == 2 && batch.domainFeature != nil ? Evaluator() : nil
    }

    private final class Evaluator: LossTermEvaluator {
        func evaluate(_ context: LossContext) -> LossTermValue {
            let weight = context.settings[MixRatioPerception.weight]
            guard weight > 0, let starts = context.inputs.eventStarts,
                let head = MixupHead("mix_ratio_head", context)
            else { return LossTermValue(weighted: 0, points: []) }
            let (steps, batch) = (context.timeStepCount, starts.count)
            var (value, slopes) = (0.0, [Double](repeating: 0, count: steps * batch))
            for sample in 0..<batch {
                // The head of the mean is the mean of the head.
                let output = (0..<steps).reduce(0) { $0 + head.output(timeStep: $1, sample: sample) } / Double(steps)
                let (estimate, share) = (1 / (1 + exp(-output)), Double(steps - starts[sample]) / Double(steps))
                value += (estimate - share) * (estimate - share) / Double(batch)
                let slope = 2 * (estimate - share) * estimate * (1 - estimate) / Double(batch)
                for t in 0..<steps { slopes[t * batch + sample] = weight * slope / Double(steps) }
            }
            head.addGradients(slopes)
            return LossTermValue(weighted: weight * value, points: [(MixRatioPerception.loss, value)])
        }
    }
}
