import Configuration
import FileFormats
import Network
import Tensors

/// A way to move weights by their gradients. To add one: a file beside this with both types, a line in
/// `OptimizerCatalogue`.
public protocol OptimizerKind: Sendable {
    /// As it is written in presets.
    var name: String { get }
    /// One line for people.
    var summary: String { get }
    /// What can be set of it alone.
    var knobs: [Knob] { get }
    func make(_ parameters: [Parameter]) -> any Optimizer
}

extension OptimizerKind {
    public var knobs: [Knob] { [] }
}

/// An optimizer at work on the parameters of one network.
public protocol Optimizer: AnyObject {
    /// Bytes of what it remembers.
    var byteCount: Int { get }
    /// Moves every parameter by its gradient.
    ///
    /// - Parameter isSkipped: parameters that have no gradient in this step; they are not decayed either.
    func update(_ step: OptimizerUpdate, isSkipped: (Parameter) -> Bool)
    /// What it remembers, by names, for a checkpoint.
    func stateEntries() -> [SafetensorsWriter.Entry]
    /// - Throws: `FileFormatError` or `NetworkStateError` where a file does not hold it.
    func loadState(from file: SafetensorsFile) throws
}

/// What one step asks of an optimizer.
public struct OptimizerUpdate: Sendable {
    public var learningRate: Double
    public var weightDecay: Double
    /// Factor on every gradient, from clipping.
    public var gradientScale: Double
    /// Of the run, as edited so far: for what an optimizer declares itself.
    public var settings: RunConfiguration

    public init(
        learningRate: Double, weightDecay: Double, gradientScale: Double = 1,
        settings: RunConfiguration = RunConfiguration()
    ) {
        (self.learningRate, self.weightDecay) = (learningRate, weightDecay)
        (self.gradientScale, self.settings) = (gradientScale, settings)
    }
}

public enum OptimizerCatalogue {
    public static let all: [any OptimizerKind] = [
        AdamWKind(),
        SGDKind(),
    ]
}

/// Reading of what an optimizer remembers of a parameter.
extension Parameter {
    /// Loads a tensor of this parameter's shape that a checkpoint has under `kind.name`.
    ///
    /// - Throws: `NetworkStateError.wrongShape`, `FileFormatError`.
    public func loadState(_ kind: String, from file: SafetensorsFile, into tensor: Tensor) throws {
        let shape = try file.shape(of: "\(kind).\(name)")
        guard shape == referenceShape.sizes else {
            throw NetworkStateError.wrongShape(
                name: "\(kind).\(name)", path: file.path, found: shape, expected: referenceShape.sizes)
        }
        load(referenceOrder: try file.floats("\(kind).\(name)"), into: tensor)
    }
}
