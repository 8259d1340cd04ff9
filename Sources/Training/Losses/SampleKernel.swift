import Foundation
import Tensors

/// How alike the samples of one set of features are, pair by pair: a symmetric matrix [B, B], and the way back from a slope
/// of each of its elements to the features. Only what does not change when all features are moved by the same vector may be
/// asked of a linear one, since the features are centered first, which rounds less.
final class SampleKernel {
    enum Kind: Sendable {
        /// ⟨a, b⟩
        case linear
        /// exp(−‖a − b‖² / (2 m + 1e-7)), where m is the lower median of all squared distances, those of samples to
        /// themselves included. It follows the features, and so does the gradient.
        case radial
    }

    let count: Int
    private let kind: Kind
    /// [B, B]
    private(set) var values: [Double]
    /// Squared distances [B, B], and where their median stands; of a radial one.
    private var squaredDistances: [Double] = []
    private var medianPlace = 0
    private let factors: Tensor

    private static let epsilon = 1e-7

    init(_ kind: Kind, count: Int) {
        (self.kind, self.count) = (kind, count)
        values = [Double](repeating: 0, count: count * count)
        factors = Tensor([count, count])
    }

    /// - Parameter features: [B, width]
    func fill(_ features: UnsafePointer<Float>, width: Int) {
        values.withUnsafeMutableBufferPointer { values in
            guard let base = values.baseAddress else { return }
            centered_gram(features, Int32(count), width, base)
        }
        guard kind == .radial else { return }
        let gram = values
        squaredDistances = values.indices.map { place in
            let (row, column) = (place / count, place % count)
            return row == column
                ? 0 : max(0, gram[row * count + row] + gram[column * count + column] - 2 * gram[place])
        }
        let order = squaredDistances.indices.sorted { squaredDistances[$0] < squaredDistances[$1] }
        medianPlace = order[(order.count - 1) / 2]
        let width = bandwidth
        values = squaredDistances.map { exp(-$0 / width) }
    }

    private var bandwidth: Double { 2 * squaredDistances[medianPlace] + Self.epsilon }

    /// Writes dL/d(features) into `target`.
    ///
    /// - Parameter slope: dL/d(values) at a place of the matrix, symmetric.
    func writeGradient(
        of features: UnsafePointer<Float>, width: Int, into target: UnsafeMutablePointer<Float>, slope: (Int) -> Double
    ) {
        switch kind {
        case .linear:
            for place in values.indices { factors.pointer[place] = Float(2 * slope(place)) }
        case .radial:
            // dL/d(squared distance); that of the median has the share of the bandwidth, too.
            let bandwidth = bandwidth
            var slopes = values.indices.map { -slope($0) * values[$0] / bandwidth }
            let toBandwidth = values.indices.reduce(0) { $0 - slopes[$1] * squaredDistances[$1] / bandwidth }
            slopes[medianPlace] += 2 * toBandwidth
            fillLaplacian(slopes)
        }
        centered_product(factors.pointer, Int32(count), features, Int32(count), width, target)
    }

    /// d‖a − b‖² is 2 (a − b) for a: row sums on the diagonal less the slopes.
    private func fillLaplacian(_ slopes: [Double]) {
        for row in 0..<count {
            var sum = 0.0
            for column in 0..<count where column != row {
                let both = 2 * (slopes[row * count + column] + slopes[column * count + row])
                factors.pointer[row * count + column] = Float(-both)
                sum += both
            }
            factors.pointer[row * count + row] = Float(sum)
        }
    }
}
