import Configuration
import FileFormats
import Foundation
import Network
import Tensors

public struct AdamWKind: OptimizerKind {
    public let name = "adamw"
    public let summary = "Adam with decoupled weight decay"

    public init() {}

    public func make(_ parameters: [Parameter]) -> any Optimizer { AdamW(parameters: parameters) }
}

/// Adam with decoupled weight decay (Loshchilov and Hutter 2019): β = (0.9, 0.999), ε = 1e-8, decay on parameters of two
/// and more dimensions only, as the reference's groups have it.
public final class AdamW: Optimizer {
    public static let betas = (first: 0.9, second: 0.999)
    public static let epsilon = 1e-8

    struct Moments {
        let parameter: Parameter
        let first: Tensor
        let second: Tensor
        /// Updates made so far: a parameter that is left alone for a while has fewer.
        var updates = 0
    }

    var moments: [Moments]

    public init(parameters: [Parameter]) {
        moments = parameters.map {
            Moments(parameter: $0, first: Tensor($0.value.shape), second: Tensor($0.value.shape))
        }
    }

    public var byteCount: Int {
        moments.reduce(0) { $0 + ($1.first.count + $1.second.count) * MemoryLayout<Float>.stride }
    }

    public func update(_ step: OptimizerUpdate, isSkipped: (Parameter) -> Bool = { _ in false }) {
        let (learningRate, weightDecay) = (step.learningRate, step.weightDecay)
        let gradientScale = step.gradientScale
        for index in moments.indices where !isSkipped(moments[index].parameter) {
            moments[index].updates += 1
            let entry = moments[index]
            let updates = Double(entry.updates)
            var step = adamw_step(
                learningRate: Float(learningRate),
                decay: Float(entry.parameter.isDecayed ? 1 - learningRate * weightDecay : 1),
                firstWeight: Float(1 - Self.betas.first), secondDecay: Float(Self.betas.second),
                secondWeight: Float(1 - Self.betas.second),
                firstCorrection: Float(1 - pow(Self.betas.first, updates)),
                secondCorrection: Float((1 - pow(Self.betas.second, updates)).squareRoot()),
                epsilon: Float(Self.epsilon), gradientScale: Float(gradientScale))
            let (value, gradient) = (entry.parameter.value, entry.parameter.gradient)
            withUnsafePointer(to: &step) { step in
                // Safe: read only while the threads run, and this call waits for them.
                nonisolated(unsafe) let step = step
                WorkerPool.shared.run(over: value.count, least: 1 << 16) { range in
                    adamw_update(
                        value.pointer + range.lowerBound, gradient.pointer + range.lowerBound,
                        entry.first.pointer + range.lowerBound, entry.second.pointer + range.lowerBound, range.count,
                        step)
                }
            }
        }
    }

    // MARK: Checkpoints

    public func stateEntries() -> [SafetensorsWriter.Entry] {
        moments.flatMap { entry -> [SafetensorsWriter.Entry] in
            let (name, shape) = (entry.parameter.name, entry.parameter.referenceShape.sizes)
            return [
                ("first.\(name)", shape, .float32(entry.parameter.referenceOrder(of: entry.first))),
                ("second.\(name)", shape, .float32(entry.parameter.referenceOrder(of: entry.second))),
                ("updates.\(name)", [], .int64([Int64(entry.updates)])),
            ]
        }
    }

    public func loadState(from file: SafetensorsFile) throws {
        for index in moments.indices {
            let entry = moments[index]
            try entry.parameter.loadState("first", from: file, into: entry.first)
            try entry.parameter.loadState("second", from: file, into: entry.second)
            moments[index].updates = try file.integers("updates.\(entry.parameter.name)").first ?? 0
        }
    }
}
