@testable import Network
import Tensors
import Testing

/// Every layer's derivative against finite differences of a random linear objective.
@Suite struct LayerGradientTests {
    struct Entry: Sendable, CustomTestStringConvertible {
        let name: String
        let shape: ActivationShape
        let make: @Sendable () -> [any Layer]
        var testDescription: String { name }
    }

    static let shape = ActivationShape(
        streamCount: 2, timeStepCount: 3, batchSize: 2, height: 5, width: 4, channels: 3)

    static let entries: [Entry] =
        [
            Entry(name: "convolution 3×3", shape: shape) {
                [drawn(Convolution(name: "c", inputChannels: 3, outputChannels: 4))]
            },
            Entry(name: "convolution 5×5 without padding", shape: shape.with(height: 6, width: 7, channels: 2)) {
                [drawn(Convolution(name: "c", inputChannels: 2, outputChannels: 3, kernel: 5, padding: 0))]
            },
            Entry(name: "convolution 3×3 with a stride", shape: shape.with(height: 7, width: 6, channels: 3)) {
                [drawn(Convolution(name: "c", inputChannels: 3, outputChannels: 4, stride: 2))]
            },
            Entry(name: "convolution 1×1", shape: shape) {
                [drawn(Convolution(name: "c", inputChannels: 3, outputChannels: 4, kernel: 1, padding: 0))]
            },
            Entry(name: "convolution 1×1 with a stride", shape: shape) {
                [drawn(Convolution(name: "c", inputChannels: 3, outputChannels: 4, kernel: 1, padding: 0, stride: 2))]
            },
            Entry(name: "pooling of odd sizes", shape: shape) { [AveragePooling()] },
            Entry(name: "full connection", shape: shape) { [drawn(Linear(name: "l", input: shape, outputCount: 5))] },
            Entry(name: "voting", shape: shape.with(height: 1, width: 1, channels: 6)) { [Voting(groupSize: 3)] },
            Entry(name: "pooled normalization", shape: shape) { [PooledNormalization(name: "n", channels: 3)] },
            Entry(name: "residual block", shape: shape) { [residual(3, 3, stride: 1)] },
            Entry(name: "residual block with a shortcut", shape: shape) { [residual(3, 5, stride: 2)] },
            Entry(name: "residual blocks after each other", shape: shape) {
                [residual(3, 4, stride: 1), residual(4, 4, stride: 1), PooledNormalization(name: "n", channels: 4)]
            },
        ]
        + SurrogateCatalogue.all.map { surrogate in
            Entry(name: "neuron with \(surrogate.name)", shape: shape) {
                [neuron(surrogate, .leaky(membraneTimeConstant: 1.7), normalized: false)]
            }
        }
        + [
            Entry(name: "normalized neuron", shape: shape) {
                [neuron(ArcTangent(), .leaky(membraneTimeConstant: 2), normalized: true)]
            },
            Entry(name: "integrating neuron", shape: shape) { [neuron(Sigmoid(), .integrate, normalized: false)] },
            Entry(name: "parametric neuron", shape: shape) {
                [neuron(Sigmoid(), .parametric(weight: 0.3), normalized: true)]
            },
            Entry(name: "parametric neuron that pools", shape: shape.with(height: 5, width: 6, channels: 3)) {
                [neuron(ArcTangent(), .parametric(weight: -0.4), normalized: true, trainsThreshold: true, pools: true)]
            },
            Entry(name: "neuron with a learnable threshold", shape: shape) {
                [neuron(Sigmoid(), .leaky(membraneTimeConstant: 2), normalized: true, trainsThreshold: true)]
            },
            Entry(name: "linear neuron", shape: shape) {
                [
                    neuron(
                        ArcTangent(), .linear(memory: 0.8, gain: 0.7, bias: -0.05), normalized: true)
                ]
            },
            Entry(name: "biased neuron", shape: shape) {
                [neuron(ArcTangent(), .biased(membraneTimeConstant: 2, bias: 0.1), normalized: false)]
            },
        ]

    @Test(arguments: entries)
    func derivativeIsThatOfTheForwardPass(_ entry: Entry) throws {
        let layers = entry.make()
        let harness = LayerHarness(layers, entry.shape)
        var random = RandomSource(seed: 11)
        for index in 0..<harness.input.count { harness.input[index] = random.uniform(-1, 2) }
        let objective = (0..<harness.output.count).map { _ in random.uniform(-1, 1) }
        let featureObjective = (0..<harness.output.count).map { _ in random.uniform(-1, 1) }
        let checks = harness.neuronTraces.map { trace in
            let check = SmoothCheck()
            trace.smoothCheck = check
            return check
        }
        let featureTrace = harness.traces.last as? any DomainFeatureTrace
        if featureTrace?.feature != nil {
            featureTrace?.featureGradient = Tensor(harness.output.shape, featureObjective)
        }

        func value() -> Double {
            harness.forward()
            var sum = zip(harness.output.values, objective).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            if let feature = featureTrace?.feature {
                sum += zip(feature.values, featureObjective).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            }
            return sum
        }
        _ = value()
        for check in checks { check.mode = .reuse }
        let gradient = harness.backward(objective)
        try expectSlope(of: harness.input, gradient, "input", &random, value)
        for parameter in layers.flatMap(\.parameters) {
            try expectSlope(of: parameter.value, parameter.gradient.values, parameter.name, &random, value)
        }
    }

    /// Compares the slope along random directions with the central difference.
    private func expectSlope(
        of tensor: Tensor, _ gradient: [Float], _ name: String, _ random: inout RandomSource, _ value: () -> Double
    ) throws {
        let start = tensor.values
        for _ in 0..<3 {
            let direction = start.map { _ in random.uniform(-1, 1) }
            let width: Float = 2e-3
            func at(_ factor: Float) -> Double {
                for index in 0..<tensor.count { tensor[index] = start[index] + factor * direction[index] }
                return value()
            }
            let difference = (at(width) - at(-width)) / Double(2 * width)
            tensor.copy(from: Tensor(tensor.shape, start))
            let slope = zip(gradient, direction).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            let scale = zip(gradient, direction).reduce(0) { $0 + Double($1.0 * $1.1) * Double($1.0 * $1.1) }
                .squareRoot()
            #expect(
                abs(difference - slope) <= 0.01 * max(abs(slope), scale) + 2e-3,
                "\(name): slope \(slope), difference \(difference)")
        }
        _ = value()
    }

    static func drawn<Drawn: Layer>(_ layer: Drawn) -> Drawn {
        var random = RandomSource(seed: 2)
        for parameter in layer.parameters where parameter.isDecayed {
            for index in 0..<parameter.value.count { parameter.value[index] = random.uniform(-0.5, 0.5) }
        }
        return layer
    }

    /// Normalization and neuron before each convolution; a shortcut of 1×1 where the shape changes.
    static func residual(_ input: Int, _ output: Int, stride: Int) -> Residual {
        func neuron(_ channels: Int) -> Neuron {
            var configuration = Neuron.Configuration()
            configuration.surrogate = ArcTangent()
            return Neuron(
                name: "n", configuration: configuration,
                normalization: BatchNormalization(name: "bn", channels: channels))
        }
        let changesShape = stride != 1 || input != output
        return drawn(
            Residual(
                branch: [
                    neuron(input),
                    Convolution(name: "c1", inputChannels: input, outputChannels: output, stride: stride),
                    neuron(output), Convolution(name: "c2", inputChannels: output, outputChannels: output),
                ],
                shortcut: changesShape
                    ? [
                        neuron(input),
                        Convolution(
                            name: "c3", inputChannels: input, outputChannels: output, kernel: 1, padding: 0,
                            stride: stride),
                    ] : []))
    }

    static func neuron(
        _ surrogate: any SurrogateGradient, _ dynamics: NeuronDynamics, normalized: Bool, trainsThreshold: Bool = false,
        pools: Bool = false
    ) -> Neuron {
        var configuration = Neuron.Configuration()
        configuration.surrogate = surrogate
        configuration.dynamics = dynamics
        configuration.keepsMembrane = !pools
        (configuration.trainsThreshold, configuration.pools) = (trainsThreshold, pools)
        return Neuron(
            name: "n", configuration: configuration,
            normalization: normalized ? BatchNormalization(name: "bn", channels: shape.channels) : nil)
    }
}
