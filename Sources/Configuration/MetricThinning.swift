extension [MetricPoint] {
    /// Fewer points of one curve, such that no spike disappears: the least and the greatest of each stretch, in their
    /// order, and the first and the last point. A stretch without a finite value keeps its first.
    ///
    /// - Parameter limit: how many come back at most, 4 or more; a curve that is short enough comes back as it is.
    public func thinned(to limit: Int) -> [MetricPoint] {
        precondition(limit >= 4, "both ends and the two extremes of one stretch")
        guard count > limit else { return self }
        let inner = indices.dropFirst().dropLast()
        let stretches = (limit - 2) / 2
        let length = (inner.count + stretches - 1) / stretches
        var result = [self[0]]
        for start in stride(from: inner.lowerBound, to: inner.upperBound, by: length) {
            let finite = (start..<Swift.min(start + length, inner.upperBound)).filter { self[$0].value.isFinite }
            let least = finite.min { self[$0].value < self[$1].value } ?? start
            let greatest = finite.max { self[$0].value < self[$1].value } ?? start
            result.append(self[Swift.min(least, greatest)])
            if least != greatest { result.append(self[Swift.max(least, greatest)]) }
        }
        result.append(self[count - 1])
        return result
    }
}
