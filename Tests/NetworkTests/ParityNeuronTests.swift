import Foundation
import Network
import Tensors
import Testing
import TestSupport

@Suite(.enabled(if: MethodFixture.isPresent, Comment(rawValue: MethodFixture.absence)))
struct ParityNeuronTests {
    @Test(arguments: MethodFixture.cases("a_lif.safetensors"))
    func traceAndGradients(_ entry: MethodFixture.Case) throws {
        let fixture = try MethodFixture("a_lif.safetensors")
        let prefix = entry.name.hasSuffix("/edge") ? "edge/" : ""
        let shape = try fixture.shape(prefix + "x")
        let (timeSteps, count) = (shape[0], shape.dropFirst().reduce(1, *))
        let configuration = try #require(Self.configuration(entry))
        let neuron = Neuron(name: "node", configuration: configuration, normalization: nil)
        let harness = LayerHarness(
            [neuron],
            ActivationShape(
                streamCount: 1, timeStepCount: timeSteps, batchSize: 1, height: 1, width: 1, channels: count))
        let trace = try #require(harness.traces[0] as? NeuronTrace)
        trace.parameterGradients = NeuronParameterGradients(jobs: 1)

        harness.input.copy(from: Tensor([timeSteps * count], try fixture.floats(prefix + "x")))
        harness.forward()
        #expect(harness.output.values == (try fixture.floats("\(entry.name)/spike")))
        let membrane = try #require(trace.membranePotential)
        #expect(differenceToMaximum(membrane.values, try fixture.doubles("\(entry.name)/mem")) <= 3e-6)

        let (a, b) = (try fixture.doubles(prefix + "a"), try fixture.doubles(prefix + "b"))
        let objective =
            zip(harness.output.values, a).reduce(0) { $0 + Double($1.0) * $1.1 }
            + zip(membrane.values, b).reduce(0) { $0 + Double($1.0) * $1.1 }
        let expected = try fixture.doubles("\(entry.name)/objective")[0]
        #expect(abs(objective - expected) <= 2e-6 * max(1, abs(expected)))

        trace.membraneGradient = Tensor(membrane.shape, b.map(Float.init))
        let gradient = harness.backward(a.map(Float.init))
        #expect(differenceToMaximum(gradient, try fixture.doubles("\(entry.name)/grad_x")) <= 1e-5)

        let parameters = try #require(trace.parameterGradients)
        for (name, found) in [
            ("w", parameters.weight), ("act_fun.alpha", parameters.sharpness), ("threshold", parameters.threshold),
        ] {
            let key = "\(entry.name)/grad_param/\(name)"
            guard fixture.contains(key) else { continue }
            let expected = try fixture.doubles(key)[0]
            #expect(abs(found - expected) <= 1e-5 * max(abs(expected), 1e-3), "\(name): \(found), expected \(expected)")
        }
    }

    /// `nil` for a node that this program does not know.
    static func configuration(_ entry: MethodFixture.Case) -> Neuron.Configuration? {
        var configuration = Neuron.Configuration()
        configuration.keepsMembrane = true
        configuration.threshold = Float(entry.number("threshold") ?? 0.5)
        let timeConstant = Float(entry.number("tau") ?? 2)
        let surrogateName =
            entry.text("act_fun") ?? String(entry.name.split(separator: "/")[0].split(separator: "-")[1])
        guard let surrogate = SurrogateCatalogue.named(surrogateName) else { return nil }
        configuration.surrogate = surrogate
        configuration.detachesMembrane = entry.name.contains("memdetach")
        switch entry.text("node") {
        case "LIFNode": configuration.dynamics = .leaky(membraneTimeConstant: timeConstant)
        case "IFNode": configuration.dynamics = .integrate
        case "PLIFNode": configuration.dynamics = .parametric(weight: -log(timeConstant - 1))
        case "BiasLIFNode": configuration.dynamics = .biased(membraneTimeConstant: timeConstant, bias: 0.1)
        default: return nil
        }
        return configuration
    }
}
