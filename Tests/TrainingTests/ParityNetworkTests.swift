import FileFormats
import Network
import Tensors
import Testing
import TestSupport

@testable import Training

/// The paper's other networks, one pass forward and backward through the reference's own classes.
@Suite(.enabled(if: MethodFixture.isPresent, Comment(rawValue: MethodFixture.absence)))
struct ParityNetworkTests {
    static let file = "g_nets.safetensors"

    static func entry(_ name: String) throws -> MethodFixture.Case {
        try #require(MethodFixture.cases(file).first { $0.name == name })
    }

    @Test func theResidualNetwork() throws {
        let entry = try Self.entry("resnet18")
        let pass = try ParityPass(entry, Self.file) { configuration in
            SmallChannels(channels: entry.integer("inplanes")!).make(configuration, seed: 1)
        }
        for parameter in pass.network.parameters {
            let values = try pass.doubles("init/\(parameter.name)").map(Float.init)
            parameter.load(referenceOrder: values, into: parameter.value)
        }
        try pass.run()
        for (stream, name) in ["static", "event"].enumerated() {
            try pass.expect(pass.trace.logits[stream].values, "out_\(name)", 3e-6)
        }
        let features = try ["feat_static", "feat_event"].flatMap { try pass.doubles($0) }
        #expect(differenceToMaximum(pass.trace.domainFeature!.values, features) <= 3e-6)
        try pass.expectObjective()
        for parameter in pass.network.parameters where pass.contains("grad/\(parameter.name)") {
            try pass.expect(
                parameter.referenceOrder(of: parameter.gradient), "grad/\(parameter.name)", 5e-5)
        }
        var buffers = 0
        for buffer in pass.network.buffers where pass.contains("after/\(buffer.name)") {
            try pass.expect(buffer.tensor.values, "after/\(buffer.name)", 5e-6)
            buffers += 1
        }
        #expect(buffers == pass.network.buffers.count)

        let evaluation = NetworkTrace(
            network: pass.network, purpose: .evaluation, streamCount: 1, batchSize: pass.batchSize)
        evaluation.allocate()
        let events = try pass.frames("in_event")
        evaluation.input.floats.update(from: events, count: events.count)
        pass.network.forward(evaluation)
        try pass.expect(evaluation.eventLogits.values, "eval_out_event", 3e-6)
    }

    @Test func theNetworkForOmniglot() throws {
        let entry = try Self.entry("scnn")
        let pass = try ParityPass(entry, Self.file) { SCNNNetwork().make($0, seed: 1) }
        let network = pass.network
        func parameter(_ name: String) throws -> Parameter {
            try #require(network.parameters.first { $0.name == name })
        }
        func load(_ name: String, _ values: [Float]) throws {
            let parameter = try parameter(name)
            parameter.load(referenceOrder: values, into: parameter.value)
        }
        try load("feature.0.weight", try pass.doubles("init/conv1").map(Float.init))
        try load("feature.3.weight", try pass.doubles("init/conv2").map(Float.init))
        for (index, (name, bound)) in [
            ("fc1.weight", 0.1), ("fc2.weight", 0.1), ("fc1.bias", 0.04), ("fc2.bias", 0.05),
        ].enumerated() {
            let count = try parameter(name).value.count
            try load(name, Self.procedural(seed: UInt64(entry.integer("seed")! + index), count: count, bound: bound))
        }
        for name in ["fc1", "fc2"] {
            let weight = try parameter("\(name).weight")
            let first = try pass.doubles("check/\(name)_first8").map(Float.init)
            #expect(Array(weight.referenceOrder(of: weight.value).prefix(8)) == first)
        }

        try pass.run()
        for (stream, name) in ["static", "event"].enumerated() {
            try pass.expect(pass.trace.logits[stream].values, "out_\(name)", 3e-6)
        }
        let features = try ["feat_static", "feat_event"].flatMap { try pass.doubles($0) }
        #expect(differenceToMaximum(pass.trace.domainFeature!.values, features) <= 3e-6)
        try pass.expectObjective()
        for name in ["feature.0.weight", "feature.3.weight", "fc1.bias", "fc2.bias"] {
            let parameter = try parameter(name)
            try pass.expect(parameter.referenceOrder(of: parameter.gradient), "grad/\(name)", 5e-5)
        }
        for (name, step) in [("fc1.weight", 60), ("fc2.weight", 400)] {
            let parameter = try parameter(name)
            let gradient = parameter.referenceOrder(of: parameter.gradient)
            let norm = try pass.doubles("grad_norm/\(name)")[0]
            #expect(abs(parameter.gradient.sumOfSquares.squareRoot() - norm) <= 5e-5 * norm)
            let width = parameter.referenceShape[1]
            let rows = stride(from: 0, to: parameter.referenceShape[0], by: step)
            try pass.expect(
                rows.flatMap { gradient[$0 * width..<($0 + 1) * width] }, "grad_row/\(name)", 5e-5)
        }
        try pass.expectSpikes()
    }

    /// Numbers that the fixture describes by a rule instead of storing them (manifest, `procedural`).
    static func procedural(seed: UInt64, count: Int, bound: Double) -> [Float] {
        (0..<UInt64(count)).map { k in
            var z = seed &+ (k &+ 1) &* 0x9E37_79B9_7F4A_7C15
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            z ^= z >> 31
            return Float((Double(z >> 40) / 16_777_216 * 2 - 1) * bound)
        }
    }
}

/// The fixture's inputs through a network, with the objective mean over time of both streams' cross entropies.
private struct ParityPass {
    let entry: MethodFixture.Case
    let fixture: MethodFixture
    let network: SpikingNetwork
    let trace: NetworkTrace
    let batchSize: Int
    private let classCount: Int

    init(
        _ entry: MethodFixture.Case, _ file: String, _ make: (SpikingNetwork.Configuration) -> SpikingNetwork
    ) throws {
        (self.entry, fixture) = (entry, try MethodFixture(file))
        let shape = try fixture.shape("\(entry.name)/in_event")
        batchSize = shape[0]
        classCount = try fixture.shape("\(entry.name)/out_event")[2]
        var configuration = SpikingNetwork.Configuration(
            classCount: classCount, timeStepCount: shape[1], size: shape[3])
        configuration.neuron.surrogate = try #require(
            SurrogateCatalogue.named(entry.text("act_fun") ?? "QGateGrad"))
        network = make(configuration)
        trace = NetworkTrace(network: network, purpose: .training, streamCount: 2, batchSize: batchSize)
        trace.allocate()
    }

    func contains(_ name: String) -> Bool { fixture.contains("\(entry.name)/\(name)") }
    func doubles(_ name: String) throws -> [Double] { try fixture.doubles("\(entry.name)/\(name)") }

    /// [B, T, 2, H, W] as [T, B, H, W, 2].
    func frames(_ name: String) throws -> [Float] {
        let shape = try fixture.shape("\(entry.name)/\(name)")
        let last = channelsLast(
            try doubles(name).map(Float.init), channels: shape[2], height: shape[3], width: shape[4])
        return swappingFirstTwo(last, shape[0], shape[1], partSize: shape[2] * shape[3] * shape[4])
    }

    func run() throws {
        let input = try frames("in_static") + frames("in_event")
        trace.input.floats.update(from: input, count: input.count)
        network.clearGradients()
        network.forward(trace)
        for gradient in trace.logitGradients { gradient.fill(0) }
        _ = try objective(writes: true)
        network.backward(trace)
    }

    private func objective(writes: Bool) throws -> Double {
        let labels = try fixture.integers("\(entry.name)/label")
        return (0..<2).reduce(0) { sum, stream in
            sum
                + TemporalEfficientTrainingLoss(
                    criterion: .crossEntropy(labelSmoothing: 0), regularizationWeight: 0, threshold: 0.5
                ).value(
                    trace.logits[stream], labels: labels,
                    criterionWeights: [Double](repeating: 1, count: trace.inputShape.timeStepCount),
                    distanceWeights: [Double](repeating: 1, count: trace.inputShape.timeStepCount), scale: 1,
                    gradient: trace.logitGradients[stream]
                ).loss
        }
    }

    func expect(_ found: [Float], _ name: String, _ tolerance: Double) throws {
        let difference = differenceToMaximum(found, try doubles(name))
        #expect(difference <= tolerance, "\(name): \(difference)")
    }

    func expectObjective() throws {
        let (found, expected) = (try objective(writes: false), try doubles("objective")[0])
        #expect(abs(found - expected) <= 2e-6 * expected, "objective \(found), expected \(expected)")
    }

    /// The share of neurons and time steps that fire, over all layers and both streams.
    func expectSpikes() throws {
        let (active, count) = trace.spikes.reduce((0.0, 0.0)) {
            ($0.0 + $1.spikes.density * Double($1.spikes.count), $0.1 + Double($1.spikes.count))
        }
        let expected = try #require(entry.number("spike_mean"))
        // The manifest gives a float32 mean.
        #expect(abs(active / count - expected) < 1e-7)
    }
}

private struct SmallChannels: NetworkModel {
    let name = "small"
    let summary = ""
    let smallestSize = 8
    let channels: Int

    func layers(_ configuration: SpikingNetwork.Configuration) -> [any Layer] {
        residualBody(blocks: [2, 2, 2, 2], channels: channels, configuration)
    }

    func head(
        _ prefix: String, features: ActivationShape, configuration: SpikingNetwork.Configuration
    ) -> [any Layer] {
        ResNet18Network().head(prefix, features: features, configuration: configuration)
    }
}
