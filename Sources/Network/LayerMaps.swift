import Tensors

/// What a layer of neurons gave in a pass, and how the answer depends on it. To look at.
public struct LayerMaps {
    public let layer: String
    /// [groups, B, H, W, C], after pooling where the layer pools: 0 and 1, or shares of 2×2 pixels.
    public let output: Tensor
    /// dL/d(output), as the output; `nil` but after a backward pass for attribution.
    public let gradient: Tensor?
}

extension NetworkTrace {
    /// Of the body's layers of neurons, in order, from the last pass; not to be asked of evaluation, which keeps nothing.
    public func layerMaps() -> [LayerMaps] {
        precondition(purpose != .evaluation, "outputs of layers are not kept in evaluation")
        return neuronTraces.map { name, trace in
            var gradient: Tensor?
            if purpose == .attribution {
                let copy = Tensor(trace.output.shape.shape)
                copy.pointer.update(from: trace.outputGradient, count: copy.count)
                gradient = copy
            }
            return LayerMaps(layer: name, output: trace.output.expanded(), gradient: gradient)
        }
    }
}
