import Configuration
import Network
import Training

/// A loss term of its own: λ · mean square of the event stream's outputs.
struct OutputDecay: LossTerm {
    static let coefficient = Setting.number(
        "loss.output_decay", "λ outputs", "Weight of the mean square of the outputs.", 0...10, step: 0.1, default: 0)
    static let decay = MetricSeries("loss.output_decay")

    let name = "output-decay"
    let summary = "keeps the outputs small"
    var knobs: [Knob] { [Self.coefficient.knob] }
    var series: [SeriesDescription] {
        [
            SeriesDescription(
                Self.decay, "output decay", short: "decay", higherIsBetter: false, panel: "loss",
                column: .init("output_decay", .mean))
        ]
    }

    func makeEvaluator(_ batch: LossBatch) -> (any LossTermEvaluator)? { Evaluator() }

    private final class Evaluator: LossTermEvaluator {
        func evaluate(_ context: LossContext) -> LossTermValue {
            let stream = context.trace.streamCount - 1
            let (outputs, gradient) = (context.trace.logits[stream], context.logitGradient(stream: stream))
            let coefficient = context.settings[OutputDecay.coefficient]
            var square = 0.0
            for index in 0..<outputs.count {
                square += Double(outputs.pointer[index]) * Double(outputs.pointer[index])
                gradient.pointer[index] += Float(2 * coefficient / Double(outputs.count)) * outputs.pointer[index]
            }
            let value = square / Double(outputs.count)
            return LossTermValue(weighted: coefficient * value, points: [(OutputDecay.decay, value)])
        }
    }
}
