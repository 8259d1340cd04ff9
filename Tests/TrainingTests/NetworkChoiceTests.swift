import Configuration
import FileFormats
import Foundation
import Messages
import Network
import Tensors
import Testing
import TestSupport

@testable import Training

/// What a configuration says of its network is what it gets.
@Suite struct NetworkChoiceTests {
    private static func configuration(_ assignments: String...) throws -> RunConfiguration {
        var configuration = RunConfiguration()
        configuration.data.size = 8
        for assignment in assignments { try configuration.assign(assignment) }
        return configuration
    }

    @Test(arguments: [
        ("leaky", NeuronDynamics.leaky(membraneTimeConstant: 4)), ("integrate", .integrate),
        ("parametric", .parametric(weight: -log(3))), ("biased", .biased(membraneTimeConstant: 4, bias: 0.1)),
    ])
    func neurons(name: String, dynamics: NeuronDynamics) throws {
        let network = try Self.configuration("network.neuron=\(name)", "network.membrane_time_constant=4")
            .makeNetwork(classCount: 3)
        let neurons = network.layers.compactMap { $0 as? Neuron }
        #expect(neurons.count == 3 && neurons.allSatisfy { $0.configuration.dynamics == dynamics })
        let trained = network.parameters.map(\.name).filter { $0.hasSuffix(".w") }
        #expect(trained.count == (name == "parametric" ? 3 : 0))
    }

    @Test func everyNeuronIsTested() {
        #expect(NeuronCatalogue.all.map(\.name) == ["leaky", "integrate", "parametric", "biased"])
    }

    @Test func surrogatesHaveTheReferencesNamesToo() throws {
        for surrogate in SurrogateCatalogue.all {
            let network = try Self.configuration("network.surrogate=\(surrogate.referenceName)")
                .makeNetwork(classCount: 3)
            #expect(network.neurons.allSatisfy { $0.configuration.surrogate.name == surrogate.name })
        }
    }

    @Test func theBiasIsASetting() throws {
        let network = try Self.configuration("network.neuron=biased", "network.bias=-0.25").makeNetwork(classCount: 3)
        #expect(
            network.neurons.allSatisfy {
                $0.configuration.dynamics == .biased(membraneTimeConstant: 2, bias: -0.25)
            })
    }

    /// Learned thresholds are saved under the name that constants have.
    @Test func learnedThresholdsAreSavedAndRead() throws {
        let learning = try Self.configuration("network.learnable_threshold=true", "network.neuron=parametric")
        let network = try learning.makeNetwork(classCount: 3)
        let threshold = try #require(network.parameters.first { $0.name == "feature.2.node.threshold" })
        threshold.value[0] = 0.75
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).safetensors")
        defer { try? FileManager.default.removeItem(at: file) }
        try SafetensorsWriter.write(network.stateEntries(), metadata: [:], to: file)
        let saved = try SafetensorsFile(contentsOf: file)
        #expect(try saved.shape(of: "feature.2.node.threshold") == [] && saved.shape(of: "feature.2.node.w") == [])

        let other = try learning.makeNetwork(classCount: 3)
        try other.loadState(from: saved)
        #expect(other.parameters.first { $0.name == threshold.name }?.value[0] == 0.75)
        // Others cannot take them, and say what to set.
        let constant = try Self.configuration("network.neuron=parametric").makeNetwork(classCount: 3)
        #expect { try constant.loadState(from: saved) } throws: { "\($0)".contains("network.learnable_threshold") }
        let leaky = try Self.configuration("network.learnable_threshold=true").makeNetwork(classCount: 3)
        #expect { try leaky.loadState(from: saved) } throws: { "\($0)".contains("network.neuron") }
    }

    @Test func whatCannotBeIsRefused() throws {
        let parametric = try Self.configuration("network.neuron=parametric", "network.membrane_time_constant=1")
        #expect { try parametric.makeNetwork(classCount: 3) } throws: {
            "\($0)".contains("membrane_time_constant is 1")
        }
        let single = try Self.configuration("network.model=mini-single")
        #expect { try TrainingCatalogue.shipped.strategy(of: single) } throws: { "\($0)".contains("single stream") }
        for strategy in ["events-only", "images-only"] {
            let right = try Self.configuration("network.model=mini-single", "sliding.strategy=\(strategy)")
            #expect(try TrainingCatalogue.shipped.strategy(of: right).name == strategy)
        }
    }
}
