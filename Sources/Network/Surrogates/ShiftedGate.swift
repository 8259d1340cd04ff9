import Kernels

/// 1 within a half of threshold + 1/2, where this neuron fires.
public struct ShiftedGate: SurrogateGradient {
    public let name = "act-fun"
    public let referenceName = "ActFunGrad"

    public init() {}

    public var firing: FiringRule { FiringRule(offset: 0.5) }

    public func derivative(_ x: Float) -> Float { abs(x - 0.5) < 0.5 ? 1 : 0 }

    public var kernelShape: surrogate_shape? { .window(center: 0.5, width: 0.5) }

    public func primitive(_ x: Float) -> Float { min(max(x, 0), 1) }
}
