import Tensors

/// Puts a rectangle of one recording into another (CutMix; Yun et al. 2019): the same rectangle in all time steps.
public struct CutMix: MixingAugmentation {
    public init() {}

    public var name: String { "cutmix" }
    public var summary: String { "a rectangle of another recording, the same in all time steps" }

    public func mix(
        _ own: FramesInPlace, with partner: FramesInPlace, share: Double, using random: inout RandomSource
    ) -> Double {
        let side = (1 - share).squareRoot()
        let width = Int((side * Double(own.width)).rounded())
        let height = Int((side * Double(own.height)).rounded())
        let left = random.below(own.width - width + 1)
        let top = random.below(own.height - height + 1)
        for timeStep in 0..<own.timeStepCount {
            let (target, other) = (own.plane(timeStep), partner.plane(timeStep))
            for row in top..<top + height {
                let first = (row * own.width + left) * 2
                for index in first..<first + 2 * width { target[index] = other[index] }
            }
        }
        return 1 - Double(width * height) / Double(own.width * own.height)
    }
}
