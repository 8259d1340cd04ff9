import Configuration
import Training

/// A metric with values a time step and a layer, and the two panels that draw such.
struct SpikeProfile: Metric {
    static let scale = Setting.number(
        "training.spike_profile_scale", "profile scale", "Factor on the rates of the profile.", 0...100, step: 1,
        default: 1)
    static let byTimeStep = MetricSeries("spikes.by_time_step")
    static let silent = MetricSeries("spikes.silent")

    let name = "spike-profile"
    let pace = MetricPace.everyFewSteps
    var knobs: [Knob] { [Self.scale.knob] }
    var series: [SeriesDescription] {
        [
            SeriesDescription(
                Self.byTimeStep, "rate by time step", short: "rate", scope: .timeStep, panel: "spike-profile"),
            SeriesDescription(
                Self.silent, "silent neurons", short: "silent", unit: .share, scope: .layer, panel: "silent-layers"),
        ]
    }
    var panels: [PanelDescription] {
        [
            PanelDescription("spike-profile", "Rate over the time steps", .profile(.init(bounds: 0...1))),
            PanelDescription("silent-layers", "Silent neurons", .layers),
        ]
    }

    func measure(_ step: StepObservation) -> [(series: MetricSeries, value: Double)] {
        let layers = step.trace.eventSpikeStatistics()
        let steps = layers.first?.rates.count ?? 0
        return (0..<steps).map { time in
            let sum = layers.reduce(0) { $0 + $1.rates[time] } / Double(layers.count)
            return (Self.byTimeStep.ofTimeStep(time + 1), sum * step.settings.settings[Self.scale])
        } + layers.map { (Self.silent.ofLayer($0.layer), $0.deadShare) }
    }
}
