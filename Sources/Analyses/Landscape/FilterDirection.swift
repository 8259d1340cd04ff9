import Foundation
import Network
import Tensors

/// A random direction in the space of weights, each filter as long as the network's own (Li et al. 2018): then how far a step
/// goes means the same for every network.
struct FilterDirection {
    /// By parameter, in the reference's order; zeros for tensors of one dimension: biases and normalizations.
    let values: [[Float]]

    init(_ parameters: [Parameter], random: inout RandomSource) {
        values = parameters.map { parameter in
            let drawn = (0..<parameter.value.count).map { _ in Float(random.normal()) }
            return Self.normalized(
                drawn, like: parameter.referenceOrder(of: parameter.value), shape: parameter.referenceShape)
        }
    }

    /// Each slice along the first axis as long as the weights' slice; all 0 for tensors of at most one dimension.
    static func normalized(_ direction: [Float], like weights: [Float], shape: Shape) -> [Float] {
        guard shape.rank > 1, shape[0] > 0 else { return direction.map { _ in 0 } }
        let size = direction.count / shape[0]
        var result = direction
        func length(_ values: ArraySlice<Float>) -> Float { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        for slice in 0..<shape[0] {
            let range = slice * size..<(slice + 1) * size
            let factor = length(weights[range]) / (length(direction[range]) + 1e-10)
            for index in range { result[index] *= factor }
        }
        return result
    }
}
