import Foundation

/// The reference's other measures of how alike two sets of features are, written down plainly: its numbers are as we read
/// its formulas.
///
/// Features are [B, width] in row-major order; all of them need B of at least 2, the debiased one at least 4.
enum AlignmentMeasures {
    /// CKA of linear kernels whose diagonals are left out of the centering, so that it does not grow with width
    /// (Székely and Rizzo 2014).
    static func debiasedLinearCKA(_ x: [Float], _ y: [Float], batchSize: Int) -> Double {
        alignment(
            centeredWithoutDiagonal(linearKernel(x, batchSize), batchSize),
            centeredWithoutDiagonal(linearKernel(y, batchSize), batchSize))
    }

    /// Linear CKA by way of the features' covariances: the same value as by way of the kernels, for narrow features.
    static func featureSpaceLinearCKA(_ x: [Float], _ y: [Float], batchSize: Int) -> Double {
        let (x, y) = (centeredColumns(x, batchSize), centeredColumns(y, batchSize))
        func squaredNorm(_ a: [Double], _ b: [Double]) -> Double {
            let (widthA, widthB) = (a.count / batchSize, b.count / batchSize)
            var sum = 0.0
            for i in 0..<widthA {
                for j in 0..<widthB {
                    var product = 0.0
                    for row in 0..<batchSize { product += a[row * widthA + i] * b[row * widthB + j] }
                    sum += product * product
                }
            }
            return sum
        }
        return squaredNorm(x, y) / (squaredNorm(x, x) * squaredNorm(y, y)).squareRoot()
    }

    /// CKA of Gaussian kernels whose width is the median distance of the batch.
    static func radialCKA(_ x: [Float], _ y: [Float], batchSize: Int) -> Double {
        alignment(centered(radialKernel(x, batchSize), batchSize), centered(radialKernel(y, batchSize), batchSize))
    }

    private static func alignment(_ x: [Double], _ y: [Double]) -> Double {
        func inner(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        return inner(x, y) / (inner(x, x).squareRoot() * inner(y, y).squareRoot())
    }

    private static func linearKernel(_ features: [Float], _ count: Int) -> [Double] {
        let width = features.count / count
        var kernel = [Double](repeating: 0, count: count * count)
        for i in 0..<count {
            for j in 0..<count {
                for k in 0..<width {
                    kernel[i * count + j] += Double(features[i * width + k]) * Double(features[j * width + k])
                }
            }
        }
        return kernel
    }

    private static func radialKernel(_ features: [Float], _ count: Int) -> [Double] {
        let linear = linearKernel(features, count)
        var distances = linear
        for i in 0..<count {
            for j in 0..<count {
                distances[i * count + j] =
                    linear[i * count + i] + linear[j * count + j] - linear[i * count + j] - linear[j * count + i]
            }
        }
        // The lower median of all distances, those of samples to themselves included.
        let median = distances.sorted()[(distances.count - 1) / 2]
        guard median > 0 else { return distances.map { $0 == 0 ? 1 : 0 } }
        return distances.map { exp(-0.5 * $0 / median) }
    }

    private static func centered(_ kernel: [Double], _ count: Int) -> [Double] {
        let means = (0..<count).map { row in kernel[row * count..<(row + 1) * count].reduce(0, +) / Double(count) }
        let grand = means.reduce(0, +) / Double(count)
        return kernel.indices.map { kernel[$0] - means[$0 / count] - means[$0 % count] + grand }
    }

    private static func centeredWithoutDiagonal(_ kernel: [Double], _ count: Int) -> [Double] {
        var kernel = kernel
        for i in 0..<count { kernel[i * count + i] = 0 }
        var means = (0..<count).map { row in kernel[row * count..<(row + 1) * count].reduce(0, +) / Double(count - 2) }
        let pull = means.reduce(0, +) / Double(2 * (count - 1))
        means = means.map { $0 - pull }
        return kernel.indices.map { $0 / count == $0 % count ? 0 : kernel[$0] - means[$0 / count] - means[$0 % count] }
    }

    private static func centeredColumns(_ features: [Float], _ count: Int) -> [Double] {
        let width = features.count / count
        var result = features.map(Double.init)
        for column in 0..<width {
            let mean = (0..<count).reduce(0.0) { $0 + result[$1 * width + column] } / Double(count)
            for row in 0..<count { result[row * width + column] -= mean }
        }
        return result
    }
}
