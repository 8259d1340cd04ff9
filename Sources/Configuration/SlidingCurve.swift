import Foundation

/// The probability with which a static input is replaced by event data, over the progress of a run (0…1).
public struct SlidingCurve: Sendable, Hashable {
    public struct Handle: Sendable, Hashable {
        public var progress: Double
        public var probability: Double

        public init(progress: Double, probability: Double) {
            (self.progress, self.probability) = (progress, probability)
        }
    }

    /// Handles in order of progress; empty: the power law.
    public private(set) var handles: [Handle]
    public var exponent: Double
    /// Progress at which the power law reaches 1.
    public var end: Double

    public init(exponent: Double, end: Double, handles: [Handle] = []) {
        (self.exponent, self.end, self.handles) = (exponent, end, handles)
    }

    /// min(1, (progress / end)^exponent), or linear between the handles.
    public func probability(at progress: Double) -> Double {
        guard let first = handles.first, let last = handles.last else {
            return min(1, pow(progress / end, exponent))
        }
        if progress <= first.progress { return first.probability }
        if progress >= last.progress { return last.probability }
        let upper = handles.firstIndex { $0.progress > progress }!
        let (left, right) = (handles[upper - 1], handles[upper])
        let share = (progress - left.progress) / (right.progress - left.progress)
        return left.probability + share * (right.probability - left.probability)
    }

    /// Reads `0:0, 0.5:0.2, 1:1`: progress strictly rising, probability never falling, both within 0…1, at least two.
    ///
    /// `nil` if the text is anything else; empty text gives no handles.
    public static func handles(fromText text: String) -> [Handle]? {
        guard !text.allSatisfy(\.isWhitespace) else { return [] }
        var handles: [Handle] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let numbers = part.split(separator: ":", omittingEmptySubsequences: false).map {
                Double($0.trimmingCharacters(in: .whitespaces))
            }
            guard numbers.count == 2, let progress = numbers[0], let probability = numbers[1],
                (0...1).contains(progress), (0...1).contains(probability)
            else { return nil }
            if let last = handles.last, progress <= last.progress || probability < last.probability { return nil }
            handles.append(Handle(progress: progress, probability: probability))
        }
        return handles.count >= 2 ? handles : nil
    }

    /// The text that `handles(fromText:)` reads.
    public static func text(of handles: [Handle]) -> String {
        handles.map { "\(KnobValue.number($0.progress)):\(KnobValue.number($0.probability))" }.joined(separator: ", ")
    }
}
