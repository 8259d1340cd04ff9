import Foundation

/// McNemar's test: whether of two classifiers that saw the same recordings one is right more often. Only recordings count
/// on which one is right and the other wrong.
public struct McNemar: Sendable, Hashable {
    /// Recordings that the first alone takes for what they are.
    public var firstOnly: Int
    /// Recordings that the second alone takes for what they are.
    public var secondOnly: Int

    public init(firstOnly: Int, secondOnly: Int) { (self.firstOnly, self.secondOnly) = (firstOnly, secondOnly) }

    /// The exact two-sided p: twice the tail of a binomial distribution with p = ½ over the recordings that count, at most
    /// 1; 1 where none counts.
    public var p: Double {
        let count = firstOnly + secondOnly
        guard count > 0 else { return 1 }
        // Σ C(n, k) / 2ⁿ for k up to the smaller number, by logarithms: 2ⁿ is no number for many recordings.
        var logTerm = -Double(count) * log(2)
        var tail = exp(logTerm)
        for k in stride(from: 1, through: min(firstOnly, secondOnly), by: 1) {
            logTerm += log(Double(count - k + 1) / Double(k))
            tail += exp(logTerm)
        }
        return min(1, 2 * tail)
    }

    /// One p of several that belong together and depend on each other, as those of the same recordings with several seeds
    /// do: twice the median, which holds its level under any dependence (Rüschendorf 1982; Meinshausen, Meier and Bühlmann
    /// 2009). `nil` of none.
    public static func combined(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        let median = sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
        return sorted.count == 1 ? median : min(1, 2 * median)
    }
}
