import FileFormats

/// How a network is told as a graph of NIR.
public struct GraphExport: Sendable {
    /// NIR's tools read one kind of pooling or the other.
    public enum Pooling: String, Sendable, CaseIterable {
        /// AvgPool2d: snnTorch, SpikingJelly.
        case average
        /// SumPool2d: Norse, sinabs; the share of each pixel goes into the weights behind it.
        case sum
    }

    public var pooling = Pooling.average
    /// Seconds a time step, above 0: τ in time steps becomes τ · dt.
    public var timeStep = GraphNetwork.usualTimeStep
    /// What else the file says of itself.
    public var metadata: [String: String] = [:]

    public init() {}
}

extension SpikingNetwork {
    /// The way of the event stream from the input to its head as a graph: what evaluation computes.
    ///
    /// BatchNorm goes into the weights before it, with its running statistics, or becomes a convolution of single pixels and
    /// channels where sums come before it; dropout is left out; a bias of the neurons goes into the bias before them. The
    /// output is the logits of a time step; an answer is the largest of their mean.
    ///
    /// - Throws: `GraphError.notTold` for what NIR has no counterpart for.
    public func graph(_ export: GraphExport = GraphExport()) throws(GraphError) -> NIRGraph {
        var builder = GraphBuilder(
            export, input: [configuration.inputChannels, configuration.size, configuration.size])
        try builder.walk(body)
        try builder.walk(eventHead)
        return builder.finish()
    }
}
