import Foundation
import Tensors

/// t-SNE (van der Maaten and Hinton 2008), exact: places in the plane whose neighbors are those of the points. Gradient
/// descent with momentum and gains, early exaggeration, from the first two principal components.
struct NeighborEmbedding {
    static let iterations = 1000
    private static let exaggerated = 250
    private static let exaggeration = 12.0

    let points: [(x: Double, y: Double)]
    /// Kullback–Leibler divergence of the neighborhoods, what is made small.
    let divergence: Double

    /// - Parameters:
    ///   - rows: points of one dimension.
    ///   - start: where they begin, in the plane.
    ///   - perplexity: about how many neighbors a point has; at most a third of the points.
    ///   - progress: called after every iteration.
    init(
        _ rows: [[Double]], from start: [(x: Double, y: Double)], perplexity: Double,
        _ progress: (_ done: Int, _ all: Int) throws -> Void
    ) rethrows {
        let count = rows.count
        let wanted = Self.joint(Self.squaredDistances(rows), count, perplexity: min(perplexity, Double(count - 1) / 3))
        let spread = Self.deviation(start.map(\.x))
        let scale = spread > 0 ? 1e-4 / spread : 0
        var places = start.flatMap { [$0.x * scale, $0.y * scale] }
        var (velocity, gains) = ([Double](repeating: 0, count: 2 * count), [Double](repeating: 1, count: 2 * count))
        let rate = max(Double(count) / Self.exaggeration / 4, 50)
        var gradient = velocity
        for iteration in 0..<Self.iterations {
            let isEarly = iteration < Self.exaggerated
            Self.gradient(places, wanted, factor: isEarly ? Self.exaggeration : 1, into: &gradient)
            let momentum = isEarly ? 0.5 : 0.8
            for index in places.indices {
                let isTurning = (gradient[index] > 0) == (velocity[index] > 0)
                gains[index] = max(0.01, isTurning ? gains[index] * 0.8 : gains[index] + 0.2)
                velocity[index] = momentum * velocity[index] - rate * gains[index] * gradient[index]
                places[index] += velocity[index]
            }
            try progress(iteration + 1, Self.iterations)
        }
        points = (0..<count).map { (places[2 * $0], places[2 * $0 + 1]) }
        divergence = Self.divergence(places, wanted)
    }

    // MARK: Neighborhoods

    static func squaredDistances(_ rows: [[Double]]) -> [Double] {
        let count = rows.count
        var distances = [Double](repeating: 0, count: count * count)
        for left in 0..<count {
            for right in left + 1..<max(left + 1, count) {
                var sum = 0.0
                for index in rows[left].indices {
                    let difference = rows[left][index] - rows[right][index]
                    sum += difference * difference
                }
                distances[left * count + right] = sum
                distances[right * count + left] = sum
            }
        }
        return distances
    }

    /// Probabilities that two points are neighbors, which sum to 1: Gaussian kernels whose widths give every point the same
    /// perplexity, made symmetric.
    static func joint(_ distances: [Double], _ count: Int, perplexity: Double) -> [Double] {
        let entropy = log(max(perplexity, 1))
        var conditional = [Double](repeating: 0, count: count * count)
        for row in 0..<count {
            var (precision, low, high) = (1.0, 0.0, Double.infinity)
            let least = (0..<count).reduce(Double.infinity) { $1 == row ? $0 : min($0, distances[row * count + $1]) }
            for _ in 0..<100 {
                // Of distances beyond the least, so that no sum is zero.
                var (sum, weighted) = (0.0, 0.0)
                for column in 0..<count where column != row {
                    let distance = distances[row * count + column] - least
                    let value = exp(-distance * precision)
                    conditional[row * count + column] = value
                    sum += value
                    weighted += distance * value
                }
                let found = log(sum) + precision * weighted / sum
                for column in 0..<count { conditional[row * count + column] /= sum }
                guard abs(found - entropy) > 1e-5 else { break }
                if found > entropy {
                    low = precision
                    precision = high.isInfinite ? precision * 2 : (precision + high) / 2
                } else {
                    high = precision
                    precision = (precision + low) / 2
                }
            }
        }
        var joint = [Double](repeating: 0, count: count * count)
        for row in 0..<count {
            for column in 0..<count where column != row {
                let sum = conditional[row * count + column] + conditional[column * count + row]
                joint[row * count + column] = max(sum / (2 * Double(count)), 1e-12)
            }
        }
        return joint
    }

    /// Student's kernel of every pair, 1 / (1 + distance²), and their sum.
    private static func kernel(_ places: [Double]) -> (values: [Double], sum: Double) {
        let count = places.count / 2
        var values = [Double](repeating: 0, count: count * count)
        var sum = 0.0
        for left in 0..<count {
            for right in left + 1..<max(left + 1, count) {
                let (x, y) = (places[2 * left] - places[2 * right], places[2 * left + 1] - places[2 * right + 1])
                let value = 1 / (1 + x * x + y * y)
                values[left * count + right] = value
                values[right * count + left] = value
                sum += 2 * value
            }
        }
        return (values, sum)
    }

    static func divergence(_ places: [Double], _ wanted: [Double]) -> Double {
        let (values, sum) = kernel(places)
        return zip(wanted, values).reduce(0) { total, pair in
            pair.0 > 0 ? total + pair.0 * log(pair.0 / max(pair.1 / sum, 1e-12)) : total
        }
    }

    static func gradient(_ places: [Double], _ wanted: [Double], factor: Double, into gradient: inout [Double]) {
        let count = places.count / 2
        let (values, sum) = kernel(places)
        for row in 0..<count {
            var (x, y) = (0.0, 0.0)
            for column in 0..<count where column != row {
                let value = values[row * count + column]
                let force = 4 * (factor * wanted[row * count + column] - value / sum) * value
                x += force * (places[2 * row] - places[2 * column])
                y += force * (places[2 * row + 1] - places[2 * column + 1])
            }
            (gradient[2 * row], gradient[2 * row + 1]) = (x, y)
        }
    }

    private static func deviation(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(max(1, values.count))
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, values.count))).squareRoot()
    }
}
