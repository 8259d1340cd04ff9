import Tensors

/// A head: logits = features · weightᵀ + bias at every time step of one stream.
///
/// Shapes: features [T·B, F], weight [K, F] in this program's H·W·C order, logits [T·B, K].
public final class Linear {
    public let weight: Parameter
    public let bias: Parameter
    public let classCount: Int
    public let featureCount: Int

    public init(name: String, input: ActivationShape, classCount: Int) {
        self.classCount = classCount
        featureCount = input.featureCount
        weight = Parameter(
            name: "\(name).weight", shape: [classCount, input.featureCount],
            layout: .linear(out: classCount, height: input.height, width: input.width, channels: input.channels))
        bias = Parameter(name: "\(name).bias", shape: [classCount])
    }

    public var parameters: [Parameter] { [weight, bias] }

    public func forward(_ features: UnsafePointer<Float>, rows: Int, into logits: Tensor.Pointer) {
        for row in 0..<rows { (logits + row * classCount).update(from: bias.value.pointer, count: classCount) }
        MatrixProduct.multiply(
            features, weight.value.pointer, into: logits, rows: rows, columns: classCount, inner: featureCount,
            transposesRight: true, accumulates: true)
    }

    /// Adds to the gradients of weight and bias, writes dL/d(features).
    public func backward(
        _ logitGradient: UnsafePointer<Float>, features: UnsafePointer<Float>, rows: Int,
        featureGradient: Tensor.Pointer
    ) {
        MatrixProduct.multiply(
            logitGradient, features, into: weight.gradient.pointer, rows: classCount, columns: featureCount,
            inner: rows, transposesLeft: true, accumulates: true)
        for row in 0..<rows { add_to(bias.gradient.pointer, logitGradient + row * classCount, classCount) }
        MatrixProduct.multiply(
            logitGradient, weight.value.pointer, into: featureGradient, rows: rows, columns: featureCount,
            inner: classCount)
    }
}
