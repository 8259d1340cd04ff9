import Tensors

/// Layers one after another: a network's body, a branch of a residual block, a head.
public struct Chain {
    public let layers: [any Layer]

    public init(_ layers: [any Layer]) { self.layers = layers }

    /// The layers of one piece that it is made of, in the order of their forward passes.
    public var leaves: [any Layer] { layers.flatMap(\.leaves) }

    public func outputShape(for input: ActivationShape) -> ActivationShape {
        layers.reduce(input) { $1.outputShape(for: $0) }
    }

    /// Plans a pass that reads `input`; see `TracePlanner.traces`.
    func makeTrace(
        input: Activation, planner: TracePlanner, readers: Int = 1, sums: Bool = false
    ) -> ChainTrace {
        let first = planner.layer
        let traces = planner.traces(of: layers, input: input, readers: readers, sums: sums)
        return ChainTrace(self, traces: traces, firstLayer: first)
    }

    func forward(_ input: Activation, trace: ChainTrace) {
        var activation = input
        for (index, layer) in layers.enumerated() {
            let layerTrace = trace.traces[index]
            trace.measure(index, .forward) { layer.forward(activation, trace: layerTrace) }
            activation = layerTrace.output
        }
    }

    /// Takes the gradient of the last output from its trace, writes that of the input unless it is nil.
    func backward(_ input: Activation, trace: ChainTrace, inputGradient: UnsafeMutablePointer<Float>?) {
        for index in layers.indices.reversed() {
            if index > 0 {
                let below = index == 1 ? input : trace.traces[index - 2].output
                trace.measure(index - 1, .forward) {
                    layers[index - 1].restoreOutput(below, trace: trace.traces[index - 1])
                }
            }
            let source = index == 0 ? input : trace.traces[index - 1].output
            let gradient = index == 0 ? inputGradient : trace.traces[index - 1].outputGradient
            trace.measure(index, .backward) {
                layers[index].backward(source, trace: trace.traces[index], inputGradient: gradient)
            }
            trace.onGradients?(layers[index])
        }
    }
}

/// What a pass through a chain remembers.
final class ChainTrace {
    let traces: [any LayerTrace]
    /// By layer, its place among all of the network; `nil` where it is made of several, which measure themselves.
    private let places: [Int?]

    /// Measures the time of each layer, where it is set.
    var profile: StepProfile? {
        didSet { for trace in traces { trace.profile = profile } }
    }

    /// Told of each layer that has added its gradients; of a block of several at its end.
    var onGradients: ((any Layer) -> Void)?

    init(_ chain: Chain, traces: [any LayerTrace], firstLayer: Int) {
        self.traces = traces
        var place = firstLayer
        places = chain.layers.map { layer in
            defer { place += layer.leaves.count }
            return layer.leaves.count == 1 ? place : nil
        }
    }

    var leaves: [any LayerTrace] { traces.flatMap(\.leaves) }
    /// Of the last layer; `nil` without layers.
    var output: Activation? { traces.last?.output }

    func measure(_ index: Int, _ phase: StepProfile.Phase, _ body: () -> Void) {
        guard let place = places[index] else { return body() }
        profile.measure(.init(layer: place, phase: phase), body)
    }
}
