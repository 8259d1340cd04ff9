import Configuration
import Network
import Tensors

/// R2ETL's loss of the encoder: how far the two streams are apart right behind the input,
///
///     1 − linear CKA of the first neuron layer's spikes, summed over time
///
/// (Spiking Transfer Learning From RGB Image to Neuromorphic Event Stream, 2024; as its public code has it.) Its loss of the
/// features is the domain alignment, with a bottleneck; there the potentials are those before the reset.
public struct FirstLayerAlignment: LossTerm {
    public static let weight = Setting.number(
        "loss.first_layer_weight", "first-layer weight",
        "Weight of 1 − linear CKA of the first layer's spikes summed over time; R2ETL has 0.1, 0 is off.", 0...10,
        step: 0.05, default: 0)
    public static let distance = MetricSeries("loss.first_layer")

    public init() {}

    public var name: String { "first-layer-alignment" }
    public var summary: String { "1 − linear CKA of the first layer's spikes summed over time (R2ETL)" }
    public var isAddition: Bool { true }
    public var knobs: [Knob] { [Self.weight.knob] }
    public var series: [SeriesDescription] {
        [
            SeriesDescription(
                Self.distance, "first-layer distance", short: "layer 1", higherIsBetter: false, panel: "loss",
                column: .init("first_layer_loss", .mean))
        ]
    }

    public func makeEvaluator(_ trace: NetworkTrace) -> (any LossTermEvaluator)? {
        trace.streamCount == 2 ? Evaluator() : nil
    }

    private final class Evaluator: LossTermEvaluator {
        /// Memory that is taken when it is first needed: counts of spikes and their slopes, [2, B, H, W, C].
        private var room: (counts: Tensor, slopes: Tensor, cka: LinearCKA)?

        func evaluate(_ context: LossContext) -> LossTermValue {
            let weight = context.settings[FirstLayerAlignment.weight]
            guard weight > 0, let layer = context.trace.neuronTraces.first?.trace else {
                return LossTermValue(weighted: 0, points: [])
            }
            let (batch, size) = (layer.input.batchSize, layer.input.featureCount)
            let (counts, slopes, cka) = room(for: layer.input)
            for side in LinearCKA.Side.allCases {
                let rows = counts.pointer + side.rawValue * batch * size
                layer.spikeCounts(ofStream: side.rawValue, into: rows)
                cka.look(at: rows, width: size, side)
            }
            let value = 1 - cka.value
            for side in LinearCKA.Side.allCases {
                let first = side.rawValue * batch * size
                cka.writeGradient(
                    scale: -weight, of: counts.pointer + first, width: size, side, into: slopes.pointer + first)
            }
            // Each spike counts once, whenever it is fired.
            layer.spikeSlopes.add(slopes)
            return LossTermValue(weighted: weight * value, points: [(FirstLayerAlignment.distance, value)])
        }

        private func room(for shape: ActivationShape) -> (counts: Tensor, slopes: Tensor, cka: LinearCKA) {
            if let room { return room }
            let sizes: Shape = [2, shape.batchSize, shape.height, shape.width, shape.channels]
            let made = (Tensor(sizes), Tensor(sizes), LinearCKA(batchSize: shape.batchSize))
            room = made
            return made
        }
    }
}
