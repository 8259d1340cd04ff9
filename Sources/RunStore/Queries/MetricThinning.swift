import Configuration
import Messages

/// Fewer points of one curve, such that no spike disappears.
enum MetricThinning {
    /// The least and the greatest of each stretch, in order, and the first and the last point; a stretch without a
    /// finite value keeps its first. Not more than `limit` points come back; a curve that is short enough comes back
    /// as it is.
    static func thinned(_ points: [MetricPoint], limit: Int) -> [MetricPoint] {
        guard points.count > limit, limit >= 4, let first = points.first, let last = points.last else { return points }
        let inner = points[1..<(points.count - 1)]
        let stretches = (limit - 2) / 2
        let length = (inner.count + stretches - 1) / stretches
        var result = [first]
        for start in stride(from: inner.startIndex, to: inner.endIndex, by: length) {
            let stretch = inner[start..<min(start + length, inner.endIndex)]
            let finite = stretch.filter { $0.value.isFinite }
            guard let least = finite.min(by: { $0.value < $1.value }),
                let greatest = finite.max(by: { $0.value < $1.value })
            else {
                result.append(stretch[stretch.startIndex])
                continue
            }
            if least.optimizerStep == greatest.optimizerStep {
                result.append(least)
            } else {
                result += least.optimizerStep < greatest.optimizerStep ? [least, greatest] : [greatest, least]
            }
        }
        return result + [last]
    }
}
