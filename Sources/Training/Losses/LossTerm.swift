import Configuration
import Network
import Tensors

/// One summand of the loss: its weight, its value, its gradients. To add one: a file beside this and a line in
/// `LossTermCatalogue`; what it declares is then set, tuned, journalled, drawn and exported like everything else.
public protocol LossTerm: Sendable {
    var name: String { get }
    /// One line for people.
    var summary: String { get }
    /// What can be set of it, its weight among them.
    var knobs: [Knob] { get }
    /// Whether it comes on top of the method's own terms, off until its weight says otherwise: then its curves take their
    /// colors after all others.
    var isAddition: Bool { get }
    /// What it reports of each step.
    var series: [SeriesDescription] { get }
    /// Panels of its own for them; series may as well name a panel that is there.
    var panels: [PanelDescription] { get }
    /// Names for its knobs that take one, by the name of the catalogue.
    var catalogues: [String: [String]] { get }
    /// What it trains beside the network, with values to begin with; kept in the run's checkpoints.
    func makeParameters(_ network: SpikingNetwork, settings: RunConfiguration) -> [Parameter]
    /// Bytes that its evaluator takes beside the trace, before it takes them.
    func byteCount(timeStepCount: Int, batchSize: Int, streamCount: Int) -> Int
    /// What evaluates it on batches like this one; `nil` where such streams give it nothing to do.
    func makeEvaluator(_ batch: LossBatch) -> (any LossTermEvaluator)?
}

extension LossTerm {
    public var isAddition: Bool { false }
    public var panels: [PanelDescription] { [] }
    public var catalogues: [String: [String]] { [:] }
    public func makeParameters(_ network: SpikingNetwork, settings: RunConfiguration) -> [Parameter] { [] }
    public func byteCount(timeStepCount: Int, batchSize: Int, streamCount: Int) -> Int { 0 }
}

/// Room and work of a term in one run.
public protocol LossTermEvaluator: AnyObject {
    /// The term's value for the batch in the trace; adds its gradients through the context.
    func evaluate(_ context: LossContext) -> LossTermValue
}

public struct LossTermValue: Sendable {
    /// What enters the sum; its gradients are those that were added.
    public var weighted: Double
    /// Of the series that the term declares.
    public var points: [(series: MetricSeries, value: Double)]
    /// One value a time step, of series that have a profile.
    public var profiles: [MetricSeries: [Double]]

    public init(
        weighted: Double, points: [(series: MetricSeries, value: Double)], profiles: [MetricSeries: [Double]] = [:]
    ) { (self.weighted, self.points, self.profiles) = (weighted, points, profiles) }
}

/// The terms of the loss, in the order in which they are evaluated.
public enum LossTermCatalogue {
    public static let all: [any LossTerm] = [
        DomainAlignment(),
        ImageClassification(),
        EventClassification(),
        SpikeRatePenalty(),
        TemporalWeightDecay(),
        FirstLayerAlignment(),
        ModalityGuidance(),
        MixRatioPerception(),
        Distillation(),
    ]
}
