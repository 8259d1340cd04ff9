import Tensors

/// Linear centered kernel alignment of two sets of features (Kornblith et al. 2019, biased estimator), a similarity in
/// 0…1:
///
///     CKA = ⟨Kx, Ky⟩ / (‖Kx‖ ‖Ky‖ + 1e-7),   Kx = H X Xᵀ H,   H = I − 1/B
///
/// The features are centered before the product, which gives the same kernels with less rounding.
public final class LinearCKA {
    public static let epsilon = 1e-7

    private let batchSize: Int
    private var centeredX: Tensor
    private var centeredY: Tensor
    private let product: Tensor
    private var kernelX: [Double]
    private var kernelY: [Double]

    /// Room for features of at most these widths.
    public init(batchSize: Int, widthX: Int, widthY: Int) {
        self.batchSize = batchSize
        centeredX = Tensor([batchSize, widthX])
        centeredY = Tensor([batchSize, widthY])
        product = Tensor([batchSize, batchSize])
        kernelX = [Double](repeating: 0, count: batchSize * batchSize)
        kernelY = kernelX
    }

    /// CKA of x [B, widthX] and y [B, widthY]; keeps what `addGradient` needs.
    public func value(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>) -> Double {
        center(x, into: centeredX)
        center(y, into: centeredY)
        kernel(of: centeredX, into: &kernelX)
        kernel(of: centeredY, into: &kernelY)
        let inner = zip(kernelX, kernelY).reduce(0) { $0 + $1.0 * $1.1 }
        return inner / (norm(kernelX) * norm(kernelY) + Self.epsilon)
    }

    /// Adds `scale` · dCKA/dx and dCKA/dy of the features last seen. Zero where a feature does not vary.
    public func addGradient(
        scale: Double, x: UnsafeMutablePointer<Float>, y: UnsafeMutablePointer<Float>
    ) {
        let (normX, normY) = (norm(kernelX), norm(kernelY))
        guard normX > 0, normY > 0 else { return }
        let inner = zip(kernelX, kernelY).reduce(0) { $0 + $1.0 * $1.1 }
        let denominator = normX * normY + Self.epsilon
        add(kernelY, kernelX, inner * normY / (normX * denominator * denominator), 1 / denominator, centeredX, scale, x)
        add(kernelX, kernelY, inner * normX / (normY * denominator * denominator), 1 / denominator, centeredY, scale, y)
    }

    /// target += 2 · scale · (factor · other − pull · own) · centered
    private func add(
        _ other: [Double], _ own: [Double], _ pull: Double, _ factor: Double, _ centered: Tensor, _ scale: Double,
        _ target: UnsafeMutablePointer<Float>
    ) {
        for index in 0..<product.count {
            product.pointer[index] = Float(2 * scale * (factor * other[index] - pull * own[index]))
        }
        MatrixProduct.multiply(
            product.pointer, centered.pointer, into: target, rows: batchSize, columns: centered.shape[1],
            inner: batchSize, accumulates: true)
    }

    private func center(_ features: UnsafePointer<Float>, into centered: Tensor) {
        center_rows(features, centered.pointer, Int32(batchSize), centered.shape[1])
    }

    private func kernel(of centered: Tensor, into kernel: inout [Double]) {
        MatrixProduct.multiply(
            centered.pointer, centered.pointer, into: product.pointer, rows: batchSize, columns: batchSize,
            inner: centered.shape[1], transposesRight: true)
        for index in 0..<product.count { kernel[index] = Double(product.pointer[index]) }
    }

    private func norm(_ kernel: [Double]) -> Double { kernel.reduce(0) { $0 + $1 * $1 }.squareRoot() }
}
