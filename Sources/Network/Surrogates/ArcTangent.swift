import Foundation
import Kernels

/// (α/2) / (1 + (παx/2)²).
public struct ArcTangent: SurrogateGradient {
    public let name = "atan"
    public let referenceName = "AtanGrad"
    public let sharpness: Float

    public init(sharpness: Float = 2) { self.sharpness = sharpness }

    public func derivative(_ x: Float) -> Float {
        let scaled = Float.pi * sharpness * x / 2
        return sharpness / 2 / (1 + scaled * scaled)
    }

    public var kernelShape: surrogate_shape? {
        .arcTangent(height: sharpness / 2, slope: Float.pi * sharpness / 2)
    }

    public func primitive(_ x: Float) -> Float { atan(Float.pi * sharpness * x / 2) / Float.pi + 0.5 }

    public func sharpnessDerivative(_ x: Float) -> Float {
        let scaled = Float.pi * sharpness * x / 2
        return x / 2 / (1 + scaled * scaled)
    }
}
