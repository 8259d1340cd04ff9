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
    /// Draws weights as each layer says, and biases uniformly in ±1/√(fan in). BatchNorm begins at 1 and 0.
    func drawWeights(_ random: RandomSource) {
        for (index, layer) in layers.enumerated() {
            if let convolution = layer as? Convolution {
                var stream = random.split("convolution", index)
                let taps = convolution.kernel * convolution.kernel
                convolution.weight.draw(
                    convolution.initialization, fanIn: taps * convolution.inputChannels,
                    fanOut: taps * convolution.outputChannels, &stream)
            } else if let linear = layer as? Linear {
                var stream = random.split("linear", index)
                linear.draw(&stream)
            }
        }
        for (index, head) in [imageHead ?? eventHead, eventHead].enumerated() {
            var stream = random.split("head", index)
            for case let linear as Linear in head.leaves { linear.draw(&stream) }
        }
    }
}

extension Linear {
    fileprivate func draw(_ random: inout RandomSource) {
        weight.draw(initialization, fanIn: featureCount, fanOut: outputCount, &random)
        bias.draw(.uniformByFanIn, fanIn: featureCount, fanOut: outputCount, &random)
    }
}

extension Parameter {
    fileprivate func draw(
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
