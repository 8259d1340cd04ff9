/// 1 − linear CKA without the bias of small batches (Székely and Rizzo 2014, as in Kornblith et al. 2019). The similarity
/// may be below zero, and the distance then above 1.
public struct DebiasedCKAMeasure: AlignmentMeasure {
    public init() {}

    public var name: String { "debiased-cka" }
    public var summary: String { "1 − linear CKA without the bias of small batches, for batches of 4 and more" }

    public func makeEvaluator(timeStepCount: Int, batchSize: Int, width: Int) -> any AlignmentEvaluator {
        KernelAlignment(
            .linear, .withoutDiagonal, timeStepCount: timeStepCount, batchSize: batchSize, width: width)
    }
}
