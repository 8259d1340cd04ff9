import Kernels

/// How alike the two streams fire in a layer, by time step: linear CKA of their spikes (Kornblith et al. 2019, biased
/// estimator), 0…1, as `LinearCKA` computes it of the domain feature. To look at; no loss sees it.
///
/// Spikes are bits, so the kernel of two samples is the number of spikes that they have in common, and centering is done
/// on the kernel: CKA = ⟨HKxH, HKyH⟩ / (‖HKxH‖ ‖HKyH‖ + 1e-7), H = I − 1/B.
public struct StreamSimilarity: Sendable, Hashable {
    public let layer: String
    /// One value a time step; 0 where one of the streams does not vary over the batch.
    public let linearCKA: [Double]

    init(layer: String, spikes: Activation) {
        self.layer = layer
        let steps = spikes.shape.timeStepCount
        linearCKA = (0..<steps).map { step in
            let x = Self.centeredKernel(of: spikes, group: step)
            let y = Self.centeredKernel(of: spikes, group: steps + step)
            func inner(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
            return inner(x, y) / (inner(x, x).squareRoot() * inner(y, y).squareRoot() + 1e-7)
        }
    }

    private static func centeredKernel(of spikes: Activation, group: Int) -> [Double] {
        let count = spikes.shape.batchSize
        var common = [UInt32](repeating: 0, count: count * count)
        withPointers(count) { sample in
            UnsafePointer(spikes.image(group: group, sample: sample).assumingMemoryBound(to: UInt8.self))
        } body: { images in
            spike_kernel(images, Int32(count), spikes.imageBytes, &common)
        }
        let means = (0..<count).map { row in
            common[row * count..<(row + 1) * count].reduce(0.0) { $0 + Double($1) } / Double(count)
        }
        let mean = means.reduce(0, +) / Double(max(1, count))
        return common.indices.map { Double(common[$0]) - means[$0 / count] - means[$0 % count] + mean }
    }
}

extension NetworkTrace {
    /// Of every neuron layer, after a pass of two streams that keeps spikes; empty with a single stream.
    public func streamSimilarities() -> [StreamSimilarity] {
        guard streamCount == 2, batchSize > 1 else { return [] }
        return spikes.filter { $0.spikes.storage == .spikes }.map {
            StreamSimilarity(layer: $0.name, spikes: $0.spikes)
        }
    }
}
