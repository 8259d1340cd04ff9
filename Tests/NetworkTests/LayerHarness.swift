@testable import Network
import Tensors

/// Runs a few layers forward and backward in memory of their own.
final class LayerHarness {
    let layers: [any Layer]
    let traces: [any LayerTrace]
    /// [groups, B, H, W, C].
    let input: Tensor
    private let activation: Activation
    /// Owns the memory that the traces point into.
    private let planner: TracePlanner
    private let inputGradient: Tensor

    init(
        _ layers: [any Layer], _ shape: ActivationShape, purpose: PassPurpose = .training,
        policy: KernelPolicy = .fast, recomputes: Bool = false
    ) {
        self.layers = layers
        let planner = TracePlanner(
            purpose: purpose, layerCount: Chain(layers).leaves.count, policy: policy, recomputes: recomputes,
            firstLayerHasGradient: true)
        self.planner = planner
        activation = Activation(shape)
        traces = planner.traces(of: layers, input: activation)
        input = Tensor(shape.shape, viewing: activation.floats, ownedBy: activation)
        inputGradient = Tensor(shape.shape)
        planner.allocate()
    }

    var neuronTraces: [NeuronTrace] { traces.flatMap(\.leaves).compactMap { $0 as? NeuronTrace } }

    /// A copy of what the last layer gave, as floats.
    var output: Tensor { traces.last!.output.expanded() }

    func forward() {
        var source = activation
        for (layer, trace) in zip(layers, traces) {
            layer.forward(source, trace: trace)
            source = trace.output
        }
    }

    /// dL/d(input) for this dL/d(output).
    func backward(_ outputGradient: [Float]) -> [Float] {
        traces.last!.outputGradient.update(from: outputGradient, count: outputGradient.count)
        for layer in layers { for parameter in layer.parameters { parameter.gradient.fill(0) } }
        for index in layers.indices.reversed() {
            let source = index == 0 ? activation : traces[index - 1].output
            if index > 0 {
                let below = index == 1 ? activation : traces[index - 2].output
                layers[index - 1].restoreOutput(below, trace: traces[index - 1])
            }
            layers[index].backward(
                source, trace: traces[index],
                inputGradient: index == 0 ? inputGradient.pointer : traces[index - 1].outputGradient)
        }
        return inputGradient.values
    }
}
