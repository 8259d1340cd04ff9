import Tensors

/// 1 − CKA of two sets of features by any kernel, at each time step:
///
///     CKA = ⟨Cx, Cy⟩ / (‖Cx‖ ‖Cy‖ + 1e-7),   Cx the centered kernel of x
///
/// Both ways of centering are projections, so that the gradient of a centered kernel is that of the kernel.
final class KernelAlignment: AlignmentEvaluator {
    enum Centering: Sendable {
        /// H K H, H = I − 1/B: the biased estimator.
        case whole
        /// Without the diagonal (Székely and Rizzo 2014): the estimator does not grow with the features' width. It needs
        /// four samples; with fewer all distances are 1 and have no slope.
        case withoutDiagonal

        var leastCount: Int { self == .whole ? 2 : 4 }
    }

    private let (timeSteps, batchSize, width): (Int, Int, Int)
    private let centering: Centering
    /// [2T], static stream first, as the feature.
    private let kernels: [SampleKernel]
    private var centered: [[Double]]
    private var norms: [Double]

    init(_ kind: SampleKernel.Kind, _ centering: Centering, timeStepCount: Int, batchSize: Int, width: Int) {
        (timeSteps, self.batchSize, self.width, self.centering) = (timeStepCount, batchSize, width, centering)
        kernels = (0..<2 * timeStepCount).map { _ in SampleKernel(kind, count: batchSize) }
        centered = kernels.map { _ in [] }
        norms = kernels.map { _ in 0 }
    }

    private var isDefined: Bool { batchSize >= centering.leastCount }

    func distances(_ feature: Tensor) -> [Double] {
        guard isDefined else { return [Double](repeating: 1, count: timeSteps) }
        let stepSize = batchSize * width
        WorkerPool.shared.run(blocks: kernels.count) { row in
            kernels[row].fill(feature.pointer + row * stepSize, width: width)
        }
        for (row, kernel) in kernels.enumerated() {
            centered[row] = centering.apply(kernel.values, kernel.count)
            norms[row] = centered[row].reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
        return (0..<timeSteps).map { 1 - inner($0) / denominator($0) }
    }

    func writeGradient(scales: [Double], of feature: Tensor, into gradient: Tensor) {
        let stepSize = batchSize * width
        WorkerPool.shared.run(blocks: kernels.count) { row in
            let (t, other) = (row % timeSteps, (row + timeSteps) % kernels.count)
            let target = gradient.pointer + row * stepSize
            guard isDefined, norms[row] > 0, norms[other] > 0 else {
                target.update(repeating: 0, count: stepSize)
                return
            }
            let denominator = denominator(t)
            let pull = inner(t) * norms[other] / (norms[row] * denominator * denominator)
            kernels[row].writeGradient(of: feature.pointer + row * stepSize, width: width, into: target) { place in
                scales[t] * (pull * centered[row][place] - centered[other][place] / denominator)
            }
        }
    }

    private func inner(_ t: Int) -> Double {
        zip(centered[t], centered[t + timeSteps]).reduce(0) { $0 + $1.0 * $1.1 }
    }
    private func denominator(_ t: Int) -> Double { norms[t] * norms[t + timeSteps] + LinearCKA.epsilon }
}

extension KernelAlignment.Centering {
    fileprivate func apply(_ kernel: [Double], _ count: Int) -> [Double] {
        var kernel = kernel
        if self == .withoutDiagonal { for row in 0..<count { kernel[row * count + row] = 0 } }
        let (divisor, grandDivisor) =
            self == .whole ? (Double(count), Double(count)) : (Double(count - 2), Double(count - 1))
        let means = (0..<count).map { row in kernel[row * count..<(row + 1) * count].reduce(0, +) / divisor }
        let grand = means.reduce(0, +) / grandDivisor
        return kernel.indices.map { place in
            let (row, column) = (place / count, place % count)
            if self == .withoutDiagonal, row == column { return 0 }
            return kernel[place] - means[row] - means[column] + grand
        }
    }
}
