import Tensors

/// A tensor that is trained, with its gradient, and how the reference names and orders it.
public final class Parameter {
    /// How the reference lays the same numbers out.
    public enum Layout: Hashable, Sendable {
        /// As here.
        case plain
        /// Here [kernel · kernel · in, out]; there [out, in, kernel, kernel].
        case convolution(out: Int, in: Int, kernel: Int)
        /// Here [out, H · W · C]; there [out, C · H · W].
        case linear(out: Int, height: Int, width: Int, channels: Int)
    }

    /// The reference's name, for example `feature.0.conv.weight`.
    public let name: String
    public let value: Tensor
    public let gradient: Tensor
    public let layout: Layout
    /// Shape in the reference's checkpoint.
    public let referenceShape: Shape

    public init(name: String, shape: Shape, layout: Layout = .plain) {
        self.name = name
        self.layout = layout
        value = Tensor(shape)
        gradient = Tensor(shape)
        referenceShape =
            switch layout {
            case .plain: shape
            case .convolution(let out, let input, let kernel): [out, input, kernel, kernel]
            case .linear(let out, let height, let width, let channels): [out, height * width * channels]
            }
    }

    /// Weight decay is for tensors of two and more dimensions: not for BatchNorm, biases and time-step coefficients.
    public var isDecayed: Bool { referenceShape.rank >= 2 }

    /// Numbers in the reference's order. `tensor` has this parameter's shape: its value, gradient or a moment.
    public func referenceOrder(of tensor: Tensor) -> [Float] {
        var result = [Float](repeating: 0, count: tensor.count)
        forEachPosition { here, there in result[there] = tensor.pointer[here] }
        return result
    }

    /// Takes numbers in the reference's order.
    public func load(referenceOrder values: [Float], into tensor: Tensor) {
        precondition(values.count == tensor.count, "\(values.count) values for \(name)")
        forEachPosition { here, there in tensor.pointer[here] = values[there] }
    }

    private func forEachPosition(_ body: (_ here: Int, _ there: Int) -> Void) {
        switch layout {
        case .plain:
            for index in 0..<value.count { body(index, index) }
        case .convolution(let out, let input, let kernel):
            for o in 0..<out {
                for i in 0..<input {
                    for tap in 0..<kernel * kernel {
                        body((tap * input + i) * out + o, (o * input + i) * kernel * kernel + tap)
                    }
                }
            }
        case .linear(let out, let height, let width, let channels):
            let (pixels, features) = (height * width, height * width * channels)
            for o in 0..<out {
                for pixel in 0..<pixels {
                    for c in 0..<channels {
                        body(o * features + pixel * channels + c, o * features + c * pixels + pixel)
                    }
                }
            }
        }
    }
}

/// A tensor that training updates but no gradient moves: BatchNorm's running statistics.
public struct NamedBuffer {
    public let name: String
    public let tensor: Tensor
}
