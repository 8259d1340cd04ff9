import Tensors

/// Adds two recordings, weighted (mixup; Zhang et al. 2018): one share for all time steps and pixels.
public struct MixUp: MixingAugmentation {
    public init() {}

    public var name: String { "mixup" }
    public var summary: String { "weighted sum of two recordings" }

    public func mix(
        _ own: FramesInPlace, with partner: FramesInPlace, share: Double, using random: inout RandomSource
    ) -> Double {
        let (near, far) = (Float(share), Float(1 - share))
        for timeStep in 0..<own.timeStepCount {
            let (target, other) = (own.plane(timeStep), partner.plane(timeStep))
            for index in target.indices { target[index] = near * target[index] + far * other[index] }
        }
        return share
    }
}
