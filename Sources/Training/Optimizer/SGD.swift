import Configuration
import FileFormats
import Network
import Tensors

public struct SGDKind: OptimizerKind {
    public let name = "sgd"
    public let summary = "stochastic gradient descent with momentum; weight decay is added to the gradient"
    public var knobs: [Knob] { [SGD.momentum.knob, SGD.nesterov.knob] }

    public init() {}

    public func make(_ parameters: [Parameter]) -> any Optimizer { SGD(parameters: parameters) }
}

/// Stochastic gradient descent with momentum (Sutskever et al. 2013), in the form that PyTorch has given it: g = gradient +
/// decay · weight; b = momentum · b + g; weight −= rate · b, or rate · (g + momentum · b) with Nesterov's look ahead. Decay
/// on parameters of two and more dimensions only, as with `AdamW`.
public final class SGD: Optimizer {
    public static let momentum = Setting.number(
        "optimizer.momentum", "momentum",
        "Momentum of sgd: fraction of the last update that is added again; 0 turns it off.", 0...0.999,
        step: 0.05, default: 0.9)
    public static let nesterov = Setting.flag(
        "optimizer.nesterov", "Nesterov", "Use Nesterov momentum in sgd.",
        default: false, live: true)

    private let moves: [(parameter: Parameter, buffer: Tensor)]

    public init(parameters: [Parameter]) { moves = parameters.map { ($0, Tensor($0.value.shape)) } }

    public var byteCount: Int { moves.reduce(0) { $0 + $1.buffer.count * MemoryLayout<Float>.stride } }

    public func update(_ step: OptimizerUpdate, isSkipped: (Parameter) -> Bool = { _ in false }) {
        let (rate, momentum) = (Float(step.learningRate), Float(step.settings[Self.momentum]))
        let (scale, looksAhead) = (Float(step.gradientScale), step.settings[Self.nesterov])
        for (parameter, buffer) in moves where !isSkipped(parameter) {
            let decay = Float(parameter.isDecayed ? step.weightDecay : 0)
            let (weights, gradients, buffers) = (
                parameter.value.pointer, parameter.gradient.pointer, buffer.pointer
            )
            // Each weight by itself: no number depends on how many threads there are.
            WorkerPool.shared.run(over: buffer.count, least: 1 << 16) { range in
                for index in range {
                    let gradient = scale * gradients[index] + decay * weights[index]
                    let move = momentum * buffers[index] + gradient
                    buffers[index] = move
                    weights[index] -= rate * (looksAhead ? gradient + momentum * move : move)
                }
            }
        }
    }

    public func stateEntries() -> [SafetensorsWriter.Entry] {
        moves.map { parameter, buffer in
            (
                "momentum.\(parameter.name)", parameter.referenceShape.sizes,
                .float32(parameter.referenceOrder(of: buffer))
            )
        }
    }

    public func loadState(from file: SafetensorsFile) throws {
        for (parameter, buffer) in moves { try parameter.loadState("momentum", from: file, into: buffer) }
    }
}
