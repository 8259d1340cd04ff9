import Configuration
import Network
import Tensors

/// What the terms of one step's loss see, and where they put their gradients.
public final class LossContext {
    /// Outputs and aligned features of all samples.
    public let batch: LossBatch
    public let network: SpikingNetwork
    /// Class of each sample of the batch, the same in both streams.
    public let labels: [Int]
    /// Of samples whose static input is mixed event data.
    public let imageMix: LabelMix?
    /// Of samples whose event data were mixed.
    public let eventMix: LabelMix?
    public let inputs: StepInputs
    public let configuration: TransferLoss.Configuration
    /// Of the whole run, as edited so far: for settings that a term declares itself.
    public let settings: RunConfiguration
    public let timeStepWeights: TimeStepWeightValues
    /// dL/dw(t), which the terms add to.
    public var weightGradients: [Double]
    private let spare: SpareTensor

    init(
        batch: LossBatch, network: SpikingNetwork, labels: [Int], imageMix: LabelMix?, eventMix: LabelMix?,
        inputs: StepInputs, configuration: TransferLoss.Configuration, settings: RunConfiguration, spare: SpareTensor
    ) {
        (self.batch, self.network, self.labels) = (batch, network, labels)
        (self.imageMix, self.eventMix, self.configuration) = (imageMix, eventMix, configuration)
        (self.inputs, self.settings, self.spare) = (inputs, settings, spare)
        let timeSteps = batch.timeStepCount
        // A network with a single head has none; then nothing is weighted.
        let learned =
            network.hasTwoStreams
            ? network.timeStepWeights.map(Double.init) : [Double](repeating: 0, count: timeSteps)
        timeStepWeights = configuration.weights(learned: learned)
        weightGradients = [Double](repeating: 0, count: timeSteps)
    }

    public var timeStepCount: Int { weightGradients.count }
    /// Of the samples that this process passes.
    public var trace: NetworkTrace { batch.trace }

    /// The gradient of a stream's outputs [T, B, K]: zero before the first term, added to by each.
    public func logitGradient(stream: Int) -> Tensor { batch.logitGradients[stream] }

    /// Adds a gradient of the domain feature [2T, B, …].
    ///
    /// - Parameter write: fills the whole tensor.
    public func addFeatureGradient(_ write: (Tensor) -> Void) {
        guard let featureSpace = batch.domainGradientSpace else { return }
        guard batch.domainFeatureGradient != nil else {
            write(featureSpace)
            batch.domainFeatureGradient = featureSpace
            return
        }
        let more = spare.tensor(featureSpace.shape)
        write(more)
        add_to(featureSpace.pointer, more.pointer, featureSpace.count)
    }
}

/// Room for a second gradient of the same feature, taken when it is first needed.
final class SpareTensor {
    private var tensor: Tensor?

    func tensor(_ shape: Shape) -> Tensor {
        if let tensor, tensor.shape == shape { return tensor }
        let fresh = Tensor(shape)
        tensor = fresh
        return fresh
    }
}

/// k(t), a(t), b(t): weights of the domain term, of the event stream's criterion, and of its distance to the threshold.
public struct TimeStepWeightValues: Sendable {
    /// w(t) = σ(coefficient t), 0…1.
    public var learned: [Double]
    public var domain: [Double]
    public var criterion: [Double]
    public var distance: [Double]
}
