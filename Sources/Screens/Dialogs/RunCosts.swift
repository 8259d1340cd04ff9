import Messages

/// What the run that a list offers would take: asked once the entry is chosen, one at a time, because each answer costs a
/// trial of its step.
extension WorkbenchState {
    /// Puts what is known below the list in front, and asks for what is not.
    mutating func refreshCost() -> [Wish] {
        guard case .chooser(var chooser)? = dialogs.last, chooser.entries.contains(where: { $0.costs != nil }) else {
            return []
        }
        var wishes: [Wish] = []
        // Of what cannot be chosen the note says why; here it has room.
        chooser.footnote = chooser.chosen.map { $0.isPossible ? "" : $0.note } ?? ""
        if let side = chooser.chosen?.costs {
            chooser.footnote = shared.costs[side] ?? "estimating time and memory…"
            if shared.costs[side] == nil, shared.awaitedCost == nil {
                shared.awaitedCost = side
                wishes.append(.ask(.cost(side)))
            }
        }
        dialogs[dialogs.count - 1] = .chooser(chooser)
        return wishes
    }

    mutating func takeCost(of side: ComparisonSide, _ text: String) -> [Wish] {
        if shared.awaitedCost == side { shared.awaitedCost = nil }
        shared.costs[side] = text
        return refreshCost()
    }

    /// The presets may have other settings now.
    mutating func forgetPresetCosts() {
        shared.costs = shared.costs.filter { if case .preset = $0.key { false } else { true } }
    }
}
