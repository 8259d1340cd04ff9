import Configuration
import Terminal

/// Which of the colors of curves a run has while it is drawn beside others: one everywhere, and one of its own.
struct RunColors: Sendable, Hashable {
    private(set) var places: [String: Int] = [:]

    /// Leaves out the runs that are not among these, and gives the new ones the first colors that are free.
    mutating func keep(_ runs: [String]) {
        let known = Set(runs)
        places = places.filter { known.contains($0.key) }
        for run in runs where places[run] == nil {
            let taken = Set(places.values)
            let count = EngineDescription.curveColorCount
            places[run] = (0..<count).first { !taken.contains($0) } ?? places.count % count
        }
    }

    subscript(run: String) -> Int { places[run] ?? 0 }
}

extension RunGhost {
    /// Its curve beneath others: in the color of its run, or as the reference in the one that only the pinned run has.
    func series(_ curve: Curve, isReference: Bool, color: Int, _ look: Look) -> Plot.Series {
        Plot.Series(
            curve: curve, name: name, style: isReference ? look[.reference] : look.theme.ghost(color),
            color: isReference ? nil : color, isGhost: true, isReference: isReference)
    }
}
