import Configuration
import Foundation
import Network

/// A surrogate gradient with a parameter of its own: a bell of this width.
struct SoftGate: SurrogateGradient {
    static let width = Setting.number(
        "network.bell_width", "bell width", "Width of the soft gate.", 0.1...10, step: 0.1, default: 1, live: false)

    let name = "soft-gate"
    let referenceName = "SoftGateGrad"
    var width: Float = 1
    var knobs: [Knob] { [Self.width.knob] }

    func with(_ settings: RunConfiguration) -> any SurrogateGradient {
        var gate = self
        gate.width = Float(settings[Self.width])
        return gate
    }

    func derivative(_ x: Float) -> Float { exp(-x * x / (width * width)) }
    func primitive(_ x: Float) -> Float { width * Float.pi.squareRoot() / 2 * (1 + erf(x / width)) }
}
