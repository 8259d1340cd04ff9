import Kernels

/// A triangle of height α and half width 1/α.
public struct QuadraticGate: SurrogateGradient {
    public let name = "quadratic-gate"
    public let referenceName = "QGateGrad"
    public let sharpness: Float

    public init(sharpness: Float = 2) { self.sharpness = sharpness }

    public func derivative(_ x: Float) -> Float {
        let distance = abs(x)
        return distance <= 1 / sharpness ? sharpness - sharpness * sharpness * distance : 0
    }

    public var kernelShape: surrogate_shape? {
        .triangle(height: sharpness, slope: sharpness * sharpness, width: 1 / sharpness)
    }

    public func primitive(_ x: Float) -> Float {
        let clamped = min(max(x, -1 / sharpness), 1 / sharpness)
        return 0.5 + sharpness * clamped - sharpness * sharpness * clamped * abs(clamped) / 2
    }
}
