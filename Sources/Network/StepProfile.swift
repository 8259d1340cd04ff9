import Foundation

/// How long each part of a step takes, added up over steps.
public final class StepProfile {
    public enum Phase: String, Sendable, Hashable, CaseIterable {
        case forward
        case backward
        /// Parts of a convolution's backward pass.
        case weightGradient, inputGradient
        case heads
        case loss
        case optimizer
    }

    public struct Part: Sendable, Hashable {
        /// Place among the layers; −1 for what is no layer.
        public let layer: Int
        public let phase: Phase

        public init(layer: Int = -1, phase: Phase) { (self.layer, self.phase) = (layer, phase) }
    }

    public private(set) var seconds: [Part: Double] = [:]
    /// Told of each part that begins.
    public var onPart: ((Part) -> Void)?

    public init() {}

    public func reset() { seconds.removeAll(keepingCapacity: true) }

    public func measure<Result, Failure: Error>(
        _ part: Part, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        onPart?(part)
        let begin = DispatchTime.now().uptimeNanoseconds
        let result = try body()
        seconds[part, default: 0] += Double(DispatchTime.now().uptimeNanoseconds - begin) / 1e9
        return result
    }
}

extension Optional where Wrapped == StepProfile {
    /// Runs the body, and measures it where there is a profile.
    public func measure<Result, Failure: Error>(
        _ part: StepProfile.Part, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let self else { return try body() }
        return try self.measure(part, body)
    }
}
