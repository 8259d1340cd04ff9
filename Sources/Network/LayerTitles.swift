extension SpikingNetwork {
    /// What people call the layers of neurons, by the layers' names: by what feeds them, counted from the input, `conv1`,
    /// `conv2`, `fc3`; in the heads of two streams after their stream, `events fc4`.
    public var neuronTitles: [String: String] {
        var titles: [String: String] = [:]
        func name(_ layers: [any Layer], _ prefix: String, from count: Int) {
            var (kind, count) = ("neurons", count)
            for layer in layers {
                if layer is Convolution { kind = "conv" }
                if layer is Linear { kind = "fc" }
                // A head that both streams share is named once.
                guard let neuron = layer as? Neuron, titles[neuron.name] == nil else { continue }
                count += 1
                titles[neuron.name] = "\(prefix)\(kind)\(count)"
            }
        }
        name(layers, "", from: 0)
        let body = titles.count
        name(imageHead?.leaves ?? [], "images ", from: body)
        name(eventHead.leaves, hasTwoStreams ? "events " : "", from: body)
        return titles
    }
}
