import Configuration

public struct ConstantSchedule: LearningRateSchedule {
    public let name = "constant"
    public let summary = "constant at the peak"

    public init() {}

    public func learningRate(epoch: Int, epochs: Int, peak: Double, settings: RunConfiguration) -> Double { peak }
}
