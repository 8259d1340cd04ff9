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

    public func makeEvaluator(_ batch: LossBatch) -> (any LossTermEvaluator)? {
        batch.streamCount == 2 ? Evaluator() : nil
    }

    private final class Evaluator: LossTermEvaluator {
        private var room: Room?

        func evaluate(_ context: LossContext) -> LossTermValue {
            let weight = context.settings[FirstLayerAlignment.weight]
            guard weight > 0, let layer = context.trace.neuronTraces.first?.trace else {
                return LossTermValue(weighted: 0, points: [])
            }
            let room = room(for: layer.input, context.batch)
            let (own, size) = (layer.input.batchSize, layer.input.featureCount)
            for side in LinearCKA.Side.allCases {
                layer.spikeCounts(
                    ofStream: side.rawValue, into: room.ownCounts.pointer + side.rawValue * own * size)
            }
            if room.ownCounts !== room.counts { context.batch.gather(room.ownCounts, into: room.counts) }
            let rows = context.batch.batchSize * size
            for side in LinearCKA.Side.allCases {
                room.cka.look(at: room.counts.pointer + side.rawValue * rows, width: size, side)
            }
            if let group = context.batch.group { room.cka.take(sums: group.sums(room.cka.ownSums)) }
            let value = 1 - room.cka.value
            for side in LinearCKA.Side.allCases {
                let first = side.rawValue * rows
                room.cka.writeGradient(
                    scale: -weight, of: room.counts.pointer + first, width: size, side,
                    into: room.slopes.pointer + first)
            }
            if room.ownSlopes !== room.slopes { context.batch.takeOwn(of: room.slopes, into: room.ownSlopes) }
            // Each spike counts once, whenever it is fired.
            layer.spikeSlopes.add(room.ownSlopes)
            return LossTermValue(weighted: weight * value, points: [(FirstLayerAlignment.distance, value)])
        }

        private func room(for shape: ActivationShape, _ batch: LossBatch) -> Room {
            if let room { return room }
            let made = Room(shape, batch)
            room = made
            return made
        }
    }

    /// Memory that is taken when it is first needed: counts of spikes and their slopes, [2, B, H, W, C], of the own samples
    /// and of the whole batch.
    private struct Room {
        let (ownCounts, counts): (Tensor, Tensor)
        let (ownSlopes, slopes): (Tensor, Tensor)
        let cka: LinearCKA

        init(_ shape: ActivationShape, _ batch: LossBatch) {
            func sized(_ samples: Int) -> Tensor { Tensor([2, samples, shape.height, shape.width, shape.channels]) }
            (counts, slopes) = (sized(batch.batchSize), sized(batch.batchSize))
            ownCounts = batch.group == nil ? counts : sized(shape.batchSize)
            ownSlopes = batch.group == nil ? slopes : sized(shape.batchSize)
            cka = LinearCKA(batchSize: batch.batchSize, rows: batch.group == nil ? nil : batch.ownSamples)
        }
    }
}
