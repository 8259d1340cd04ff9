import Configuration
import Network

/// Something that is measured of every optimizer step. To add one: a file beside this and a line in `MetricCatalogue`; its
/// series are then drawn, stored, summarized and exported like those that ship.
public protocol Metric: Sendable {
    var name: String { get }
    /// What can be set of it.
    var knobs: [Knob] { get }
    /// What it measures.
    var series: [SeriesDescription] { get }
    /// Panels of its own; its series may as well name one that is there.
    var panels: [PanelDescription] { get }
    /// How often it is measured.
    var pace: MetricPace { get }
    /// Points of the series that it declares, of the step that was just made.
    func measure(_ step: StepObservation) -> [(series: MetricSeries, value: Double)]
}

extension Metric {
    public var knobs: [Knob] { [] }
    public var panels: [PanelDescription] { [] }
    public var pace: MetricPace { .everyStep }
}

public enum MetricPace: Sendable, Hashable {
    case everyStep
    /// What takes a while to measure: every few steps.
    case everyFewSteps
    /// What is a mean over time.
    case everySecond
}

/// A step that was just made, while its trace is still there.
public struct StepObservation {
    public let outcome: TrainingStep.Outcome
    public let settings: TrainingStep.Settings
    public let network: SpikingNetwork
    public let trace: NetworkTrace
    public let optimizerStep: Int
    /// Of the steps since the last point, once a second; `nil` between.
    public let load: MachineLoad?

    public init(
        outcome: TrainingStep.Outcome, settings: TrainingStep.Settings, network: SpikingNetwork, trace: NetworkTrace,
        optimizerStep: Int, load: MachineLoad? = nil
    ) {
        self.load = load
        (self.outcome, self.settings, self.network) = (outcome, settings, network)
        (self.trace, self.optimizerStep) = (trace, optimizerStep)
    }
}

public enum MetricCatalogue {
    public static let all: [any Metric] = [
        LossFigures(),
        AccuracyFigures(),
        OptimizerFigures(),
        SpikeFigures(),
        ClassFigures(),
        MixFigures(),
        EnergyFigures(),
        MachineFigures(),
    ]
}
