import Foundation
import Tensors

/// Takes a random region of space and time from another recording (EventMix; Shen et al. 2023): where a mixture of three
/// Gaussians over (t, y, x), drawn once, is largest, until the partner has its share of the volume. The label is shared as
/// the events of both are (noise below zero counts as none).
public struct EventMix: MixingAugmentation {
    public init() {}

    public var name: String { "eventmix" }
    public var summary: String { "a random region in space and time of another recording" }

    private static let componentCount = 3
    /// Of the histogram that finds the threshold.
    private static let binCount = 1024

    /// exp(−d²/2σ²) along each axis: a Gaussian is their product.
    private struct Component {
        let times: [Float]
        let rows: [Float]
        let columns: [Float]

        init(_ frames: FramesInPlace, using random: inout RandomSource) {
            func axis(_ count: Int) -> [Float] {
                let (center, spread) = (random.uniform(), 0.1 + 0.3 * random.uniform())
                return (0..<count).map { position in
                    let distance = ((Double(position) + 0.5) / Double(count) - center) / spread
                    return Float(exp(-distance * distance / 2))
                }
            }
            times = axis(frames.timeStepCount)
            rows = axis(frames.height)
            columns = axis(frames.width)
        }
    }

    public func mix(
        _ own: FramesInPlace, with partner: FramesInPlace, share: Double, using random: inout RandomSource
    ) -> Double {
        let components = (0..<Self.componentCount).map { _ in Component(own, using: &random) }
        func forEachPlace(_ visit: (_ timeStep: Int, _ pixel: Int, _ density: Float) -> Void) {
            for timeStep in 0..<own.timeStepCount {
                for row in 0..<own.height {
                    let weights = components.map { $0.times[timeStep] * $0.rows[row] }
                    for column in 0..<own.width {
                        var density: Float = 0
                        for index in 0..<Self.componentCount {
                            density += weights[index] * components[index].columns[column]
                        }
                        visit(timeStep, row * own.width + column, density)
                    }
                }
            }
        }
        // Densities are below the number of components: a histogram finds the one that leaves the share.
        var histogram = [Int](repeating: 0, count: Self.binCount)
        func bin(_ density: Float) -> Int {
            min(Self.binCount - 1, Int(density * Float(Self.binCount) / Float(Self.componentCount)))
        }
        forEachPlace { _, _, density in histogram[bin(density)] += 1 }
        let wanted = Int((1 - share) * Double(own.timeStepCount * own.height * own.width))
        var (threshold, taken) = (Self.binCount, 0)
        while threshold > 0, taken + histogram[threshold - 1] <= wanted {
            threshold -= 1
            taken += histogram[threshold]
        }
        var (kept, added) = (0.0, 0.0)
        forEachPlace { timeStep, pixel, density in
            let (target, other) = (own.plane(timeStep), partner.plane(timeStep))
            for cell in 2 * pixel...2 * pixel + 1 {
                if bin(density) >= threshold {
                    target[cell] = other[cell]
                    added += Double(max(other[cell], 0))
                } else {
                    kept += Double(max(target[cell], 0))
                }
            }
        }
        return kept + added > 0 ? kept / (kept + added) : share
    }
}
