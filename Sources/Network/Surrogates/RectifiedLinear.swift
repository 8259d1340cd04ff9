import Kernels

/// α above the threshold, 0 below; fires at equality.
public struct RectifiedLinear: SurrogateGradient {
    public let name = "relu"
    public let referenceName = "ReLUGrad"
    public let sharpness: Float

    public init(sharpness: Float = 2) { self.sharpness = sharpness }

    public var firing: FiringRule { FiringRule(equalityFires: true) }

    public func derivative(_ x: Float) -> Float { x > 0 ? sharpness : 0 }

    public var kernelShape: surrogate_shape? { .step(height: sharpness) }

    public func primitive(_ x: Float) -> Float { sharpness * max(x, 0) }
}
