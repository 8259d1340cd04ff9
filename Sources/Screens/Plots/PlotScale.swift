import Foundation
import Plotting

/// Maps values to heights between 0 and 1, linearly or by logarithm, and knows where ticks belong.
struct PlotScale: Hashable, Sendable {
    let low: Double
    let high: Double
    let isLogarithmic: Bool
    /// Logarithm of `low`, and by how much that of `high` is greater.
    private let logLow: Double
    private let logSpan: Double

    /// - Parameters:
    ///   - bounds: least and greatest value to be shown; equal bounds are widened.
    init(bounds: ClosedRange<Double>, isLogarithmic: Bool) {
        var (low, high) = (bounds.lowerBound, bounds.upperBound)
        if isLogarithmic {
            low = max(LogarithmicFloor.least(low, greatest: high), .leastNormalMagnitude)
            high = max(high, low * 1.0001)
            if high / low < 1.2 { (low, high) = (low / 1.5, high * 1.5) }
        } else if high - low < max(abs(high), 1e-9) * 1e-9 {
            let margin = max(abs(high) * 0.1, 1e-3)
            (low, high) = (low - margin, high + margin)
        }
        (self.low, self.high, self.isLogarithmic) = (low, high, isLogarithmic)
        (logLow, logSpan) = isLogarithmic ? (log(low), log(high) - log(low)) : (0, 1)
    }

    /// Height 0…1, unclipped; `nil` for what this scale cannot show.
    func share(_ value: Double) -> Double? {
        guard value.isFinite else { return nil }
        if isLogarithmic {
            guard value > 0 else { return nil }
            return (log(value) - logLow) / logSpan
        }
        return (value - low) / (high - low)
    }

    /// About so many round values within the bounds: 1, 2 or 5 times a power of ten. At least two, if need be closer
    /// together than was asked for.
    func ticks(about count: Int) -> [Double] {
        if isLogarithmic {
            let ticks = logarithmicTicks(count)
            if ticks.count >= 2 { return ticks }
        }
        return Self.atLeastTwo(low, high, count)
    }

    /// As `linearTicks`, with more of them where they would be fewer than two.
    static func atLeastTwo(_ low: Double, _ high: Double, _ count: Int) -> [Double] {
        for count in max(1, count)..<max(1, count) + 8 {
            let ticks = linearTicks(low, high, count)
            if ticks.count >= 2 { return ticks }
        }
        return [low, high]
    }

    /// The same scale with its ends moved outwards to round values; a logarithmic one stays.
    func rounded(ticks count: Int) -> PlotScale {
        let ticks = Self.linearTicks(low, high, count)
        guard !isLogarithmic, count > 0, ticks.count >= 2 else { return self }
        let step = ticks[1] - ticks[0]
        return PlotScale(
            bounds: (low / step + 1e-9).rounded(.down) * step...(high / step - 1e-9).rounded(.up) * step,
            isLogarithmic: false)
    }

    static func linearTicks(_ low: Double, _ high: Double, _ count: Int) -> [Double] {
        let rough = (high - low) / Double(max(1, count))
        guard rough > 1e-300, rough.isFinite else { return [] }
        let power = pow(10, floor(log10(rough)))
        let step = ([1, 2, 5, 10].first { Double($0) * power >= rough * 0.999 }).map { Double($0) * power } ?? rough
        var ticks: [Double] = []
        var index = (low / step - 1e-6).rounded(.up)
        while index * step <= high + step * 1e-6, ticks.count < 100 {
            // Zero has no sign on an axis.
            ticks.append(index == 0 ? 0 : index * step)
            index += 1
        }
        return ticks
    }

    private func logarithmicTicks(_ count: Int) -> [Double] {
        let exponents = Int(floor(log10(low)))...Int(ceil(log10(high)))
        for factors: [Double] in [[1, 2, 5], [1, 3], [1]] {
            var ticks: [Double] = []
            for exponent in exponents {
                let power = pow(10, Double(exponent))
                ticks += factors.map { $0 * power }.filter { $0 >= low * 0.999 && $0 <= high * 1.001 }
            }
            if ticks.count <= max(2, count + 1) { return ticks }
            guard factors.count == 1 else { continue }
            // Every second power of ten, or every third.
            let stride = (ticks.count + max(2, count + 1) - 1) / max(2, count + 1)
            return ticks.enumerated().filter { $0.offset % stride == 0 }.map(\.element)
        }
        return []
    }
}
