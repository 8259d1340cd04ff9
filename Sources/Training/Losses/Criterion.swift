import Foundation
import Tensors

/// What is taken of one row of outputs and its class, or its two classes where recordings were mixed.
public enum Criterion: Sendable, Hashable {
    /// (1 − smoothing) · negative log-likelihood + smoothing · mean of −log p over the classes.
    case crossEntropy(labelSmoothing: Double)
    /// Mean squared distance to the one-hot class.
    case meanSquaredError
    /// 0.1 · cross entropy + mean squared error.
    case mix
    /// (1 − share) · cross entropy + share · mean squared error, as temporal regularization training has it.
    case blend(labelSmoothing: Double, squaredErrorShare: Double)

    /// Mean over rows; adds `weight` times its gradient.
    ///
    /// - Parameters:
    ///   - logits: [rows, classes]
    ///   - labels: class of each row.
    ///   - mix: the label is shared with a second class; `nil`: with none.
    ///   - gradient: [rows, classes], added to; `nil` where only the value is wanted.
    public func value(
        _ logits: UnsafePointer<Float>, labels: [Int], mix: LabelMix? = nil, classCount: Int, weight: Double,
        gradient: UnsafeMutablePointer<Float>?
    ) -> Double {
        var sum = 0.0
        let scale = weight / Double(max(labels.count, 1))
        for (row, own) in labels.enumerated() {
            let label = mix?.label(row, own: own) ?? SharedLabel(own)
            let outputs = logits + row * classCount
            let target = gradient.map { $0 + row * classCount }
            switch self {
            case .crossEntropy(let smoothing):
                sum += Self.crossEntropy(outputs, label, classCount, smoothing, scale, target)
            case .meanSquaredError:
                sum += Self.squaredError(outputs, label, classCount, scale, target)
            case .mix:
                sum += 0.1 * Self.crossEntropy(outputs, label, classCount, 0, 0.1 * scale, target)
                sum += Self.squaredError(outputs, label, classCount, scale, target)
            case .blend(let smoothing, let share):
                sum +=
                    (1 - share) * Self.crossEntropy(outputs, label, classCount, smoothing, (1 - share) * scale, target)
                sum += share * Self.squaredError(outputs, label, classCount, share * scale, target)
            }
        }
        return sum / Double(max(labels.count, 1))
    }

    private static func crossEntropy(
        _ outputs: UnsafePointer<Float>, _ label: SharedLabel, _ classCount: Int, _ smoothing: Double, _ scale: Double,
        _ gradient: UnsafeMutablePointer<Float>?
    ) -> Double {
        var largest = -Double.infinity
        for k in 0..<classCount { largest = max(largest, Double(outputs[k])) }
        var (exponentials, total) = (0.0, 0.0)
        for k in 0..<classCount {
            exponentials += exp(Double(outputs[k]) - largest)
            total += Double(outputs[k])
        }
        let normalizer = largest + log(exponentials)
        let uniform = smoothing / Double(classCount)
        if let gradient {
            for k in 0..<classCount {
                let probability = exp(Double(outputs[k]) - normalizer)
                let target = uniform + (1 - smoothing) * label.share(of: k)
                gradient[k] += Float(scale * (probability - target))
            }
        }
        let negativeLogLikelihood = normalizer - label.mean(of: outputs)
        return (1 - smoothing) * negativeLogLikelihood + smoothing * (normalizer - total / Double(classCount))
    }

    private static func squaredError(
        _ outputs: UnsafePointer<Float>, _ label: SharedLabel, _ classCount: Int, _ scale: Double,
        _ gradient: UnsafeMutablePointer<Float>?
    ) -> Double {
        var sum = 0.0
        for k in 0..<classCount {
            let distance = Double(outputs[k]) - label.share(of: k)
            sum += distance * distance
            gradient?[k] += Float(scale * 2 * distance / Double(classCount))
        }
        return sum / Double(classCount)
    }
}
