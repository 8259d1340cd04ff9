import Kernels

/// 1 within 1/α of the threshold.
public struct Gate: SurrogateGradient {
    public let name = "gate"
    public let referenceName = "GateGrad"
    public let sharpness: Float

    public init(sharpness: Float = 2) { self.sharpness = sharpness }

    public func derivative(_ x: Float) -> Float { abs(x) < 1 / sharpness ? 1 : 0 }

    public var kernelShape: surrogate_shape? { .window(width: 1 / sharpness) }

    public func primitive(_ x: Float) -> Float { min(max(x, -1 / sharpness), 1 / sharpness) + 1 / sharpness }
}
