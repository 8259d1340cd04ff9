import Terminal

/// What a mouse can point to.
enum HitTarget: Sendable, Hashable {
    case tab(WorkbenchLayout.Screen)
    case data(DataState.Panel)
    case train(TrainState.Panel)
    case runs(RunsState.Panel)
    case study(StudyState.Panel)
    /// A row of the list in the panel beneath.
    case row(Int)
    case slider(key: String)
    /// A plot's area, and the optimizer steps that it shows.
    case plot(ClosedRange<Int>)
    /// The area of the sliding curve: progress across, probability up.
    case curve
    case picture(HeatmapPlacement)
    /// A recording's time, from its first event at the left to its last at the right.
    case time
    /// The timeline of a run that is played back.
    case timeline(ClosedRange<Int>)
    case column(RunsState.Order)
    /// A column of the comparison, by its key.
    case tableColumn(String)
    /// A button of a question, an entry of a list to choose from.
    case choice(Int)
    /// A key of the footer.
    case action(Action)
}

/// Something on the screen and its place.
struct Hit: Sendable, Hashable {
    var rect: Rect
    var target: HitTarget

    /// How far to the right a point lies in the rectangle, 0…1.
    func share(across point: Point) -> Double {
        let width = max(1, rect.width.value - 1)
        return min(1, max(0, Double((point.column - rect.column).value) / Double(width)))
    }

    /// How far up a point lies in the rectangle, 0…1.
    func share(up point: Point) -> Double {
        let height = max(1, rect.height.value - 1)
        return min(1, max(0, 1 - Double((point.row - rect.row).value) / Double(height)))
    }
}

/// What was drawn where. Filled by the drawing itself, so that the two never disagree; made again for every press.
final class HitMap {
    private var hits: [Hit] = []

    func add(_ rect: Rect, _ target: HitTarget) {
        if !rect.isEmpty { hits.append(Hit(rect: rect, target: target)) }
    }

    /// Everything under a point, outermost first.
    func hits(at point: Point) -> [Hit] { hits.filter { $0.rect.contains(point) } }
}
