import Kernels

/// 1 within a half of the threshold.
public struct HalfGate: SurrogateGradient {
    public let name = "back-ei-gate"
    public let referenceName = "BackEIGateGrad"

    public init() {}

    public func derivative(_ x: Float) -> Float { abs(x) < 0.5 ? 1 : 0 }

    public var kernelShape: surrogate_shape? { .window(width: 0.5) }

    public func primitive(_ x: Float) -> Float { min(max(x, -0.5), 0.5) + 0.5 }
}
