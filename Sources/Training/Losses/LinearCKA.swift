import Tensors

/// Linear centered kernel alignment of two sets of features (Kornblith et al. 2019, biased estimator), a similarity in
/// 0…1:
///
///     CKA = ⟨Kx, Ky⟩ / (‖Kx‖ ‖Ky‖ + 1e-7),   Kx = H X Xᵀ H,   H = I − 1/B
///
/// The features are centered before the product, which gives the same kernels with less rounding.
public final class LinearCKA {
    public static let epsilon = 1e-7

    public enum Side: Int, Sendable, CaseIterable {
        case x, y
    }

    /// Bytes that one takes: two kernels of Double and their factors of Float.
    static func byteCount(batchSize: Int) -> Int {
        2 * batchSize * batchSize * (MemoryLayout<Double>.stride + MemoryLayout<Float>.stride)
    }

    /// Kx and Ky.
    private let kernels: [CenteredKernel]

    public init(batchSize: Int) {
        kernels = Side.allCases.map { _ in CenteredKernel(batchSize: batchSize) }
    }

    /// CKA of x [B, widthX] and y [B, widthY]; keeps what `writeGradient` needs.
    public func value(
        _ x: UnsafePointer<Float>, width widthX: Int, _ y: UnsafePointer<Float>, width widthY: Int
    ) -> Double {
        look(at: x, width: widthX, .x)
        look(at: y, width: widthY, .y)
        return value
    }

    /// Takes the features [B, width] of one side. The two sides may be taken at the same time.
    public func look(at features: UnsafePointer<Float>, width: Int, _ side: Side) {
        kernels[side.rawValue].fill(features, width: width)
    }

    /// CKA of the features last seen.
    public var value: Double { inner / denominator }

    /// Writes `scale` · dCKA/d(features) of one side, whose features [B, width] are those last seen. Zero where a feature
    /// does not vary. The two sides may be written at the same time.
    public func writeGradient(
        scale: Double, of features: UnsafePointer<Float>, width: Int, _ side: Side,
        into target: UnsafeMutablePointer<Float>
    ) {
        let (own, other) = (kernels[side.rawValue], kernels[1 - side.rawValue])
        guard own.norm > 0, other.norm > 0 else {
            target.update(repeating: 0, count: own.batchSize * width)
            return
        }
        let pull = inner * other.norm / (own.norm * denominator * denominator)
        own.multiply(features, width: width, into: target) { [denominator] index in
            2 * scale * (other.values[index] / denominator - pull * own.values[index])
        }
    }

    private var inner: Double { zip(kernels[0].values, kernels[1].values).reduce(0) { $0 + $1.0 * $1.1 } }
    private var denominator: Double { kernels[0].norm * kernels[1].norm + Self.epsilon }
}

/// H X Xᵀ H of one set of features.
private final class CenteredKernel {
    let batchSize: Int
    private(set) var values: [Double]
    private(set) var norm = 0.0
    private let factors: Tensor

    init(batchSize: Int) {
        self.batchSize = batchSize
        values = [Double](repeating: 0, count: batchSize * batchSize)
        factors = Tensor([batchSize, batchSize])
    }

    func fill(_ features: UnsafePointer<Float>, width: Int) {
        values.withUnsafeMutableBufferPointer { values in
            guard let base = values.baseAddress else { return }
            centered_gram(features, Int32(batchSize), width, base)
        }
        norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }

    /// target [B, width] = the matrix of these factors · H X
    func multiply(
        _ features: UnsafePointer<Float>, width: Int, into target: UnsafeMutablePointer<Float>,
        factor: (Int) -> Double
    ) {
        for index in values.indices { factors.pointer[index] = Float(factor(index)) }
        centered_product(factors.pointer, features, Int32(batchSize), width, target)
    }
}
