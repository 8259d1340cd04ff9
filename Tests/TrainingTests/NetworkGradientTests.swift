import Configuration
import Network
import Tensors
import TestSupport
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
        let configuration = Self.configuration(size: 6)
        let stages: [BodyStage] = [.block(2, 4), .pool, .block(4, 5), .pool]
        let network = SpikingNetwork(
            configuration: configuration, layers: convolutionalBody(stages, configuration))
        try expectSlopes(network, entry.loss, streams: 2)
    }

    /// The other kinds of networks, as small as they can be.
    @Test(arguments: [
        "residual", "residual-single", "residual-parametric", "scnn", "nmnist", "nmnist-single",
    ])
    func slopesOfEveryKindOfNetwork(name: String) throws {
        let size = name.hasPrefix("scnn") ? 16 : name.hasPrefix("nmnist") ? 4 : 6
        var configuration = Self.configuration(size: size)
        if name.hasSuffix("parametric") {
            (configuration.neuron.dynamics, configuration.neuron.trainsThreshold) = (
                .parametric(weight: 0.2), true
            )
        }
        // Masks stay the same while a weight is moved.
        if name.hasPrefix("nmnist") { configuration.dropout = 0.5 }
        let model: any NetworkModel
        switch name {
        case "residual", "residual-parametric": model = SmallResidualNetwork()
        case "residual-single": model = SingleStreamNetwork(of: SmallResidualNetwork())
        default: model = try #require(ModelCatalogue.named(name))
        }
        var loss = TransferLoss.Configuration()
        (loss.domainCoefficient, loss.temporalRegularization) = (2, 0.1)
        if model.heads == .single { loss.timeStepWeights = .off }
        try expectSlopes(
            model.make(configuration, seed: 3), loss, streams: model.heads == .single ? 1 : 2,
            draws: false)
    }

    /// Whatever is aligned, by whatever measure.
    @Test(arguments: AlignmentMeasureCatalogue.all.map(\.name), AlignmentFeature.allCases)
    func slopesOfEveryAlignment(measure: String, feature: AlignmentFeature) throws {
        let configuration = Self.configuration(size: 6)
        let network = SpikingNetwork(
            configuration: configuration, layers: convolutionalBody([.block(2, 4), .pool], configuration))
        var loss = TransferLoss.Configuration()
        loss.domainCoefficient = 3
        var settings = RunConfiguration()
        settings[DomainAlignment.measure] = measure
        settings[DomainAlignment.feature] = feature.rawValue
        try expectSlopes(
            network, loss, streams: 2, settings: settings,
            mayBend: ["mmd-rbf", "rbf-cka"].contains(measure))
    }

    /// Whatever is added to the method's own terms, on neurons that train their constants, too.
    @Test(arguments: AdditionCases.all, ["leaky", "parametric"])
    func slopesOfEveryAddition(_ addition: AdditionCase, neuron: String) throws {
        var configuration = Self.configuration(size: 7)
        if neuron == "parametric" {
            (configuration.neuron.dynamics, configuration.neuron.trainsThreshold) = (
                .parametric(weight: 0.2), true
            )
        }
        // 7×7 pixels: pooling drops the last row and column, whose spikes count all the same.
        let network = SpikingNetwork(
            configuration: configuration,
            layers: convolutionalBody([.block(2, 8), .pool, .block(8, 5), .pool], configuration))
        var settings = RunConfiguration()
        for assignment in addition.assignments { try settings.assign(assignment) }
        network.adopt(LossTermCatalogue.all.flatMap { $0.makeParameters(network, settings: settings) })
        try expectSlopes(
            network, try settings.transferLoss(), streams: addition.streams, settings: settings)
    }

    private static func configuration(size: Int) -> SpikingNetwork.Configuration {
        var configuration = SpikingNetwork.Configuration(classCount: 3, timeStepCount: 3, size: size)
        configuration.neuron.surrogate = ArcTangent()
        return configuration
    }

    /// - Parameters:
    ///   - draws: whether large weights are drawn, which give large slopes.
    ///   - mayBend: whether the loss has bends, as where another distance becomes the median: then the slope of one of both
    ///     sides will do.
    private func expectSlopes(
        _ network: SpikingNetwork, _ configuration: TransferLoss.Configuration, streams: Int,
        draws: Bool = true,
        settings: RunConfiguration = RunConfiguration(), mayBend: Bool = false
    ) throws {
        var random = RandomSource(seed: 21)
        if draws {
            for parameter in network.parameters where parameter.isDecayed {
                for index in 0..<parameter.value.count {
                    parameter.value[index] = random.uniform(-0.5, 0.5)
                }
            }
        }
        let trace = NetworkTrace(
            network: network, purpose: .training, streamCount: streams, batchSize: 4)
        trace.allocate()
        for index in 0..<trace.input.count { trace.input.floats[index] = random.uniform(0, 2) }
        let checks = trace.useSmoothChecks()
        let loss = TransferLoss(trace: trace)
        let labels = [0, 1, 2, 1]
        let teacher = Tensor(
            [4, 3], (0..<12).map { (place: Int) -> Float in Float(place * 7 % 5) - 2 })

        func value() -> Double {
            trace.beginPass { RandomSource(seed: 5).split("dropout", $0) }
            network.forward(trace)
            network.clearGradients()
            return loss.evaluate(
                network: network, labels: labels,
                inputs: StepInputs(
                    replacementProbability: 0.5, eventStarts: [0, 1, 2, 3], teacherLogits: teacher),
                configuration: configuration, settings: settings
            ).total
        }
        _ = value()
        for check in checks { check.mode = .reuse }
        _ = value()
        network.backward(trace)
        let gradients = network.parameters.map(\.gradient.values)
        for (parameter, gradient) in zip(network.parameters, gradients) {
            let start = parameter.value.values
            // Along the gradient where weights are many: a random direction would hardly move the loss.
            let length = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let direction =
                start.count > 5000 && length > 0
                ? gradient.map { $0 / length } : start.map { _ in random.uniform(-1, 1) }
            let width: Float = draws ? 4e-3 : 1e-3
            func at(_ factor: Float) -> Double {
                for index in start.indices {
                    parameter.value.pointer[index] = start[index] + factor * direction[index]
                }
                return value()
            }
            let difference = (at(width) - at(-width)) / Double(2 * width)
            let slope = zip(gradient, direction).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            let tolerance = 0.02 * abs(slope) + 2e-3
            // A side of a bend; the nearer the less is beside it.
            let isOfASide =
                mayBend
                && [width, width / 4, width / 16].contains { width in
                    let (above, here, below) = (at(width), at(0), at(-width))
                    let sides = [(above - here) / Double(width), (here - below) / Double(width)].sorted()
                    return sides[0] - tolerance <= slope && slope <= sides[1] + tolerance
                }
            parameter.value.copy(from: Tensor(parameter.value.shape, start))
            #expect(
                abs(difference - slope) <= tolerance || isOfASide,
                "\(parameter.name): slope \(slope), difference \(difference)")
        }
    }
}
