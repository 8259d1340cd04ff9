import Network
import Tensors

/// Pulls the two streams' membrane potentials together at each time step (He et al. 2024):
///
///     mean over t of k(t) · D(t),   D(t) = 1 − |linear CKA of the static and the event feature at t|
public final class DomainAlignmentLoss {
    private let timeSteps: Int
    private let width: Int
    private let batchSize: Int
    /// One a time step: time steps are shared among the threads.
    private let alignments: [LinearCKA]

    /// - Parameter width: features a sample.
    public init(timeStepCount: Int, batchSize: Int, width: Int) {
        (timeSteps, self.batchSize, self.width) = (timeStepCount, batchSize, width)
        alignments = (0..<timeStepCount).map { _ in LinearCKA(batchSize: batchSize, widthX: width, widthY: width) }
    }

    /// Linear CKA at each time step of a feature [2T, B, …], static stream first.
    public func similarities(_ feature: Tensor) -> [Double] {
        var values = [Double](repeating: 0, count: timeSteps)
        let stepSize = batchSize * width
        values.withUnsafeMutableBufferPointer { values in
            let base = values.baseAddress!
            WorkerPool.shared.run(blocks: timeSteps) { t in
                base[t] = alignments[t].value(
                    feature.pointer + t * stepSize, feature.pointer + (timeSteps + t) * stepSize)
            }
        }
        return values
    }

    /// Writes `scales[t]` · dD(t)/d(feature) into `gradient`, for the features last seen.
    public func writeGradient(similarities: [Double], scales: [Double], into gradient: Tensor) {
        let stepSize = batchSize * width
        WorkerPool.shared.run(blocks: timeSteps) { t in
            let (image, event) = (gradient.pointer + t * stepSize, gradient.pointer + (timeSteps + t) * stepSize)
            image.update(repeating: 0, count: stepSize)
            event.update(repeating: 0, count: stepSize)
            // d|CKA| = sign(CKA) dCKA; nothing where the similarity is zero.
            let sign: Double = similarities[t] > 0 ? 1 : similarities[t] < 0 ? -1 : 0
            alignments[t].addGradient(scale: -sign * scales[t], x: image, y: event)
        }
    }
}
