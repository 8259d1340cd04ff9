import Kernels

/// The spike itself.
public struct SpikeItself: SurrogateGradient {
    public let name = "stdp"
    public let referenceName = "STDPGrad"

    public init() {}

    public func derivative(_ x: Float) -> Float { x > 0 ? 1 : 0 }

    public var kernelShape: surrogate_shape? { .step(height: 1) }

    public func primitive(_ x: Float) -> Float { max(x, 0) }
}
