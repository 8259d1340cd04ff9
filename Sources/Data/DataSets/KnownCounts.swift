/// How many recordings of each class a data set was published with, so that a copy can be told to be whole.
public struct KnownCounts: Sendable, Hashable {
    public struct Line: Sendable, Hashable {
        public var className: String
        /// `nil`: all parts together.
        public var part: PublishedPart?
        public var count: Int
    }

    public var lines: [Line]

    /// The same number of every class.
    init(_ classNames: [String], each count: Int, part: PublishedPart? = nil) {
        lines = classNames.map { Line(className: $0, part: part, count: count) }
    }

    init(_ classNames: [String], _ counts: [Int], part: PublishedPart? = nil) {
        lines = zip(classNames, counts).map { Line(className: $0, part: part, count: $1) }
    }

    static func + (left: KnownCounts, right: KnownCounts) -> KnownCounts {
        var sum = left
        sum.lines += right.lines
        return sum
    }
}
