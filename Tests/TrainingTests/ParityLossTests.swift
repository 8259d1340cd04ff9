import Network
import Tensors
import Testing
import TestSupport

@testable import Training

@Suite(.enabled(if: MethodFixture.isPresent, Comment(rawValue: MethodFixture.absence)))
struct ParityLossTests {
    static let file = "d_loss.safetensors"

    @Test(arguments: MethodFixture.cases(file))
    func lossAndItsGradients(_ entry: MethodFixture.Case) throws {
        let fixture = try MethodFixture(Self.file)
        let configuration = TransferLoss.Configuration(reference: entry)
        guard entry.parameters["reference_crashes"] == nil else {
            // The reference cannot run this combination; here it is defined, and its gradient is checked elsewhere.
            #expect(configuration.timeStepWeights == .learnable && configuration.temporalRegularization == nil)
            return
        }
        let featureShape = try fixture.shape("feat_static")
        let (timeSteps, batch, classes) = (entry.integer("T")!, entry.integer("B")!, entry.integer("K")!)
        let network = Self.network(featureShape, classCount: classes, timeSteps: timeSteps)
        let coefficients = try fixture.floats("coefficient")
        for t in 0..<timeSteps { network.timeStepCoefficients[t].value[0] = coefficients[t] }
        let trace = NetworkTrace(network: network, purpose: .training, streamCount: 2, batchSize: batch)
        trace.allocate()
        let loss = TransferLoss(trace: trace)
        let channels = featureShape[2], size = featureShape[3]
        let features =
            try ["feat_static", "feat_event"].flatMap {
                channelsLast(try fixture.floats($0), channels: channels, height: size, width: size)
            }
        let domainFeature = try #require(trace.domainFeature)
        domainFeature.copy(from: Tensor([features.count], features))
        for (stream, name) in ["out_static", "out_event"].enumerated() {
            let logits = try fixture.floats(name)
            trace.logits[stream].copy(from: Tensor([logits.count], logits))
        }
        network.clearGradients()
        let labels = try fixture.integers("label")
        let value = loss.evaluate(network: network, labels: labels, configuration: configuration)

        func doubles(_ name: String) throws -> [Double] { try fixture.doubles("\(entry.name)/\(name)") }
        for (found, name) in [
            (value.total, "loss"), (value[.imageLoss] ?? .nan, "static_loss"),
            (value[.eventLoss] ?? .nan, "event_loss"),
        ] {
            let expected = try doubles(name)[0]
            #expect(abs(found - expected) <= 2e-6 * abs(expected), "\(name): \(found), expected \(expected)")
        }
        #expect(abs((value[.domainLoss] ?? .nan) - (try doubles("domain_loss")[0])) <= 2e-6)
        for (stream, name) in ["grad_out_static", "grad_out_event"].enumerated() {
            #expect(differenceToMaximum(trace.logitGradients[stream].values, try doubles(name)) <= 1e-5, "\(name)")
        }
        let expectedFeatures =
            try ["grad_feat_static", "grad_feat_event"].flatMap {
                channelsLast(try doubles($0), channels: channels, height: size, width: size)
            }
        let found = trace.domainFeatureGradient?.values ?? [Float](repeating: 0, count: features.count)
        #expect(differenceToMaximum(found, expectedFeatures) <= 1e-5)
        let slopes = network.timeStepCoefficients.map { $0.gradient[0] }
        #expect(differenceToMaximum(slopes, try doubles("grad_coefficient")) <= 1e-5)
        let hasNone = (entry.parameters["coefficient_grad_is_none"] as? Bool) ?? false
        #expect(configuration.trainsTimeStepWeights != hasNone)
    }

    /// A network whose domain feature has this shape; only its losses are looked at.
    private static func network(_ feature: [Int], classCount: Int, timeSteps: Int) -> SpikingNetwork {
        let configuration = SpikingNetwork.Configuration(
            classCount: classCount, timeStepCount: timeSteps, size: feature[3])
        return SpikingNetwork(
            configuration: configuration, layers: convolutionalBody([.block(2, feature[2])], configuration))
    }
}

extension TransferLoss.Configuration {
    /// As the reference's command-line flags set it.
    init(reference entry: MethodFixture.Case) {
        self.init()
        let fixedWeight = entry.flagNumber("tsregular") ?? -1
        threshold = entry.number("threshold") ?? entry.flagNumber("threshold") ?? 0.5
        temporalRegularization = entry.flag("TET_loss") ? 1e-3 : nil
        let sharesDomain = entry.flag("domain_loss") && !entry.flag("no_sliding_training")
        domainCoefficient =
            sharesDomain
            ? entry.flagNumber("domain_loss_coefficient") ?? entry.number("domain_loss_coefficient") ?? 0.5 : nil
        timeStepWeights = !entry.flag("regularization") ? .off : fixedWeight > 0 ? .fixed(fixedWeight) : .learnable
        referenceFixedWeightTerm = true
        switch entry.flags["loss_fn"] as? String {
        case "mse": criterion = .meanSquaredError
        case "mix": criterion = .mix
        default: criterion = .crossEntropy(labelSmoothing: entry.flagNumber("smoothing") ?? 0)
        }
    }
}
