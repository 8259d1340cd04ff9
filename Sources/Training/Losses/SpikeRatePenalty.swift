import Configuration
import Network
import Tensors

/// Pulls layers towards a spike rate, as those do who tune a network's energy:
///
///     mean over layers of d(rate − target)²,   d the difference, or only what lies above the target
///
/// The rate is that of the event stream: spikes per neuron and time step over the batch. Layers with signed spikes, and
/// neurons in the heads, take no part.
public struct SpikeRatePenalty: LossTerm {
    public static let weight = Setting.number(
        "loss.spike_rate_weight", "spike-rate weight",
        "Weight of the squared distance of the layers' spike rates from their target; 0 leaves them alone.", 0...1000,
        step: 0.5, default: 0)
    public static let target = Setting.number(
        "loss.spike_rate_target", "target rate", "Spikes per neuron and time step that the penalty pulls layers to.",
        0...1, step: 0.01, default: 0.05)
    public static let side = Setting.choice(
        "loss.spike_rate_side", "spikes pulled",
        "above: only rates above the target are pulled down; both: rates below it are pulled up, too.",
        ["above", "both"], default: "above", live: true)
    public static let penalty = MetricSeries("loss.spike_rate")

    public init() {}

    public var name: String { "spike-rate" }
    public var summary: String { "the squared distance of the layers' spike rates from a target, to save energy" }
    public var isAddition: Bool { true }
    public var knobs: [Knob] { [Self.weight.knob, Self.target.knob, Self.side.knob] }
    public var series: [SeriesDescription] {
        [
            SeriesDescription(
                Self.penalty, "spike-rate penalty", short: "spikes", higherIsBetter: false, panel: "loss",
                column: .init("spike_rate_loss", .mean))
        ]
    }

    public func makeEvaluator(_ batch: LossBatch) -> (any LossTermEvaluator)? { Evaluator() }

    private final class Evaluator: LossTermEvaluator {
        func evaluate(_ context: LossContext) -> LossTermValue {
            let weight = context.settings[SpikeRatePenalty.weight]
            let layers = context.trace.neuronTraces.map(\.trace).filter { !$0.isSigned }
            guard weight > 0, !layers.isEmpty else { return LossTermValue(weighted: 0, points: []) }
            let target = context.settings[SpikeRatePenalty.target]
            let pullsUp = context.settings[SpikeRatePenalty.side] == "both"
            let stream = context.batch.streamCount - 1
            let ranks = context.batch.group?.count ?? 1
            let rates = context.batch.mean(layers.map { $0.rate(ofStream: stream) })
            var sum = 0.0
            for (layer, rate) in zip(layers, rates) {
                var distance = rate - target
                if !pullsUp { distance = max(0, distance) }
                sum += distance * distance
                let spikes = layer.input.timeStepCount * layer.input.groupSize * ranks
                layer.spikeSlopes.add(
                    Float(weight * 2 * distance / Double(layers.count * spikes)), stream: stream)
            }
            let value = sum / Double(layers.count)
            return LossTermValue(weighted: weight * value, points: [(SpikeRatePenalty.penalty, value)])
        }
    }
}
