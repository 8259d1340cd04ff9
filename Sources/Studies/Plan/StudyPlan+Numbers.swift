extension StudyPlan {
    /// The cells that can be handed out now, in an order that stays: the place of a cell is its number.
    ///
    /// Without a search these are all cells, in the order of the plan. A search is handed out stage by stage: what it decides
    /// comes behind everything that is there already, once all of that is finished or has failed. So a number means the same
    /// cell for as long as file, settings and added seeds are the same, whoever was faster.
    ///
    /// - Parameter states: what is known of cells, by identifier.
    /// - Throws: `StudyError.unsuitable`.
    public func numberedCells(_ states: [String: CellState]) throws -> [Cell] {
        var numbered: [Cell] = []
        var seen: Set<String> = []
        var decided: [String: CellState] = [:]
        while true {
            let new = try cells(decided).filter { !seen.contains($0.id) }
            numbered += new
            for cell in new {
                seen.insert(cell.id)
                guard let state = states[cell.id], state.isDecided else { continue }
                decided[cell.id] = state
            }
            guard !new.isEmpty, decided.count == numbered.count else { return numbered }
        }
    }

    /// Whether a search goes on once the cells that are known now are trained.
    public func searchGoesOn(_ states: [String: CellState]) throws -> Bool {
        try points.contains { point in
            try study.arms.contains { try search($0, point, states).winner == nil }
        }
    }
}

extension CellState {
    /// Whether it counts for what comes next.
    var isDecided: Bool {
        switch self {
        case .finished, .failed: true
        case .absent, .begun, .live: false
        }
    }
}
