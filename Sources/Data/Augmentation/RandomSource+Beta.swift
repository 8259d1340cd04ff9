import Foundation
import Tensors

extension RandomSource {
    /// Beta(α, α): x / (x + y) of two Gamma(α) draws (Marsaglia and Tsang 2000).
    ///
    /// - Parameter alpha: above 0; 1 is uniform, small values lie near 0 and 1.
    mutating func beta(_ alpha: Double) -> Double {
        let (first, second) = (gamma(alpha), gamma(alpha))
        return first + second > 0 ? first / (first + second) : 0.5
    }

    private mutating func gamma(_ shape: Double) -> Double {
        // Below 1: the draw for shape + 1, scaled down.
        if shape < 1 { return gamma(shape + 1) * pow(1 - uniform(), 1 / shape) }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let normal = normal()
            let cube = pow(1 + c * normal, 3)
            guard cube > 0 else { continue }
            if log(1 - uniform()) < normal * normal / 2 + d - d * cube + d * log(cube) { return d * cube }
        }
    }
}
