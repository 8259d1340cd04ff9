/// The points of one curve: raw, append-only, with a pyramid of summaries above, so that drawing costs as much as the
/// plot is wide and not as long as the run was.
struct Curve: Hashable, Sendable {
    private(set) var steps: [Int] = []
    private(set) var values: [Double] = []
    /// Level k sums up `fanOut`^(k+1) points an entry.
    private var levels: [[Summary]] = []

    private static let fanOut = 16

    /// What a stretch of the curve looks like: first, least, greatest and last finite value.
    struct Summary: Hashable, Sendable {
        var first: Double?
        var least = Double.infinity
        var greatest = -Double.infinity
        var last: Double?
        private var sum = 0.0
        private var count = 0
        /// Whether a value was not finite: the line breaks here.
        var hasGap = false

        var isEmpty: Bool { first == nil }
        var mean: Double? { count > 0 ? sum / Double(count) : nil }

        mutating func add(_ value: Double) {
            guard value.isFinite else {
                hasGap = true
                last = nil
                return
            }
            if first == nil { first = value }
            (least, greatest, last) = (min(least, value), max(greatest, value), value)
            (sum, count) = (sum + value, count + 1)
        }

        mutating func add(_ other: Summary) {
            hasGap = hasGap || other.hasGap
            guard other.first != nil else {
                if other.hasGap { last = nil }
                return
            }
            if first == nil { first = other.first }
            (sum, count) = (sum + other.sum, count + other.count)
            (least, greatest, last) = (min(least, other.least), max(greatest, other.greatest), other.last)
        }
    }

    var isEmpty: Bool { steps.isEmpty }
    var count: Int { steps.count }
    /// The last value that is a number.
    var lastFinite: Double? { values.last(where: \.isFinite) }

    /// Adds a point. A step that lies before the last one means that the run went back to a checkpoint: what came after
    /// that step is forgotten.
    mutating func append(step: Int, value: Double) {
        if let last = steps.last, step < last { truncate(from: step) }
        steps.append(step)
        values.append(value)
        var (span, level) = (Self.fanOut, 0)
        while count % span == 0 {
            if levels.count == level { levels.append([]) }
            levels[level].append(summary(indices: (count - span)..<count))
            span *= Self.fanOut
            level += 1
        }
    }

    private mutating func truncate(from step: Int) {
        let keep = index(of: step)
        let points = zip(steps[..<keep], values[..<keep])
        let rest = Array(points)
        self = Curve()
        for (step, value) in rest { append(step: step, value: value) }
    }

    /// Position of the first point at or after a step.
    func index(of step: Int) -> Int {
        var (low, high) = (0, steps.count)
        while low < high {
            let middle = (low + high) / 2
            if steps[middle] < step { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Positions of the points within these steps.
    func indices(of steps: ClosedRange<Int>) -> Range<Int> {
        let first = index(of: steps.lowerBound)
        return first..<max(first, index(of: steps.upperBound == Int.max ? Int.max : steps.upperBound + 1))
    }

    /// Change of the value a step over a stretch, by least squares; `nil` with fewer than three values in it. Of a long
    /// stretch some hundred points are taken.
    func slope(of steps: Range<Int>) -> Double? {
        guard !steps.isEmpty else { return nil }
        let indices = indices(of: steps.lowerBound...(steps.upperBound - 1))
        let points = Swift.stride(from: indices.lowerBound, to: indices.upperBound, by: max(1, indices.count / 256))
            .filter { values[$0].isFinite }.map { (x: Double(self.steps[$0]), y: values[$0]) }
        guard points.count >= 3 else { return nil }
        let count = Double(points.count)
        let (meanX, meanY) = (points.reduce(0) { $0 + $1.x } / count, points.reduce(0) { $0 + $1.y } / count)
        let spread = points.reduce(0) { $0 + ($1.x - meanX) * ($1.x - meanX) }
        guard spread > 0 else { return nil }
        return points.reduce(0) { $0 + ($1.x - meanX) * ($1.y - meanY) } / spread
    }

    /// Sums up a stretch through the pyramid.
    func summary(indices: Range<Int>) -> Summary {
        var result = Summary()
        var index = indices.lowerBound
        while index < indices.upperBound {
            var (span, level) = (1, -1)
            while level + 1 < levels.count, index % (span * Self.fanOut) == 0,
                index + span * Self.fanOut <= indices.upperBound, index / (span * Self.fanOut) < levels[level + 1].count
            {
                span *= Self.fanOut
                level += 1
            }
            if level < 0 { result.add(values[index]) } else { result.add(levels[level][index / span]) }
            index += span
        }
        return result
    }

    /// The last finite value at or before a step.
    func value(at step: Int) -> Double? {
        let end = index(of: step + 1)
        return values[..<end].last(where: \.isFinite)
    }
}
