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
    /// ⟨Kx, Ky⟩, ‖Kx‖² and ‖Ky‖² of all rows, where others have the rest.
    private var sums: [Double]?

    /// - Parameter rows: of the kernels that are computed here, where others compute the rest: `ownSums` of all, added up, go
    ///   to `take(sums:)` before value and gradients are asked for. `nil`: all.
    public init(batchSize: Int, rows: Range<Int>? = nil) {
        kernels = Side.allCases.map { _ in CenteredKernel(batchSize: batchSize, rows: rows) }
    }

    /// What this one's rows add to ⟨Kx, Ky⟩, ‖Kx‖² and ‖Ky‖².
    var ownSums: [Double] { [ownInner, kernels[0].squares, kernels[1].squares] }

    /// Takes the sums over all rows.
    func take(sums: [Double]) {
        self.sums = sums
        for (kernel, squares) in zip(kernels, sums.dropFirst()) { kernel.norm = squares.squareRoot() }
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
    /// does not vary. The two sides may be written at the same time. Only this one's rows are written.
    public func writeGradient(
        scale: Double, of features: UnsafePointer<Float>, width: Int, _ side: Side,
        into target: UnsafeMutablePointer<Float>
    ) {
        let (own, other) = (kernels[side.rawValue], kernels[1 - side.rawValue])
        guard own.norm > 0, other.norm > 0 else {
            (target + own.rows.lowerBound * width).update(repeating: 0, count: own.rows.count * width)
            return
        }
        let pull = inner * other.norm / (own.norm * denominator * denominator)
        own.multiply(features, width: width, into: target) { [denominator] index in
            2 * scale * (other.values[index] / denominator - pull * own.values[index])
        }
    }

    private var ownInner: Double { zip(kernels[0].values, kernels[1].values).reduce(0) { $0 + $1.0 * $1.1 } }
    private var inner: Double { sums?[0] ?? ownInner }
    private var denominator: Double { kernels[0].norm * kernels[1].norm + Self.epsilon }
}

/// Rows of H X Xᵀ H of one set of features.
private final class CenteredKernel {
    let batchSize: Int
    let rows: Range<Int>
    /// [rows, B].
    private(set) var values: [Double]
    private(set) var squares = 0.0
    /// Of the whole kernel.
    var norm = 0.0
    private let factors: Tensor

    init(batchSize: Int, rows: Range<Int>?) {
        self.batchSize = batchSize
        self.rows = rows ?? 0..<batchSize
        values = [Double](repeating: 0, count: self.rows.count * batchSize)
        factors = Tensor([self.rows.count, batchSize])
    }

    func fill(_ features: UnsafePointer<Float>, width: Int) {
        values.withUnsafeMutableBufferPointer { values in
            guard let base = values.baseAddress else { return }
            if rows.count == batchSize {
                centered_gram(features, Int32(batchSize), width, base)
            } else {
                centered_gram_rows(
                    features, Int32(batchSize), width, Int32(rows.lowerBound), Int32(rows.count), base)
            }
        }
        squares = values.reduce(0) { $0 + $1 * $1 }
        norm = squares.squareRoot()
    }

    /// Rows of target [B, width] = the matrix of these factors · H X
    func multiply(
        _ features: UnsafePointer<Float>, width: Int, into target: UnsafeMutablePointer<Float>,
        factor: (Int) -> Double
    ) {
        for index in values.indices { factors.pointer[index] = Float(factor(index)) }
        centered_product(
            factors.pointer, Int32(rows.count), features, Int32(batchSize), width, target + rows.lowerBound * width)
    }
}
