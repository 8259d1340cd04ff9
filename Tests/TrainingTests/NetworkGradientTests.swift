import Network
import Tensors
import Testing

@testable import Training

/// The whole way, input to loss, through time: both streams, all losses, against finite differences.
@Suite struct NetworkGradientTests {
    struct Entry: Sendable, CustomTestStringConvertible {
        let name: String
        var loss = TransferLoss.Configuration()
        var testDescription: String { name }

        init(_ name: String, _ change: (inout TransferLoss.Configuration) -> Void) {
            self.name = name
            loss.domainCoefficient = 2
            loss.temporalRegularization = 0.1
            change(&loss)
        }
    }

    static let entries = [
        Entry("learnable weights") { _ in },
        Entry("no weights") { $0.timeStepWeights = .off },
        Entry("fixed weights") { $0.timeStepWeights = .fixed(0.3) },
        Entry("fixed weights as the reference") {
            $0.timeStepWeights = .fixed(0.3)
            $0.referenceFixedWeightTerm = true
        },
        Entry("mean output, learnable weights") { $0.temporalRegularization = nil },
        Entry("stream weights and smoothing") {
            $0.imageWeight = 0.4
            $0.eventWeight = 1.7
            $0.criterion = .crossEntropy(labelSmoothing: 0.2)
        },
        Entry("squared error") { $0.criterion = .meanSquaredError },
        Entry("mix") { $0.criterion = .mix },
        Entry("no alignment") { $0.domainCoefficient = nil },
    ]

    @Test(arguments: entries)
    func slopesAreThoseOfTheLoss(_ entry: Entry) throws {
        var configuration = SpikingNetwork.Configuration(classCount: 3, timeStepCount: 3, size: 6)
        configuration.neuron.surrogate = ArcTangent()
        let stages: [BodyStage] = [.block(2, 4), .pool, .block(4, 5), .pool]
        let network = SpikingNetwork(configuration: configuration, layers: convolutionalBody(stages, configuration))
        var random = RandomSource(seed: 21)
        for parameter in network.parameters where parameter.isDecayed {
            for index in 0..<parameter.value.count { parameter.value[index] = random.uniform(-0.5, 0.5) }
        }
        let trace = NetworkTrace(network: network, purpose: .training, streamCount: 2, batchSize: 4)
        trace.allocate()
        for index in 0..<trace.input.count { trace.input.floats[index] = random.uniform(0, 2) }
        let checks = trace.useSmoothChecks()
        let loss = TransferLoss(trace: trace)
        let labels = [0, 1, 2, 1]

        func value() -> Double {
            network.forward(trace)
            network.clearGradients()
            return loss.evaluate(trace, network: network, labels: labels, configuration: entry.loss).total
        }
        _ = value()
        for check in checks { check.mode = .replay }
        _ = value()
        network.backward(trace)
        let gradients = network.parameters.map(\.gradient.values)
        for (parameter, gradient) in zip(network.parameters, gradients) {
            let start = parameter.value.values
            let direction = start.map { _ in random.uniform(-1, 1) }
            let width: Float = 4e-3
            func at(_ factor: Float) -> Double {
                for index in start.indices { parameter.value[index] = start[index] + factor * direction[index] }
                return value()
            }
            let difference = (at(width) - at(-width)) / Double(2 * width)
            parameter.value.copy(from: Tensor(parameter.value.shape, start))
            let slope = zip(gradient, direction).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            #expect(
                abs(difference - slope) <= 0.02 * abs(slope) + 2e-3,
                "\(parameter.name): slope \(slope), difference \(difference)")
        }
    }
}
