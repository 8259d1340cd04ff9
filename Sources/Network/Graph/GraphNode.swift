/// A node of a graph with its numbers checked, and where its input comes from.
struct GraphNode: Sendable {
    enum Operation: Sendable {
        case input
        case output
        case convolution(GraphConvolution)
        case connection(GraphConnection)
        case neurons(GraphNeurons)
        case pooling(GraphPooling)
        case flatten
    }

    let name: String
    let operation: Operation
    /// Places of the nodes whose outputs, added, are its input: all before it.
    let sources: [Int]
    /// Of its output, without a batch axis: (C, H, W) or (N).
    let shape: [Int]

    var count: Int { shape.reduce(1, *) }
}

/// Sizes of a window that is moved over (C, H, W), each as (rows, columns).
struct GraphWindow: Sendable, Hashable {
    var kernel: [Int]
    var stride: [Int]
    var padding: [Int]
    var dilation = [1, 1]

    /// Places of the window over so many rows (0) or columns (1); `nil` if there is none.
    func outputs(_ axis: Int, of size: Int) -> Int? {
        let reach = dilation[axis] * (kernel[axis] - 1) + 1
        let room = size + 2 * padding[axis] - reach
        return room >= 0 ? room / stride[axis] + 1 : nil
    }
}

/// output[o, y, x] = bias[o] + Σ weight[o, i, ky, kx] · input[i, y · stride + ky · dilation − padding, …]
struct GraphConvolution: Sendable {
    /// [out, in / groups, rows, columns].
    let weight: [Float]
    let bias: [Float]
    let window: GraphWindow
    let groups: Int
    /// (C, H, W).
    let input: [Int]
}

/// output = weight · input + bias.
struct GraphConnection: Sendable {
    /// [out, in].
    let weight: [Float]
    let bias: [Float]
    let inputCount: Int
}

/// A number for each neuron; one for all where they are the same.
///
///     LIF   u = v + (leak − v + r · I) / timeConstant        IF   u = v + r · I
///     s = 1 where u > threshold                              v = reset where it fired, else u
///
/// v begins at 0 with each recording. A spike does not wait: it reaches the next node at the same time step.
struct GraphNeurons: Sendable {
    /// τ / dt; `nil` without a leak.
    let timeConstant: [Float]?
    let leak: [Float]
    let resistance: [Float]
    let threshold: [Float]
    let reset: [Float]
}

/// Sum or mean over a window; padding counts as zeros.
struct GraphPooling: Sendable {
    let window: GraphWindow
    let isMean: Bool
    /// (C, H, W).
    let input: [Int]
}
