import Foundation
import Kernels

/// α σ(αx) (1 − σ(αx)); fires at equality.
public struct Sigmoid: SurrogateGradient {
    public let name = "sigmoid"
    public let referenceName = "SigmoidGrad"
    public let sharpness: Float

    public init(sharpness: Float = 2) { self.sharpness = sharpness }

    public var firing: FiringRule { FiringRule(equalityFires: true) }

    public func derivative(_ x: Float) -> Float {
        let value = primitive(x)
        return sharpness * value * (1 - value)
    }

    public var kernelShape: surrogate_shape? { .sigmoid(height: sharpness, slope: sharpness) }

    public func primitive(_ x: Float) -> Float { 1 / (1 + exp(-sharpness * x)) }
}
