import Configuration
import Training

/// A metric with a panel of its own, and a setting: the norm of all weights, times a factor.
struct WeightNorm: Metric {
    static let factor = Setting.number(
        "training.weight_norm_factor", "norm factor", "Factor on the norm of the weights that is drawn.", 0...10,
        step: 1, default: 1)
    static let norm = MetricSeries("weights.norm")

    let name = "weight-norm"
    var knobs: [Knob] { [Self.factor.knob] }
    var series: [SeriesDescription] {
        [
            SeriesDescription(
                Self.norm, "norm of the weights", short: "weights", panel: "weights",
                column: .init("weight_norm", .last))
        ]
    }
    var panels: [PanelDescription] { [PanelDescription("weights", "Weights", .curves(.init()))] }

    func measure(_ step: StepObservation) -> [(series: MetricSeries, value: Double)] {
        var square = 0.0
        for parameter in step.network.parameters {
            for index in 0..<parameter.value.count {
                square += Double(parameter.value.pointer[index]) * Double(parameter.value.pointer[index])
            }
        }
        return [(Self.norm, square.squareRoot() * step.settings.settings[Self.factor])]
    }
}
