/// Which part of a run the plots of a screen show, and where their common crosshair stands.
struct PlotView: Sendable, Hashable {
    /// Optimizer steps shown; `nil` shows the whole run.
    private(set) var span: Int?
    /// Last step shown; `nil` follows the run.
    private(set) var end: Int?
    /// Where every curve is read; `nil` hides the crosshair.
    var crosshair: Int?

    static let leastSpan = 10

    var isFollowing: Bool { end == nil }
    var isWhole: Bool { span == nil }

    /// The steps shown of a run that has come to `last`; `nil` for all of them.
    func window(last: Int) -> ClosedRange<Int>? {
        guard let span else { return nil }
        let end = min(self.end ?? last, last)
        return max(0, end - span)...max(end, span)
    }

    /// Halves (`isIn`) or doubles what is shown, about the crosshair, or about the end.
    mutating func zoom(in isIn: Bool, last: Int) {
        let old = window(last: last) ?? 0...max(1, last)
        let length = old.upperBound - old.lowerBound
        let wanted = isIn ? max(Self.leastSpan, length / 2) : length * 2
        guard wanted < last else {
            (span, end) = (nil, nil)
            return
        }
        span = wanted
        guard let crosshair, old.contains(crosshair) else { return }
        // What is under the crosshair stays where it is.
        let share = Double(crosshair - old.lowerBound) / Double(max(1, length))
        let newEnd = crosshair + Int((1 - share) * Double(wanted))
        end = newEnd >= last ? nil : max(wanted, newEnd)
    }

    /// Moves what is shown by so many twelfths of its length; at the end it follows again.
    mutating func pan(by count: Int, last: Int) {
        guard let span else { return }
        let moved = (end ?? last) + min(1000, max(-1000, count)) * max(1, span / 12)
        end = moved >= last ? nil : max(span, moved)
    }

    /// Moves the crosshair by so many hundredths of what is shown.
    mutating func moveCrosshair(by count: Int, last: Int) {
        let shown = window(last: last) ?? 0...max(1, last)
        let unit = max(1, (shown.upperBound - shown.lowerBound) / 100)
        let step = (crosshair ?? last) + min(1000, max(-1000, count)) * unit
        crosshair = min(last, max(0, step))
        guard let span, let crosshair else { return }
        if crosshair < shown.lowerBound { end = max(span, crosshair + span) }
        if crosshair > shown.upperBound { end = crosshair >= last ? nil : crosshair }
    }

    mutating func toggleCrosshair(last: Int) { crosshair = crosshair == nil ? last : nil }

    mutating func showAll() { (span, end) = (nil, nil) }
    mutating func follow() { end = nil }
    mutating func toStart() { if let span { end = span } }

    /// As the title says it: `last 500`, `120–620`; nothing for the whole run.
    func title(last: Int) -> String {
        guard let window = window(last: last) else { return "" }
        return isFollowing
            ? "  last \(window.upperBound - window.lowerBound)" : "  \(window.lowerBound)–\(window.upperBound)"
    }
}
