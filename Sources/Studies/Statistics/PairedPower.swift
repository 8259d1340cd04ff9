import Foundation
import Messages

/// The paired t test over seeds, and how many seeds it takes.
public enum PairedTTest {
    /// The two-sided p that the mean of differences is 0; `nil` of fewer than two, or where all are equal.
    public static func p(_ differences: [Double]) -> Double? {
        guard let effect = effectSize(differences) else { return nil }
        let t = abs(effect) * Double(differences.count).squareRoot()
        return 1 - StudentT.shareWithin(t, degreesOfFreedom: differences.count - 1)
    }

    /// Mean over standard deviation, with n − 1 in the denominator (Cohen's d of pairs); `nil` of fewer than two, or where
    /// all are equal.
    public static func effectSize(_ differences: [Double]) -> Double? {
        guard differences.count > 1 else { return nil }
        let mean = differences.reduce(0, +) / Double(differences.count)
        let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        guard squares > 0 else { return nil }
        return mean / (squares / Double(differences.count - 1)).squareRoot()
    }

    /// The probability that a two-sided test at 5 % finds an effect of this size with so many pairs: the share of a
    /// noncentral t beyond the quantile.
    ///
    /// - Parameter pairs: 2 or more.
    public static func power(effectSize: Double, pairs: Int) -> Double {
        let freedom = pairs - 1
        let limit = StudentT.twoSided95(degreesOfFreedom: freedom)
        let shift = effectSize * Double(pairs).squareRoot()
        // T = (Z + shift) / W with W = χ / √ν: integrated over w by Simpson's rule, where χ has all but nothing of its
        // share within twelve standard deviations of √ν.
        let spread = 12 / (2 * Double(freedom)).squareRoot()
        let (low, high) = (max(0, 1 - spread), 1 + max(spread, 1))
        let intervals = 2000
        let width = (high - low) / Double(intervals)
        let half = Double(freedom) / 2
        let logScale = log(2) + half * log(half) - lgamma(half)
        var sum = 0.0
        for index in 0...intervals {
            let w = low + Double(index) * width
            // The density of W: 2 (ν/2)^(ν/2) / Γ(ν/2) · w^(ν−1) · e^(−ν w²/2).
            let isFlat = w == 0 && freedom == 1
            guard w > 0 || isFlat else { continue }
            let density = exp(logScale + (isFlat ? 0 : Double(freedom - 1) * log(w)) - half * w * w)
            let beyond = normal(shift - limit * w) + normal(-shift - limit * w)
            sum += density * beyond * (index == 0 || index == intervals ? 1 : index.isMultiple(of: 2) ? 2 : 4)
        }
        return min(1, max(0, sum * width / 3))
    }

    /// So many are looked for at most.
    public static let mostPairs = 10_000

    /// The fewest pairs with which a test at 5 % finds an effect of this size in 80 of 100 cases; `nil` if `mostPairs` do
    /// not suffice.
    public static func pairsNeeded(effectSize: Double) -> Int? {
        func suffices(_ pairs: Int) -> Bool { power(effectSize: effectSize, pairs: pairs) >= 0.8 }
        guard effectSize.isFinite, effectSize != 0, suffices(mostPairs) else { return nil }
        var (low, high) = (1, 2)
        while !suffices(high) { (low, high) = (high, min(mostPairs, high * 2)) }
        while high - low > 1 {
            let middle = (low + high) / 2
            if suffices(middle) { high = middle } else { low = middle }
        }
        return high
    }

    /// The standard normal distribution.
    private static func normal(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }
}
