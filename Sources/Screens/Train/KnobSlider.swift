import Configuration
import Foundation
import Messages

/// Where a number stands on its slider, and which number stands at a place.
enum KnobSlider {
    /// Cells between the two ends, where there is room.
    static let length = 8
    /// With fewer nothing could be told from it.
    static let leastLength = 4

    /// 0…1; `nil` for what has no slider.
    static func share(of value: KnobValue, _ knob: Knob) -> Double? {
        guard let number = value.asNumber else { return nil }
        switch knob.kind {
        case .number(let range, _, .logarithmic):
            guard range.lowerBound > 0, number > 0 else { return nil }
            return log(number / range.lowerBound) / log(range.upperBound / range.lowerBound)
        case .number(let range, _, .linear):
            let span = range.upperBound - range.lowerBound
            // Wide ranges are used near their lower end: the root spreads it.
            return span > 1 ? sqrt((number - range.lowerBound) / span) : (number - range.lowerBound) / span
        default: return nil
        }
    }

    /// The number at a share, on the grid of the knob's own steps.
    static func value(at share: Double, _ knob: Knob) -> KnobValue? {
        guard case .number(let range, let step, let scale) = knob.kind else { return nil }
        let share = min(1, max(0, share))
        let span = range.upperBound - range.lowerBound
        let number: Double
        switch scale {
        case .logarithmic:
            guard range.lowerBound > 0 else { return nil }
            let exact = range.lowerBound * pow(range.upperBound / range.lowerBound, share)
            let unit = pow(10, floor(log10(exact)) - 1)
            number = (exact / unit).rounded() * unit
        case .linear:
            let exact = range.lowerBound + span * (span > 1 ? share * share : share)
            number = ((exact / step).rounded() * step * 1e9).rounded() / 1e9
        }
        return .number(min(range.upperBound, max(range.lowerBound, number)))
    }
}
