/// 1 − CKA of Gaussian kernels as wide as the batch's median distance (Kornblith et al. 2019). The gradient goes through the
/// median, too.
public struct RadialCKAMeasure: AlignmentMeasure {
    public init() {}

    public var name: String { "rbf-cka" }
    public var summary: String { "1 − CKA of Gaussian kernels as wide as the batch's median distance" }

    public func makeEvaluator(timeStepCount: Int, batchSize: Int, width: Int) -> any AlignmentEvaluator {
        KernelAlignment(.radial, .whole, timeStepCount: timeStepCount, batchSize: batchSize, width: width)
    }
}
