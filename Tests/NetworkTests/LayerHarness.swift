@testable import Network
import Tensors

/// Runs a few layers forward and backward in memory of their own.
final class LayerHarness {
    let layers: [any Layer]
    let traces: [any LayerTrace]
    let input: Tensor
    private let largest: Int

    init(_ layers: [any Layer], _ shape: ActivationShape, purpose: PassPurpose = .training) {
        self.layers = layers
        var shapes = [shape]
        for layer in layers { shapes.append(layer.outputShape(for: shapes.last!)) }
        largest = shapes.map(\.count).max()!
        let planner = TracePlanner(purpose: purpose, largestOutput: largest)
        traces = zip(layers, shapes).map { $0.makeTrace(input: $1, planner: planner) }
        input = Tensor(shape.shape)
        planner.allocate()
    }

    var output: Tensor { traces.last!.output }

    func forward() {
        var activation = input
        for (layer, trace) in zip(layers, traces) {
            layer.forward(activation, trace: trace)
            activation = trace.output
        }
    }

    /// dL/d(input) for this dL/d(output).
    func backward(_ outputGradient: [Float]) -> [Float] {
        var gradient = Tensor([largest])
        gradient.buffer.baseAddress!.update(from: outputGradient, count: outputGradient.count)
        for layer in layers { for parameter in layer.parameters { parameter.gradient.fill(0) } }
        for index in layers.indices.reversed() {
            let source = index == 0 ? input : traces[index - 1].output
            if layers[index].worksInPlaceBackward {
                layers[index].backward(gradient, input: source, trace: traces[index], inputGradient: nil)
            } else {
                let target = Tensor([largest])
                layers[index].backward(gradient, input: source, trace: traces[index], inputGradient: target)
                gradient = target
            }
        }
        return Array(gradient.values.prefix(input.count))
    }
}
