import Tensors

/// How a weight is drawn; fan in and fan out are the inputs that an output sums, and the outputs that an input reaches.
public enum WeightInitialization: Sendable, Hashable {
    /// Uniform in ±1/√(fan in), as PyTorch's defaults do (Kaiming uniform with a = √5).
    case uniformByFanIn
    /// Normal with variance 2 / fan in (He et al. 2015).
    case normalByFanIn
    /// Normal with variance 2 / fan out.
    case normalByFanOut
    /// Uniform in ± the bound.
    case uniform(Float)
}

extension SpikingNetwork {
    /// Lets each layer draw its weights.
    func drawWeights(_ random: RandomSource) {
        for (index, layer) in layers.enumerated() {
            var stream = random.split(layer.randomLabel, index)
            layer.drawWeights(&stream)
        }
        for (index, head) in [imageHead ?? eventHead, eventHead].enumerated() {
            // The layers of a head draw one after the other.
            var stream = random.split("head", index)
            for layer in head.leaves { layer.drawWeights(&stream) }
        }
    }
}

extension Parameter {
    /// Fills the values.
    public func draw(
        _ initialization: WeightInitialization, fanIn: Int, fanOut: Int, _ random: inout RandomSource
    ) {
        func fill(_ draw: () -> Float) { for index in 0..<value.count { value.pointer[index] = draw() } }
        switch initialization {
        case .uniformByFanIn:
            let bound = 1 / Float(max(fanIn, 1)).squareRoot()
            fill { random.uniform(-bound, bound) }
        case .normalByFanIn:
            let deviation = (2 / Double(max(fanIn, 1))).squareRoot()
            fill { Float(random.normal() * deviation) }
        case .normalByFanOut:
            let deviation = (2 / Double(max(fanOut, 1))).squareRoot()
            fill { Float(random.normal() * deviation) }
        case .uniform(let bound): fill { random.uniform(-bound, bound) }
        }
    }
}
