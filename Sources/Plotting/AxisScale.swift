import Foundation

/// Where a logarithmic axis ends below.
public enum LogarithmicFloor {
    /// A value next to nothing, such as a loss of two streams that have become the same, would press all others together:
    /// what is a smaller share of the greatest value than this leaves the frame instead.
    public static let share = 1e-5

    /// The least value shown of those above 0.
    public static func least(_ least: Double, greatest: Double) -> Double { max(least, greatest * share) }
}

/// Numbers to places along an axis, and where its ticks stand.
struct AxisScale {
    struct Tick: Equatable {
        var value: Double
        var label: String
    }

    let isLogarithmic: Bool
    /// Of what is shown; for a logarithmic axis above 0.
    let least: Double
    let greatest: Double

    /// - Parameter padding: share of the range that is added at both ends of a linear axis.
    init(_ axis: PlotPanel.Axis, values: some Sequence<Double>, padding: Double) {
        isLogarithmic = axis.isLogarithmic
        let shown = values.filter { $0.isFinite && (!axis.isLogarithmic || $0 > 0) }
        var (low, high) = (shown.min() ?? (axis.isLogarithmic ? 1 : 0), shown.max() ?? 1)
        if let range = axis.range, range.lowerBound < range.upperBound, !axis.isLogarithmic || range.lowerBound > 0 {
            (low, high) = (range.lowerBound, range.upperBound)
        } else if axis.isLogarithmic {
            low = LogarithmicFloor.least(low, greatest: high)
            if low == high { (low, high) = (low / 2, high * 2) }
        } else {
            if low == high { (low, high) = (low - max(abs(low) * 0.1, 0.5), high + max(abs(high) * 0.1, 0.5)) }
            (low, high) = (low - (high - low) * padding, high + (high - low) * padding)
        }
        (least, greatest) = (low, high)
    }

    /// 0 at the least, 1 at the greatest; `nil` where there is no place for it.
    func share(of value: Double) -> Double? {
        guard value.isFinite, !isLogarithmic || value > 0 else { return nil }
        return isLogarithmic
            ? (log(value) - log(least)) / (log(greatest) - log(least)) : (value - least) / (greatest - least)
    }

    /// At 1, 2 or 5 times a power of ten; about `count` of them.
    func ticks(count: Int) -> [Tick] {
        var values = isLogarithmic ? logarithmicTicks(count) : linearTicks(count)
        var isEven = !isLogarithmic
        if values.count < 2, isLogarithmic { (values, isEven) = (linearTicks(count), true) }
        let steps = zip(values, values.dropFirst()).map { $1 - $0 }
        let digits = !isEven ? nil : steps.min().map { max(0, Int(ceil(-log10($0) - 1e-9))) }
        return values.map { Tick(value: $0, label: Self.label($0, digits: digits)) }
    }

    private func linearTicks(_ count: Int) -> [Double] {
        let raw = (greatest - least) / Double(max(1, count))
        guard raw > 0, raw.isFinite else { return [] }
        let power = pow(10, floor(log10(raw)))
        let step = power * ([1, 2, 5, 10].first { power * $0 >= raw * 0.999 } ?? 10)
        let first = Int((least / step).rounded(.up)), last = Int((greatest / step).rounded(.down))
        guard first <= last, last - first < 1000 else { return [] }
        return (first...last).map { Double($0) * step }
    }

    private func logarithmicTicks(_ count: Int) -> [Double] {
        let (first, last) = (Int(floor(log10(least))), Int(ceil(log10(greatest))))
        guard last - first < 400 else { return [] }
        let factors: [Double] = last - first <= 2 ? [1, 2, 5] : [1]
        let (lower, upper) = (least * 0.9999, greatest * 1.0001)
        var all: [Double] = []
        for power in first...last {
            let unit: Double = pow(10, Double(power))
            for factor in factors where lower...upper ~= factor * unit { all.append(factor * unit) }
        }
        let stride = max(1, (all.count + count * 2 - 1) / max(1, count * 2))
        return all.enumerated().filter { $0.offset % stride == 0 }.map(\.element)
    }

    /// As short as it may be: `12000`, `0.25`, `1e-05`.
    static func label(_ value: Double, digits: Int?) -> String {
        if value == 0 { return "0" }
        if let digits, digits <= 6, abs(value) < 1e7 { return String(format: "%.\(digits)f", value) }
        return String(format: "%g", value)
    }
}
