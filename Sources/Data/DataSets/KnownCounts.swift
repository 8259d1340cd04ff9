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

/// How large a data set was published, by its own parts or the reference's rule: to plan a run before the files are there.
public struct PublishedSize: Sendable, Hashable {
    public var classCount: Int
    public var training: Int
    public var test: Int

    public init(classCount: Int, training: Int, test: Int) {
        (self.classCount, self.training, self.test) = (classCount, training, test)
    }
}

extension KnownCounts {
    /// By their parts; where there are none, the first 90 % of each class are for training.
    var size: PublishedSize {
        let training = lines.reduce(0) { sum, line in
            switch line.part {
            case .training: sum + line.count
            case nil: sum + ClassFolders.trainingCount(of: line.count)
            default: sum
            }
        }
        return PublishedSize(
            classCount: Set(lines.map(\.className)).count, training: training,
            test: lines.reduce(0) { $0 + $1.count } - training)
    }
}
