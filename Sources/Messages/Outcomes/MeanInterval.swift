import Foundation

/// A mean with its 95 % confidence interval by Student's t: mean ± t · s / √n, where s is the standard deviation with
/// n − 1 in the denominator and t the quantile of `StudentT` for n − 1 degrees of freedom.
///
/// It takes the values as independent draws of one normal distribution, as results of runs are that differ in nothing but
/// their seed.
public struct MeanInterval: Sendable, Hashable {
    /// How many values.
    public var count: Int
    public var mean: Double
    /// Half the interval's width, in the unit of the values; `nil` of a single value, which says nothing of how far others
    /// lie from it.
    public var halfWidth: Double?

    public var low: Double? { halfWidth.map { mean - $0 } }
    public var high: Double? { halfWidth.map { mean + $0 } }

    /// `nil` where there is no value that is a number; others are left out.
    public init?(_ values: [Double]) {
        let values = values.filter(\.isFinite)
        guard !values.isEmpty else { return nil }
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        (self.count, self.mean) = (values.count, mean)
        guard values.count > 1 else { return }
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        halfWidth = StudentT.twoSided95(degreesOfFreedom: values.count - 1) * (variance / count).squareRoot()
    }
}

extension MeanInterval: Encodable {
    private enum Key: String, CodingKey { case count, mean, low, high }

    /// Every key, with null where there is nothing: scripts look for them.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(count, forKey: .count)
        try values.encode(mean, forKey: .mean)
        try values.encode(low, forKey: .low)
        try values.encode(high, forKey: .high)
    }
}

/// Student's t distribution with whole degrees of freedom.
public enum StudentT {
    /// The t with |T| ≤ t in 95 of 100 cases: 12.706 for 1 degree of freedom, 2.776 for 4, 1.960 for very many.
    ///
    /// - Parameter degreesOfFreedom: 1 or more.
    public static func twoSided95(degreesOfFreedom: Int) -> Double {
        var (low, high) = (0.0, 16.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if shareWithin(middle, degreesOfFreedom: degreesOfFreedom) < 0.95 { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The probability of |T| ≤ t: the finite series of Abramowitz and Stegun, 26.7.3 and 26.7.4.
    ///
    /// - Parameters:
    ///   - t: 0 or more.
    ///   - degreesOfFreedom: 1 or more.
    public static func shareWithin(_ t: Double, degreesOfFreedom: Int) -> Double {
        let freedom = max(1, degreesOfFreedom)
        let angle = atan(t / Double(freedom).squareRoot())
        let (sine, cosine) = (sin(angle), cos(angle))
        let isOdd = freedom % 2 == 1
        // Odd: cos θ + 2/3 cos³ θ + …; even: 1 + 1/2 cos² θ + …; each term follows from the one before.
        var term = isOdd ? cosine : 1
        var sum = 0.0
        var power = isOdd ? 1 : 0
        while power <= freedom - 2 {
            sum += term
            term *= cosine * cosine * Double(power + 1) / Double(power + 2)
            power += 2
        }
        return isOdd ? 2 / Double.pi * (angle + sine * sum) : sine * sum
    }
}
