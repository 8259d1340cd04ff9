import Kernels

/// 1 within a half of the threshold; spikes are −1, 0 or 1.
public struct SignedGate: SurrogateGradient {
    public let name = "ei"
    public let referenceName = "EIGrad"

    public init() {}

    public var firing: FiringRule { FiringRule(isSigned: true) }

    public func derivative(_ x: Float) -> Float { abs(x) < 0.5 ? 1 : 0 }

    public var kernelShape: surrogate_shape? { .window(width: 0.5) }

    public func primitive(_ x: Float) -> Float { min(max(x, -0.5), 0.5) }
}
