/// One point of one curve.
public struct MetricPoint: Sendable, Hashable, Codable {
    public var series: MetricSeries
    public var optimizerStep: Int
    public var value: Double

    public init(series: MetricSeries, optimizerStep: Int, value: Double) {
        (self.series, self.optimizerStep, self.value) = (series, optimizerStep, value)
    }
}

/// The name of a curve. The well-known ones stand here with title and unit; others may be added by name.
public struct MetricSeries: RawRepresentable, Sendable, Hashable, Codable {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    public init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    public static let totalLoss = MetricSeries(rawValue: "loss.total")
    public static let imageLoss = MetricSeries(rawValue: "loss.image")
    public static let eventLoss = MetricSeries(rawValue: "loss.event")
    /// 1 − linear CKA, averaged over time steps, weighted as in training, before the coefficient.
    public static let domainLoss = MetricSeries(rawValue: "loss.domain")
    public static let validationLoss = MetricSeries(rawValue: "loss.validation")
    /// Accuracies are shares, 0…1.
    public static let imageAccuracy = MetricSeries(rawValue: "accuracy.image")
    public static let eventAccuracy = MetricSeries(rawValue: "accuracy.event")
    public static let validationAccuracy = MetricSeries(rawValue: "accuracy.validation")
    public static let testAccuracy = MetricSeries(rawValue: "accuracy.test")
    public static let replacementProbability = MetricSeries(rawValue: "sliding.probability")
    /// Mean linear CKA over the time steps.
    public static let linearCKA = MetricSeries(rawValue: "alignment.cka")
    public static let learningRate = MetricSeries(rawValue: "optimizer.learning_rate")
    public static let gradientNorm = MetricSeries(rawValue: "gradient.norm")
    /// Spikes per neuron and time step over the whole network, event stream.
    public static let spikeRate = MetricSeries(rawValue: "spikes.rate")
    /// Spikes of the whole network for one recording, all time steps together, measured wherever the network is tested:
    /// what a neuromorphic chip would have to send.
    public static let spikesPerInference = MetricSeries(rawValue: "spikes.inference")

    private static let timeConstantPrefix = "neuron.tau."
    private static let thresholdPrefix = "neuron.threshold."

    /// τ of a layer of parametric neurons, in time steps.
    public static func timeConstant(layer: String) -> MetricSeries {
        MetricSeries(rawValue: timeConstantPrefix + layer)
    }

    /// θ of a layer that trains it, in the units of the membrane potential.
    public static func threshold(layer: String) -> MetricSeries { MetricSeries(rawValue: thresholdPrefix + layer) }

    /// Whether it is something that neurons have learned: a curve for each layer.
    public var isOfNeurons: Bool {
        rawValue.hasPrefix(Self.timeConstantPrefix) || rawValue.hasPrefix(Self.thresholdPrefix)
    }

    public var title: String {
        switch self {
        case .totalLoss: "loss"
        case .imageLoss: "image loss"
        case .eventLoss: "event loss"
        case .domainLoss: "domain loss"
        case .validationLoss: "validation loss"
        case .imageAccuracy: "image accuracy"
        case .eventAccuracy: "event accuracy"
        case .validationAccuracy: "validation accuracy"
        case .testAccuracy: "test accuracy"
        case .replacementProbability: "replacement probability"
        case .linearCKA: "CKA"
        case .learningRate: "learning rate"
        case .gradientNorm: "gradient norm"
        case .spikeRate: "spike rate"
        case .spikesPerInference: "spikes per inference"
        case _ where rawValue.hasPrefix(Self.timeConstantPrefix):
            "τ " + rawValue.dropFirst(Self.timeConstantPrefix.count)
        case _ where rawValue.hasPrefix(Self.thresholdPrefix):
            "θ " + rawValue.dropFirst(Self.thresholdPrefix.count)
        default: rawValue
        }
    }

    /// `nil` where neither direction is better.
    public var higherIsBetter: Bool? {
        switch self {
        case .imageAccuracy, .eventAccuracy, .validationAccuracy, .testAccuracy, .linearCKA: true
        case .totalLoss, .imageLoss, .eventLoss, .domainLoss, .validationLoss: false
        default: nil
        }
    }
}
