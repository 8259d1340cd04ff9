import Configuration
import Kernels

/// Stands in for the derivative of the spike, which is zero almost everywhere.
///
/// x is the membrane potential before reset minus the threshold. To add one: a file beside this, a line in
/// `SurrogateCatalogue`.
public protocol SurrogateGradient: Sendable {
    /// As it is written in presets.
    var name: String { get }
    /// What can be set of it.
    var knobs: [Knob] { get }
    /// As a run's settings want it.
    func with(_ settings: RunConfiguration) -> any SurrogateGradient
    /// The reference's class.
    var referenceName: String { get }
    /// The reference's α: how narrow the derivative is.
    var sharpness: Float { get }
    var firing: FiringRule { get }

    /// The derivative at x.
    func derivative(_ x: Float) -> Float
    /// A function whose derivative is `derivative`: takes the spike's place in gradient checks.
    func primitive(_ x: Float) -> Float
    /// d(primitive)/d(sharpness) at x; zero where the reference does not train it.
    func sharpnessDerivative(_ x: Float) -> Float
    /// The derivative as the kernels know it; `nil` if they do not, and `derivatives` is asked.
    var kernelShape: surrogate_shape? { get }
    /// `derivative` of `count` potentials, which are not yet less the threshold.
    func derivatives(
        of potentials: UnsafePointer<Float>, threshold: Float, into result: UnsafeMutablePointer<Float>, count: Int)
}

/// When a neuron fires, and what a spike is.
public struct FiringRule: Sendable, Hashable {
    /// Fires where x is above this.
    public var offset: Float = 0
    /// Fires at equality, too.
    public var equalityFires = false
    /// The spike is the sign of x: −1, 0 or 1.
    public var isSigned = false
}

extension SurrogateGradient {
    public var knobs: [Knob] { [] }
    public func with(_ settings: RunConfiguration) -> any SurrogateGradient { self }
    public var sharpness: Float { 2 }
    public var firing: FiringRule { FiringRule() }
    public func sharpnessDerivative(_ x: Float) -> Float { 0 }
    public var kernelShape: surrogate_shape? { nil }

    public func derivatives(
        of potentials: UnsafePointer<Float>, threshold: Float, into result: UnsafeMutablePointer<Float>, count: Int
    ) {
        for index in 0..<count { result[index] = derivative(potentials[index] - threshold) }
    }
}

extension surrogate_shape {
    /// height − slope · |x| where |x| ≤ width.
    static func triangle(height: Float, slope: Float, width: Float) -> surrogate_shape {
        surrogate_shape(
            kind: Int32(SURROGATE_TRIANGLE.rawValue), center: 0, width: width, height: height, slope: slope)
    }

    /// height where |x − center| < width.
    static func window(center: Float = 0, width: Float, height: Float = 1) -> surrogate_shape {
        surrogate_shape(
            kind: Int32(SURROGATE_WINDOW.rawValue), center: center, width: width, height: height, slope: 0)
    }

    /// height / (1 + (slope · x)²).
    static func arcTangent(height: Float, slope: Float) -> surrogate_shape {
        surrogate_shape(
            kind: Int32(SURROGATE_ARCTANGENT.rawValue), center: 0, width: 0, height: height, slope: slope)
    }

    /// height where x > 0.
    static func step(height: Float) -> surrogate_shape {
        surrogate_shape(kind: Int32(SURROGATE_STEP.rawValue), center: 0, width: 0, height: height, slope: 0)
    }

    /// height · σ(slope · x) · (1 − σ(slope · x)).
    static func sigmoid(height: Float, slope: Float) -> surrogate_shape {
        surrogate_shape(kind: Int32(SURROGATE_SIGMOID.rawValue), center: 0, width: 0, height: height, slope: slope)
    }
}
