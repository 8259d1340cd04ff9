import Terminal

/// Curves as dots.
extension Plot {
    /// What is drawn of a curve: a line, and around it how far its points reach where many fall into a column.
    struct Trace: Sendable {
        var line: Braille
        /// From the least to the greatest of every column; `nil` where every point is on the line.
        var envelope: Braille?
    }

    /// From so many points a column of dots on, lines between them would fill the plot.
    static let mostPointsPerColumn = 3

    static func trace(
        _ curve: Curve, steps: ClosedRange<Int>, scale: PlotScale, width: Column, height: Row, limit: Int? = nil
    ) -> Trace {
        let columns = DotColumns(curve, steps: steps, scale: scale, width: width, height: height, limit: limit)
        guard columns.count > mostPointsPerColumn * columns.empty.dotWidth else {
            return Trace(line: columns.points, envelope: nil)
        }
        return Trace(line: columns.means, envelope: columns.reach)
    }

    /// Other runs beneath, then how far this one's curves reach, then its curves, the first of them in front.
    func drawCurves(_ canvas: inout Canvas, _ area: Rect, _ look: Look, _ scale: PlotScale) {
        func trace(_ one: Series) -> Trace {
            Self.trace(
                one.curve, steps: steps, scale: scale, width: area.width, height: area.height,
                limit: one.isGhost ? nil : limit)
        }
        for one in series.reversed() where one.isGhost {
            trace(one).line.draw(on: &canvas, at: area.origin, style: one.style)
        }
        let own = series.reversed().filter { !$0.isGhost }.map { (style: $0.style, trace: trace($0)) }
        for (style, trace) in own {
            trace.envelope?.draw(on: &canvas, at: area.origin, style: look.theme.faint(style))
        }
        for (style, trace) in own { trace.line.draw(on: &canvas, at: area.origin, style: style) }
    }
}

/// The points of a curve by the columns of dots into which they fall. Each column shows first, least, greatest and last of
/// its points, so that no spike is lost; columns without points are bridged by straight lines, but gaps are not.
struct DotColumns {
    let curve: Curve
    let steps: ClosedRange<Int>
    let scale: PlotScale
    let empty: Braille
    private let indices: Range<Int>

    var count: Int { indices.count }

    init(_ curve: Curve, steps: ClosedRange<Int>, scale: PlotScale, width: Column, height: Row, limit: Int? = nil) {
        (self.curve, self.steps, self.scale) = (curve, steps, scale)
        empty = Braille(width: width, height: height)
        let first = curve.index(of: steps.lowerBound)
        let last = curve.index(of: min(steps.upperBound, limit ?? Int.max - 1) + 1)
        indices = empty.dotWidth > 1 && empty.dotHeight > 0 ? first..<max(first, last) : 0..<0
    }

    /// First, least, greatest and last of every column.
    var points: Braille {
        var braille = empty
        var previous: (x: Int, y: Int)?
        forEach { x, range, summary in
            guard let low = y(summary.isEmpty ? nil : summary.least) ?? lowest(range), let high = y(summary.greatest)
            else {
                previous = nil
                return
            }
            braille.vertical(x: x, from: low, to: high)
            if let previous, curve.values[range.lowerBound].isFinite, let first = y(summary.first) {
                braille.line(x0: previous.x, y0: previous.y, x1: x, y1: first)
            }
            previous = y(summary.last).map { (x, $0) }
        }
        return braille
    }

    /// A line through the means of the columns.
    var means: Braille {
        var braille = empty
        var previous: (x: Int, y: Int)?
        forEach { x, range, summary in
            guard let here = y(summary.mean) else {
                previous = nil
                return
            }
            if let previous, curve.values[range.lowerBound].isFinite {
                braille.line(x0: previous.x, y0: previous.y, x1: x, y1: here)
            }
            braille.set(x: x, y: here)
            previous = summary.last == nil ? nil : (x, here)
        }
        return braille
    }

    /// From the least to the greatest of every column.
    var reach: Braille {
        var braille = empty
        forEach { x, range, summary in
            guard let low = y(summary.isEmpty ? nil : summary.least) ?? lowest(range), let high = y(summary.greatest)
            else { return }
            braille.vertical(x: x, from: low, to: high)
        }
        return braille
    }

    private func forEach(_ body: (_ x: Int, _ range: Range<Int>, _ summary: Curve.Summary) -> Void) {
        let (span, width) = (steps.upperBound - steps.lowerBound, empty.dotWidth)
        var index = indices.lowerBound
        while index < indices.upperBound {
            let x = (curve.steps[index] - steps.lowerBound) * (width - 1) / max(1, span)
            // First step that falls into the next column of dots.
            let edge = steps.lowerBound + ((x + 1) * span + width - 2) / (width - 1)
            let end = min(indices.upperBound, max(index + 1, curve.index(of: edge)))
            body(x, index..<end, curve.summary(indices: index..<end))
            index = end
        }
    }

    /// Rows of dots from the top; below the last for what is too small for a logarithmic axis: its line leaves the plot.
    private func y(_ value: Double?) -> Int? {
        guard let value, let share = scale.share(value), share.isFinite else { return nil }
        let clipped = min(1.0, max(scale.isLogarithmic ? -1 : 0, share))
        return empty.dotHeight - 1 - Int((clipped * Double(empty.dotHeight - 1)).rounded())
    }

    /// Where the least value cannot be shown (zero on a logarithmic axis): the lowest that can.
    private func lowest(_ range: Range<Int>) -> Int? { curve.values[range].compactMap { y($0) }.max() }
}
