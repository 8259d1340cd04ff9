import Tensors

/// A distance of the two streams' features at each time step, with its gradient. To add one: a file beside this and a line
/// in the catalogue.
public protocol AlignmentMeasure: Sendable {
    /// As it is written in presets.
    var name: String { get }
    /// One line for people.
    var summary: String { get }
    /// - Parameter width: features a sample.
    func makeEvaluator(timeStepCount: Int, batchSize: Int, width: Int) -> any AlignmentEvaluator
}

public protocol AlignmentEvaluator: AnyObject {
    /// D(t) of a feature [2T, B, width], static stream first; keeps what the gradient needs.
    func distances(_ feature: Tensor) -> [Double]
    /// Writes `scales[t]` · dD(t)/d(feature) for the features last seen.
    func writeGradient(scales: [Double], of feature: Tensor, into gradient: Tensor)
}

public enum AlignmentMeasureCatalogue {
    public static let all: [any AlignmentMeasure] = [
        LinearCKAMeasure(),
        MeanDifferenceMeasure(),
        DebiasedCKAMeasure(),
        RadialCKAMeasure(),
        RadialDiscrepancyMeasure(),
        SquaredErrorMeasure(),
    ]
}

/// 1 − |linear CKA| (He et al. 2024).
public struct LinearCKAMeasure: AlignmentMeasure {
    public init() {}

    public var name: String { "linear-cka" }
    public var summary: String { "1 − linear CKA, as in the paper" }

    public func makeEvaluator(timeStepCount: Int, batchSize: Int, width: Int) -> any AlignmentEvaluator {
        DomainAlignmentLoss(timeStepCount: timeStepCount, batchSize: batchSize, width: width)
    }
}
