import Configuration

/// A neuron that can be chosen by name. To add one: a file beside this, a line in `NeuronCatalogue`.
public protocol NeuronKind: Sendable {
    /// As it is written in presets.
    var name: String { get }
    /// One line for people.
    var summary: String { get }
    /// What can be set of it alone.
    var knobs: [Knob] { get }
    /// How it integrates, or how it begins to where that is trained.
    ///
    /// - Throws: `NeuronError` for settings with which it cannot work.
    func dynamics(_ settings: RunConfiguration) throws(NeuronError) -> NeuronDynamics
}

extension NeuronKind {
    public var knobs: [Knob] { [] }
}

public enum NeuronCatalogue {
    public static let all: [any NeuronKind] = [
        LeakyNeuron(),
        IntegratingNeuron(),
        ParametricNeuron(),
        BiasedNeuron(),
    ]
}

/// Settings with which a neuron cannot work.
public struct NeuronError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was found and what was expected.
    public var problem: String
    public var advice: String

    public init(_ problem: String, advice: String) { (self.problem, self.advice) = (problem, advice) }

    public var description: String { problem }
}
