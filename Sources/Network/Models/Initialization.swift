import Tensors

extension SpikingNetwork {
    /// Draws convolutions and heads uniformly in ±1/√(fan in), as PyTorch's defaults do (Kaiming uniform with a = √5, biases
    /// by fan in). BatchNorm begins at 1 and 0.
    func drawWeights(_ random: RandomSource) {
        for (index, layer) in layers.enumerated() {
            guard let convolution = layer as? Convolution else { continue }
            var stream = random.split("convolution", index)
            convolution.weight.fillUniformly(fanIn: convolution.weight.value.shape[0], &stream)
        }
        for (index, head) in [imageHead, eventHead].enumerated() {
            var stream = random.split("head", index)
            head.weight.fillUniformly(fanIn: head.featureCount, &stream)
            head.bias.fillUniformly(fanIn: head.featureCount, &stream)
        }
    }
}

extension Parameter {
    fileprivate func fillUniformly(fanIn: Int, _ random: inout RandomSource) {
        let bound = 1 / Float(max(fanIn, 1)).squareRoot()
        for index in 0..<value.count { value.pointer[index] = random.uniform(-bound, bound) }
    }
}
